"""Models of shapes with known factors: beta-VAEs at several betas and seeds, autoencoders and principal components, and what each latent knows.

`python -m lessons disentangle` trains them from fixed seeds, ships the weights of the first seed of some, and the measures of all.
beta-VAE: Higgins et al. 2017; the measures: lessons/disentangle/mig.py. What each latent knows is measured on all images, training and test, as in
the papers: the factors are independent only in the whole set, and nothing is trained on them.
"""

import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch
from sklearn.decomposition import PCA
from torch import Tensor
from tqdm import tqdm

from lessons.disentangle.mig import Information, binned_information, entropies, posterior_information
from vae import checkpoints, data, latent, metrics, shapes
from vae.checkpoints import Checkpoint
from vae.data import Dataset
from vae.errors import CheckpointError
from vae.models import Autoencoder
from vae.posterior import Posterior
from vae.settings import TrainingSettings
from vae.spec import ModelSpec
from vae.training import prepare, train

SHIPPED = Path(__file__).parent / "shipped"
TABLE = "disentangle.json"
LATENTS, IMAGES = 8, 2_000_000
BETAS, SEEDS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0), (0, 1, 2)
SHOWN = {"beta-1": 1.0, "beta-2": 2.0, "beta-4": 4.0, "beta-8": 8.0, "ae": None}  # name -> beta, None for the autoencoder
AGAIN = "Make it again with `python -m lessons disentangle`."
ANGLE, KIND, TRIANGLE = 3, 4, 2  # columns of the factors, and the kind that looks different at every angle


@dataclass(frozen=True)
class Measured:
    """One model and what was measured of it. Bounds on the test set, nats per image; information over all images, nats (D, F).

    information  the paper's estimate, with the posteriors' widths; None where codes are points
    of_triangles the same over triangles alone, so without kind
    binned       of the code's mean, cut into bins: the one estimate that all models have
    """

    kind: str
    beta: float | None
    seed: int
    reconstruction: float | None
    kl: float | None
    kl_per_dim: list[float] | None
    information: list[list[float]] | None
    of_triangles: list[list[float]] | None
    binned: list[list[float]]

    def known(self, estimate: str = "information") -> Information | None:
        """What its latents say of the factors, by one of the estimates."""
        nats = getattr(self, estimate)
        if nats is None:
            return None
        entropy = factor_entropies()
        return Information(torch.tensor(nats), entropy[: len(nats[0])])


@cache
def factor_entropies() -> Tensor:
    """The entropy of each factor over the whole set, (F,) nats: the logarithm of how many values it takes."""
    return entropies(shapes.combinations())


def everything(dataset: Dataset) -> tuple[Tensor, Tensor]:
    """All images (N, C, H, W) in [0, 1] of a set with known factors, and their factors (N, F)."""
    parts = (dataset.train, dataset.validation, dataset.test)
    factors = [part.factors for part in parts if part.factors is not None]
    return torch.cat([part.pixels() for part in parts]), torch.cat(factors)


def settings(beta: float | None, seed: int, images: int = IMAGES) -> TrainingSettings:
    """How the model of that beta is trained; None is the autoencoder."""
    return TrainingSettings("shapes", images, learning_rate=3e-3, beta=1.0 if beta is None else beta, seed=seed)


def trained(beta: float | None, seed: int, dataset: Dataset, images: int = IMAGES) -> Autoencoder:
    """A model trained from that seed, its weights rounded as they ship."""
    spec = ModelSpec("ae" if beta is None else "vae", LATENTS, encoder_widths=(192, 96), decoder_widths=(96, 192))
    recipe = settings(beta, seed, images)
    model = prepare(spec, recipe, dataset)
    for _ in train(model, recipe, dataset, records=1):
        pass
    return model.half().float().eval()


