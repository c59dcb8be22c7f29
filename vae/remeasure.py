"""Measure a checkpoint again, as after its training: the weights stay, metrics.json is written anew."""

from dataclasses import replace
from pathlib import Path

from vae import checkpoints, data, family, metrics
from vae.errors import CheckpointError
from vae.metrics import Measures

TIMED = "training_core_seconds"  # the one measure that is not of the weights


def find(word: str) -> Path:
    """The folder of a model that ships, by its name, or of any checkpoint, by its path; CheckpointError where there is neither."""
    folder = checkpoints.SHIPPED / word if word in checkpoints.names() else Path(word).resolve()
    if not (folder / "spec.json").is_file():
        raise CheckpointError(
            f"There is no checkpoint {word!r}. Name one that ships ({', '.join(checkpoints.names())}) or the folder of one."
        )
    return folder


def measure_again(folder: Path) -> Measures:
    """Measure that model on its own data and pixels, and write what was found."""
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
    """What the old file says of the training; CheckpointError where it holds other measures, as those of a lesson."""
    try:
        before = checkpoints.read_json(folder, checkpoints.METRICS)
    except CheckpointError:
        return None
    if "dataset" not in before:
        raise CheckpointError(f"{folder.name} has measures of a lesson's own. `python -m lessons --help` names its command.")
    return before.get(TIMED)
