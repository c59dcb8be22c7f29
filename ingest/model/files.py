"""Models in a zip archive: weights as safetensors, and beside them a spec or a mapping. Nothing is unpickled.

Names and sizes are checked before anything is read. What the files mean is for others to say (vae/checkpoints.py, vae/foreign.py); here they become JSON and plain numbers.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from ingest.files import File, shown
from ingest.limits import Refused
from ingest.model import tensors

MOST_JSON = {"spec.json": 2**16, "mapping.json": 2**16}  # bytes
SUFFIX = ".safetensors"
PICKLES = {".pt", ".pth", ".ckpt", ".pkl", ".pickle"}
WANTED = (
    "A model is a zip archive of one .safetensors file with its spec.json, as `python -m vae train` writes them, or with a mapping.json that says "
    "which layers it has."
)


@dataclass(frozen=True)
class BroughtModel:
    """The files of a model.

    name     of its folder, or of the archive
    spec     spec.json; None where a mapping came instead
    mapping  mapping.json; None where a spec came
    tensors  float32 arrays by their names, all finite
    """

    name: str
    spec: Any
    mapping: Any
    tensors: dict[str, np.ndarray] = field(compare=False)


def are_a_model(files: Sequence[File]) -> bool:
    """Whether an archive's files are those of a model, or meant to be."""
    suffixes = {file.suffix for file in files}
    return SUFFIX in suffixes or (bool(suffixes & PICKLES) and suffixes <= PICKLES | {".json"})


def read(files: Sequence[File], archive: str) -> BroughtModel:
    """The model in an archive's files; Refused with a sentence."""
    by_name: dict[str, list[File]] = {}
    for file in files:
        by_name.setdefault(PurePosixPath(file.path).name.lower(), []).append(file)
    weights = [file for file in files if file.suffix == SUFFIX and not _replay(file)]
    if not weights:
        pickled = next((file.name for file in files if file.suffix in PICKLES), "")
        raise Refused(
            f"{pickled} is no safetensors file. Such files can run code when they are opened, so they never are here. {WANTED}"
            if pickled
            else WANTED
        )
    if len(weights) > 1:
        raise Refused(
            f"There are {len(weights)} files of weights: {', '.join(file.name for file in weights[:4])}. Send one model at a time."
        )
    texts = {name: _json(by_name.get(name, []), name) for name in MOST_JSON}
    if (texts["spec.json"] is None) == (texts["mapping.json"] is None):
        raise Refused(f"{weights[0].name} needs a spec.json or a mapping.json beside it, one of the two. {WANTED}")
    parent = PurePosixPath(weights[0].path).parent.name
    name = shown(parent or archive.removesuffix(".zip"))
    return BroughtModel(name, texts["spec.json"], texts["mapping.json"], tensors.read(weights[0]))


def _replay(file: File) -> bool:
    """Whether it is the replay that comes with the models that ship."""
    return PurePosixPath(file.path).name == "timeline.safetensors"


def _json(files: Sequence[File], name: str) -> Any:
    """What the file says; None where there is none."""
    if not files:
        return None
    if len(files) > 1:
        raise Refused(f"There are {len(files)} files called {name}. Send one model at a time.")
    if files[0].size > MOST_JSON[name]:
        raise Refused(f"{files[0].name} has {files[0].size:,} bytes; {MOST_JSON[name]:,} is the most.")
    try:
        found = json.loads(files[0].start(MOST_JSON[name]), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Refused(f"{files[0].name} is not JSON: {shown(str(error))}.") from error
    if found is None:
        raise Refused(f"{files[0].name} says nothing.")
    return found


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number in JSON")
