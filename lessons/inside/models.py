"""The models of the lesson that looks inside: a convolutional VAE, and a dense one with as few weights.

`python -m lessons inside` trains both from one seed and ships weights and measures; the dense VAE with two latents ships already.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from vae import checkpoints, data, metrics
from vae.checkpoints import Checkpoint
from vae.data import Dataset
from vae.errors import CheckpointError
from vae.models import VAE
from vae.recipes import Recipe
from vae.records import Record
from vae.settings import TrainingSettings
from vae.spec import ModelSpec
from vae.training import prepare, train

SHIPPED = Path(__file__).parent / "shipped"
COMMAND = "python -m lessons inside"
CONV, SMALL = "conv", "small"
BUDGET, BATCH = 1_500_000, 128
RECIPES = {  # widths and rates were chosen on the validation split
    CONV: Recipe(
        ModelSpec("vae", 2, "conv", (16, 32), (32, 16)), TrainingSettings(images=BUDGET, batch_size=BATCH, learning_rate=5e-3)
    ),
    SMALL: Recipe(
        ModelSpec("vae", 2, "mlp", (16,), (14,)), TrainingSettings(images=BUDGET, batch_size=BATCH, learning_rate=1.5e-2)
    ),
}


def trained(recipe: Recipe, dataset: Dataset) -> tuple[VAE, list[Record]]:
    """A model trained from its seed, and its history."""
    model = prepare(recipe.spec, recipe.settings, dataset)
    history = list(train(model, recipe.settings, dataset))
    assert isinstance(model, VAE)
    return model.eval(), history


@dataclass(frozen=True)
class Measured(metrics.Bound):
    """The bound on the test set, and the processor time of the training."""

    training_core_seconds: float


def write() -> None:
    """Train both, and write each as a checkpoint with its measures."""
    dataset = data.load("mnist")
    for name, recipe in RECIPES.items():
        model, history = trained(recipe, dataset)
        checkpoint = Checkpoint(f"inside-{name}", model, recipe.settings, COMMAND)
        folder = SHIPPED / checkpoint.name
        checkpoints.save(folder, checkpoints.files(checkpoint, history))
        rounded = checkpoints.load(folder).model  # as it was written, in half precision
        seconds = round(history[-1].stepping, 1)
        measured = Measured(**vars(metrics.bound(rounded, dataset.test)), training_core_seconds=seconds)
        checkpoints.save(folder, checkpoints.files(checkpoint, history, measured))
        print(f"{checkpoint.name}: {measured.negative_elbo:.2f} nats, KL {measured.kl:.2f}")


class Shipped(NamedTuple):
    """One of the two: the model, how it was trained, and what was measured."""

    model: VAE
    settings: TrainingSettings
    measures: Measured


def load(name: str) -> Shipped:
    """One of the two by name; CheckpointError with a sentence where it is missing or damaged."""
    folder = SHIPPED / f"inside-{name}"
    try:
        checkpoint = checkpoints.load(folder)
        measures = checkpoints.load_measures(folder, Measured)
    except CheckpointError as error:
        raise CheckpointError(f"{folder} is missing or damaged. Train it again with `{COMMAND}`.") from error
    assert isinstance(checkpoint.model, VAE)
    return Shipped(checkpoint.model, checkpoint.settings, measures)
