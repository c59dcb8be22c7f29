"""Checkpoints: trained models on disk, each a folder with weights (safetensors) and readable JSON. Nothing is unpickled.

spec.json          format, name, model (ModelSpec), training (TrainingSettings), the command that trains it
model.safetensors  weights, float16 where they fit
history.json       every record of the training run
metrics.json       measures on the test set
"""

import io
import json
import os
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from vae import folders
from vae.checks import by
from vae.errors import CheckpointError, SpecError
from vae.learning.records import Record
from vae.learning.settings import TrainingSettings
from vae.measuring.measure_set import MeasureSet
from vae.model.layered import spec_of
from vae.model.networks import Autoencoder, build
from vae.model.spec import ModelSpec

FORMAT = 1
METRICS = "metrics.json"
SHIPPED = Path(__file__).resolve().parent.parent / "checkpoints"
M = TypeVar("M", bound=MeasureSet)


@dataclass(frozen=True)
class Checkpoint:
    """A model, and how it was trained."""

    name: str
    model: Autoencoder
    settings: TrainingSettings
    command: str = ""


def files(checkpoint: Checkpoint, history: Sequence[Record], measures: MeasureSet | None = None) -> dict[str, bytes]:
    """The files of a checkpoint: names and contents."""
    spec = {
        "format": FORMAT,
        "name": checkpoint.name,
        "model": checkpoint.model.spec.to_json(),
        "training": checkpoint.settings.to_json(),
        "command": checkpoint.command,
    }
    contents = {
        "spec.json": to_json(spec),
        "model.safetensors": safetensors.torch.save(_compact(checkpoint.model.state_dict())),
        "history.json": to_json([record.to_json() for record in history]),
    }
    return contents if measures is None else {**contents, METRICS: to_json(measures.to_json())}


def save(folder: Path, contents: dict[str, bytes]) -> None:
    """Write these files as a folder, completely or not at all. A checkpoint that is there already is replaced."""
    check_replaceable(folder)
    folders.replace(folder, contents)


def check_replaceable(folder: Path) -> None:
    """Raise CheckpointError if the path exists and is not a checkpoint: saving would delete it."""
    if folder.is_dir() and ((folder / "spec.json").exists() or not any(folder.iterdir())):
        return
    if folder.exists():
        raise CheckpointError(f"{folder} is not a checkpoint, so it is left as it is. Choose a new folder for the checkpoint.")


