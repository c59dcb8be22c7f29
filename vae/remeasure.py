"""Measure a checkpoint again without training it: only metrics.json changes."""

from dataclasses import replace
from pathlib import Path

from vae import checkpoints, data, family
from vae.errors import CheckpointError
from vae.measuring import metrics
from vae.measuring.metrics import Measures

TIMED = "training_core_seconds"  # the only measure that does not come from the weights


def find(word: str) -> Path:
    """The folder of a checkpoint, given its path or the name of a model that ships; CheckpointError if there is none."""
    folder = checkpoints.SHIPPED / word if word in checkpoints.names() else Path(word).resolve()
    if not (folder / "spec.json").is_file():
        raise CheckpointError(
            f"There is no checkpoint {word!r}. Give the folder of a checkpoint, or a model that ships: {', '.join(checkpoints.names())}."
        )
    return folder


def measure_again(folder: Path) -> Measures:
    """Measure a model on the data and pixels that it was trained on, and write its metrics.json."""
    checkpoint = checkpoints.load(folder)
    seconds = _training_seconds(folder)
    settings = checkpoint.settings
    found = metrics.evaluate(
        checkpoint.model, data.load(settings.dataset), settings.pixels, family.importance_samples(folder.name)
    )
    found = replace(found, training_core_seconds=seconds)
    checkpoints.write_measures(folder, found)
    return found


def _training_seconds(folder: Path) -> float | None:
    """The training time in the old file. CheckpointError if that file holds measures of another kind, as those of a lesson do."""
    try:
        before = checkpoints.read_json(folder, checkpoints.METRICS)
    except CheckpointError:
        return None
    if "dataset" not in before:
        raise CheckpointError(
            f"{folder.name} belongs to a lesson, which has measures of its own. `python -m lessons --help` lists the command for it."
        )
    return before.get(TIMED)
