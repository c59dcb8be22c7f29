"""What the lesson on disentangling ships, and the command that makes it again: the shown models, and the measures of all."""

from dataclasses import asdict

from tqdm import tqdm

from lessons.disentangle import models
from vae import data
from vae.measuring import metrics


def write() -> None:
    """Train and measure all of them; write the table, and the shown models as checkpoints."""
    dataset = data.load("shapes")
    table = [models.principal_components(dataset)]
    names = {beta: name for name, beta in models.SHOWN.items()}
    for seed in models.SEEDS:
        for beta in tqdm((None, *models.BETAS), desc=f"seed {seed}"):
            model = models.trained(beta, seed, dataset)
            table.append(models.measure(model, beta, seed, dataset))
            if seed == models.SEEDS[0] and beta in names:
                bound = metrics.bound(model, dataset.test)
                models.SHELF.write_model(models.place(names[beta]), model, models.settings(beta, seed), measures=bound)
    models.SHELF.write_numbers(models.TABLE, [asdict(row) for row in table], separators=(", ", ": "))


SHIPS = {
    "disentangle": (
        "train 21 models of shapes and measure what each latent says of each factor (a quarter of an hour of a core)",
        write,
    ),
}