def archive(name: str, contents: dict[str, bytes]) -> bytes:
    """A zip archive of these files, in one folder of that name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for file, content in contents.items():
            packed.writestr(f"{name}/{file}", content)
    return buffer.getvalue()


def load(folder: Path) -> Checkpoint:
    """Read a model, in float32 and ready to use. The message of a CheckpointError says what is wrong and what to do."""
    said = read_json(folder, "spec.json")
    try:
        spec, settings, command = read_spec(said)
        model = build(spec)
    except SpecError as error:
        raise CheckpointError(f"spec.json of the checkpoint {folder.name} cannot be used: {error}") from error
    _fill(model, _weights(folder), folder)
    return Checkpoint(folder.name, model.eval(), settings, command)


def read_spec(said: Any) -> tuple[ModelSpec, TrainingSettings, str]:
    """What spec.json says: the model, how it was trained, and by which command; SpecError."""
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise SpecError(f"its format is not {FORMAT}.")
    try:
        return spec_of(said.get("model")), TrainingSettings.from_json(said.get("training")), str(said.get("command", ""))
    except TypeError as error:
        raise SpecError(f"{error}.") from error


def begin_with(model: Autoencoder, folder: Path) -> None:
    """Give a fresh model the weights of a checkpoint. A prior that the checkpoint lacks keeps its own; CheckpointError if anything else differs."""
    found, own = _weights(folder), model.state_dict()
    learned = {name: weight for name, weight in own.items() if name in found or not name.startswith("prior.")}
    _check_fit(
        found,
        learned,
        f"The weights of the checkpoint {folder.name} do not fit the model that is to begin with them: {{trouble}}",
    )
    model.load_state_dict({**own, **{name: weight.float() for name, weight in found.items()}})


def read_json(folder: Path, name: str) -> Any:
    """Read one of the JSON files of a checkpoint."""
    try:
        return json.loads(_read(folder, name))
    except (ValueError, UnicodeDecodeError) as error:
        raise CheckpointError(f"{name} of the checkpoint {folder.name} is damaged: {error}. {_restore(folder)}") from error


def load_history(folder: Path) -> list[Record]:
    """The records of the training run."""
    try:
        return [Record.from_json(record) for record in read_json(folder, "history.json")]
    except (KeyError, TypeError, AttributeError) as error:
        raise CheckpointError(
            f"history.json of the checkpoint {folder.name} is not a training history. {_restore(folder)}"
        ) from error


def load_measures(folder: Path, kind: type[M]) -> M:
    """Read the measures of a checkpoint as a record of that kind; CheckpointError if its fields are not those of the record."""
    try:
        return kind.from_json(read_json(folder, METRICS))
    except (SpecError, TypeError) as error:
        again = folder.name if folder.parent == SHIPPED else folder
        raise CheckpointError(
            f"{METRICS} of the checkpoint {folder.name} does not fit this version: {error} Measure the model again: `python -m vae measure {again}`."
        ) from error


def write_measures(folder: Path, measures: MeasureSet) -> None:
    """Replace the measures of a checkpoint, completely or not at all."""
    with tempfile.TemporaryDirectory(dir=folder, prefix=".measures-") as scratch:
        fresh = Path(scratch) / METRICS
        fresh.write_bytes(to_json(measures.to_json()))
        fresh.replace(folder / METRICS)


def names(root: Path = SHIPPED) -> list[str]:
    """Checkpoints in a folder, by name."""
    try:
        with os.scandir(root) as found:
            return sorted(e.name for e in found if not e.name.startswith(".") and os.access(f"{e.path}/spec.json", os.F_OK))
    except OSError:
        return []


def _restore(folder: Path) -> str:
    if folder.parent != SHIPPED:
        return "Put the file back from a copy that you kept, or train the model again."
    return "Put the file back from a fresh copy of the project, or train the model again with `make checkpoints`."


def to_json(value: Any) -> bytes:
    return (json.dumps(value, indent=1, allow_nan=False) + "\n").encode()


def _compact(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    largest = torch.finfo(torch.float16).max
    return {name: (w.half() if w.abs().max() < largest else w).contiguous() for name, w in weights.items()}


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise CheckpointError(f"The checkpoint {folder.name} has no readable {name} in {folder}. {_restore(folder)}") from error


def _weights(folder: Path) -> dict[str, Tensor]:
    try:
        return safetensors.torch.load(_read(folder, "model.safetensors"))
    except (safetensors.SafetensorError, ValueError, KeyError) as error:
        raise CheckpointError(
            f"model.safetensors of the checkpoint {folder.name} is damaged: {error}. {_restore(folder)}"
        ) from error


def misfit(found: Mapping[str, Sequence[int]], expected: Mapping[str, Sequence[int]]) -> str:
    """The first weight that is missing, too many or of another shape than expected, in a sentence; "" if all fit."""
    for key in sorted({*found, *expected}):
        if key not in found:
            return f"{key} is missing; it must be {by(expected[key])}."
        if key not in expected:
            return f"{key} belongs to no layer of the model."
        if tuple(found[key]) != tuple(expected[key]):
            return f"{key} is {by(found[key])}; it must be {by(expected[key])}."
    return ""


def shapes(weights: Mapping[str, Tensor]) -> dict[str, tuple[int, ...]]:
    """The shape of each of these weights."""
    return {key: tuple(weight.shape) for key, weight in weights.items()}


def expected_shapes(spec: ModelSpec) -> dict[str, tuple[int, ...]]:
    """The shape of each weight of such a model, found without memory for any."""
    with torch.device("meta"):
        return shapes(build(spec).state_dict())


def _check_fit(weights: dict[str, Tensor], expected: dict[str, Tensor], refusal: str) -> None:
    if trouble := misfit(shapes(weights), shapes(expected)):
        raise CheckpointError(refusal.format(trouble=trouble))


def _fill(model: Autoencoder, weights: dict[str, Tensor], folder: Path) -> None:
    _check_fit(
        weights,
        model.state_dict(),
        f"The weights of the checkpoint {folder.name} do not fit its spec.json: {{trouble}} {_restore(folder)}",
    )
    if not all(torch.isfinite(weight).all() for weight in weights.values()):
        raise CheckpointError(
            f"The weights of the checkpoint {folder.name} contain values that are not numbers. {_restore(folder)}"
        )
    model.load_state_dict({key: weight.float() for key, weight in weights.items()})
