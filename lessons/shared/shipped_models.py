"""Models that a lesson ships: trained from fixed seeds by the core's own training, measured, and read again.

A lesson names its models and how they are trained; what is written are checkpoints (vae.checkpoints) with the lesson's own measures.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from vae import checkpoints, data
from vae.checkpoints import Checkpoint
from vae.data import Dataset
from vae.errors import CheckpointError
from vae.measure_set import MeasureSet
from vae.models import Autoencoder
from vae.recipes import Recipe
from vae.training import prepare, train

M = TypeVar("M", bound=MeasureSet)


def write(
    recipes: Mapping[str, Recipe],
    folder: Path,
    command: str,
    measure: Callable[[Autoencoder, Dataset], MeasureSet],
) -> None:
    """Train each model by its recipe, and write it with the measures of the weights as they were written."""
    for name, (spec, settings) in recipes.items():
        dataset = data.load(settings.dataset)
        model = prepare(spec, settings, dataset)
        for _ in train(model, settings, dataset, records=1):
            pass
        checkpoint = Checkpoint(name, model, settings, f"python -m lessons {command}")
        checkpoints.save(folder / name, checkpoints.files(checkpoint, []))
        measured = measure(checkpoints.load(folder / name).model, dataset)
        checkpoints.save(folder / name, checkpoints.files(checkpoint, [], measured))


class Shipped(NamedTuple, Generic[M]):
    """A model and what was measured on the test set."""

    model: Autoencoder
    measures: M


def load(name: str, folder: Path, command: str, kind: type[M]) -> Shipped[M]:
    """One of them by name, with that kind of measures; CheckpointError with a sentence where it is missing or damaged."""
    place = folder / name
    try:
        return Shipped(checkpoints.load(place).model, checkpoints.load_measures(place, kind))
    except CheckpointError as error:
        raise CheckpointError(f"{place} is missing or damaged. Train it again with `python -m lessons {command}`.") from error