def measure(model: Autoencoder, beta: float | None, seed: int, dataset: Dataset) -> Measured:
    """Every measure of one model."""
    images, factors = everything(dataset)
    posterior = latent.encode(model, images)
    bound = metrics.bound(model, dataset.test)
    information = of_triangles = None
    if posterior.log_variance is not None:
        information = _rounded(posterior_information(posterior, factors))
        chosen = factors[:, KIND] == TRIANGLE
        some = Posterior(posterior.mean[chosen], posterior.log_variance[chosen])
        of_triangles = _rounded(posterior_information(some, factors[chosen, :KIND]))
    kl_per_dim = None if bound.kl_per_dim is None else [round(value, 4) for value in bound.kl_per_dim]
    binned = _rounded(binned_information(posterior.mean, factors))
    kind = model.spec.kind
    return Measured(kind, beta, seed, bound.reconstruction, bound.kl, kl_per_dim, information, of_triangles, binned)


def principal_components(dataset: Dataset, components: int = LATENTS) -> Measured:
    """The first principal components of the training images, as a code."""
    pca = PCA(components, svd_solver="covariance_eigh").fit(dataset.train.pixels().flatten(1).numpy())
    images, factors = everything(dataset)
    codes = torch.from_numpy(pca.transform(images.flatten(1).numpy()).astype(np.float32))
    return Measured("pca", None, 0, None, None, None, None, None, _rounded(binned_information(codes, factors)))


def _rounded(information: Information) -> list[list[float]]:
    return [[round(value, 4) for value in row] for row in information.nats.tolist()]


def write() -> None:
    """Train and measure all of them; write the table, and the shown models as checkpoints."""
    dataset = data.load("shapes")
    table = [principal_components(dataset)]
    names = {beta: name for name, beta in SHOWN.items()}
    for seed in SEEDS:
        for beta in tqdm((None, *BETAS), desc=f"seed {seed}"):
            model = trained(beta, seed, dataset)
            table.append(measure(model, beta, seed, dataset))
            if seed == SEEDS[0] and beta in names:
                name = f"disentangle-{names[beta]}"
                checkpoint = Checkpoint(name, model, settings(beta, seed), "python -m lessons disentangle")
                bound = metrics.bound(model, dataset.test)
                checkpoints.save(SHIPPED / name, checkpoints.files(checkpoint, [], bound))
    (SHIPPED / TABLE).write_text(json.dumps([asdict(row) for row in table]) + "\n")


def load(name: str) -> Checkpoint:
    """One of the shown models by name; CheckpointError with a sentence where it is missing or damaged."""
    folder = SHIPPED / f"disentangle-{name}"
    try:
        return checkpoints.load(folder)
    except CheckpointError as error:
        raise CheckpointError(f"{folder} is missing or damaged. {AGAIN}") from error


def table() -> list[Measured]:
    """The measures of all models; CheckpointError with a sentence where they are missing or damaged."""
    try:
        return [Measured(**row) for row in json.loads((SHIPPED / TABLE).read_text())]
    except (OSError, ValueError, TypeError) as error:
        raise CheckpointError(f"{SHIPPED / TABLE} is missing or damaged. {AGAIN}") from error


def row(rows: list[Measured], beta: float | None, seed: int = 0) -> Measured:
    """The measures of one VAE, or of the autoencoder where beta is None."""
    kind = "ae" if beta is None else "vae"
    return next(each for each in rows if (each.kind, each.beta, each.seed) == (kind, beta, seed))


def responses(codes: Tensor, factors: Tensor, column: int) -> Tensor:
    """The mean code (V, D) at each value of one factor, over all images that have it: codes (N, D), factors (N, F)."""
    return torch.stack([codes[factors[:, column] == value].mean(0) for value in range(int(factors[:, column].max()) + 1)])


def traversals(model: Autoencoder, z: Tensor, order: list[int], ranges: list[tuple[float, float]], steps: int) -> Tensor:
    """One strip a latent, in that order: z (D,) with this latent walking from end to end of its range; (D, steps, C, H, W)."""
    codes = z.repeat(len(order), steps, 1)  # (D, steps, D)
    for strip, d in enumerate(order):
        codes[strip, :, d] = torch.linspace(*ranges[d], steps)
    return latent.decode(model, codes.flatten(0, 1)).unflatten(0, (len(order), steps))
