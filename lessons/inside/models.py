"""The models of the lesson that looks inside: a convolutional VAE, and a dense one with as few weights.

`python -m lessons inside` trains both from one seed and ships weights and measures; the dense VAE with two latents ships already.
"""

from dataclasses import dataclass

from lessons.shared.shipping import Shelf
from vae import data
from vae.checkpoints import Checkpoint
from vae.data import Dataset
from vae.learning.recipes import Recipe
from vae.learning.records import Record
from vae.learning.settings import TrainingSettings
from vae.learning.training import prepare, train
from vae.measuring import metrics
from vae.model.networks import Autoencoder
from vae.model.spec import ModelSpec

SHELF = Shelf("inside", "inside")
BUDGET, BATCH = 1_500_000, 128
RECIPES = {  # widths and rates were chosen on the validation split
    "conv": Recipe(
        ModelSpec("vae", 2, "conv", (16, 32), (32, 16)), TrainingSettings(images=BUDGET, batch_size=BATCH, learning_rate=5e-3)
    ),
    "small": Recipe(
        ModelSpec("vae", 2, "mlp", (16,), (14,)), TrainingSettings(images=BUDGET, batch_size=BATCH, learning_rate=1.5e-2)
    ),
}


def trained(recipe: Recipe, dataset: Dataset) -> tuple[Autoencoder, list[Record]]:
    """A model trained from its seed, and its history."""
    model = prepare(recipe.spec, recipe.settings, dataset)
    history = list(train(model, recipe.settings, dataset))
    return model.eval(), history


@dataclass(frozen=True)
class Measured(metrics.Bound):
    """The bound on the test set, and the processor time of the training."""

    training_core_seconds: float


def write() -> None:
    """Train both, and write each with its measures."""
    dataset = data.load("mnist")
    for name, recipe in RECIPES.items():
        model, history = trained(recipe, dataset)
        folder = f"inside-{name}"
        SHELF.write_model(folder, model, recipe.settings, history)
        rounded = SHELF.checkpoint(folder).model  # as it was written, in half precision
        seconds = round(history[-1].stepping, 1)
        measured = Measured(**vars(metrics.bound(rounded, dataset.test)), training_core_seconds=seconds)
        SHELF.write_model(folder, model, recipe.settings, history, measured)
        print(f"{folder}: {measured.negative_elbo:.2f} nats, KL {measured.kl:.2f}")


def load(name: str) -> tuple[Checkpoint, Measured]:
    """One of RECIPES by name, and what was measured of it."""
    return SHELF.checkpoint(f"inside-{name}"), SHELF.measures(f"inside-{name}", Measured)
