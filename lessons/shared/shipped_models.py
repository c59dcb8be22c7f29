"""Models that a lesson ships: trained from fixed seeds by the core's own training, measured, and read again.

A lesson names its models and how they are trained; what is written are checkpoints (vae.checkpoints) with the lesson's own measures.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from vae import checkpoints, data
from vae.bounds import importance_bound
from vae.checkpoints import Checkpoint
from vae.data import Dataset
from vae.errors import CheckpointError
from vae.latent import encode_split
from vae.metrics import bound
from vae.models import Autoencoder
from vae.probes import Labelled, knn_accuracy
from vae.recipes import Recipe
from vae.training import prepare, train

SAMPLES = 100  # K of the importance-weighted bound


def measures(model: Autoencoder, dataset: Dataset, samples: int = SAMPLES) -> dict[str, Any]:
    """On the test set: bound, importance-weighted bound (nats per image), and what ten nearest neighbours read from the codes."""
    test, train_ = dataset.test, dataset.train
    codes = [Labelled(encode_split(model, part).mean.numpy(), part.labels.numpy()) for part in (train_, test)]
    weighted = importance_bound(model, test.pixels(), samples, labels=test.labels)
    return {**asdict(bound(model, test)), "importance_weighted": asdict(weighted), "knn_accuracy": knn_accuracy(*codes).value}


def write(
    recipes: Mapping[str, Recipe],
    folder: Path,
    command: str,
    measure: Callable[[Autoencoder, Dataset], dict[str, Any]] = measures,
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


class Shipped(NamedTuple):
    """A model and what was measured on the test set."""

    model: Autoencoder
    measures: dict[str, Any]


def load(name: str, folder: Path, command: str) -> Shipped:
    """One of them by name; CheckpointError with a sentence where it is missing or damaged."""
    place = folder / name
    try:
        return Shipped(checkpoints.load(place).model, checkpoints.read_json(place, "metrics.json"))
    except CheckpointError as error:
        raise CheckpointError(f"{place} is missing or damaged. Train it again with `python -m lessons {command}`.") from error
