"""Models in a zip archive: weights as safetensors, and beside them a spec or a mapping. Nothing is unpickled.

Names and sizes are checked before anything is read, and the weights' own list of shapes before any of them is: shapes must add up to the bytes that are there.
What the files mean is for others to say (vae/checkpoints.py, vae/foreign.py); here they become JSON and plain numbers.
"""

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import safetensors

from ingest.files import File, shown
from ingest.limits import Refused

MOST_WEIGHTS = 48 * 2**20  # bytes of the file
MOST_HEADER = 2**20  # bytes of its list of shapes
MOST_TENSORS = 400
LONGEST_KEY = 200
MOST_JSON = {"spec.json": 2**16, "mapping.json": 2**16}  # bytes
SUFFIX = ".safetensors"
PICKLES = {".pt", ".pth", ".ckpt", ".pkl", ".pickle"}
FLOATS = {"F16": np.float16, "BF16": np.uint16, "F32": np.float32, "F64": np.float64}  # BF16 is the upper half of a float32
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
    return BroughtModel(name, texts["spec.json"], texts["mapping.json"], _tensors(weights[0]))


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


def _tensors(file: File) -> dict[str, np.ndarray]:
    if file.size > MOST_WEIGHTS:
        raise Refused(f"{file.name} has {file.size / 2**20:,.0f} MB; {MOST_WEIGHTS / 2**20:,.0f} MB is the most.")
    _check_header(file)
    try:
        found = safetensors.deserialize(file.start(MOST_WEIGHTS))
    except (safetensors.SafetensorError, ValueError) as error:
        raise Refused(f"{file.name} is damaged or no safetensors file: {shown(str(error))}. Save it again.") from error
    return {key: _array(key, facts) for key, facts in found}


def _check_header(file: File) -> None:
    """Refuse a list of shapes that is too long, has too many entries or kinds of numbers that no weights have."""
    begin = file.start(8 + MOST_HEADER)
    length = struct.unpack("<Q", begin[:8])[0] if len(begin) >= 8 else 0
    if not 2 <= length <= min(MOST_HEADER, file.size - 8):
        raise Refused(f"{file.name} is damaged or no safetensors file. Save it again.")
    try:
        header = {key: facts for key, facts in dict(json.loads(begin[8 : 8 + length])).items() if key != "__metadata__"}
    except (ValueError, TypeError, RecursionError) as error:
        raise Refused(f"{file.name} is damaged or no safetensors file. Save it again.") from error
    if not 1 <= len(header) <= MOST_TENSORS:
        raise Refused(f"{file.name} has {len(header):,} tensors; 1 to {MOST_TENSORS} are read.")
    for key, facts in header.items():
        kind = facts.get("dtype") if isinstance(facts, dict) else None
        if len(key) > LONGEST_KEY or not key.isprintable():
            raise Refused(
                f"{file.name} has a tensor with the name {shown(key)!r}; names have at most {LONGEST_KEY} printable characters."
            )
        if kind not in FLOATS:
            raise Refused(
                f"{shown(key)} holds numbers of the kind {shown(str(kind))}; weights are {', '.join(FLOATS)}. Take it out, or save it as F32."
            )


def _array(key: str, facts: dict[str, Any]) -> np.ndarray:
    values = np.frombuffer(facts["data"], FLOATS[facts["dtype"]])
    if facts["dtype"] == "BF16":
        values = (values.astype(np.uint32) << 16).view(np.float32)
    with np.errstate(over="ignore"):
        values = values.astype(np.float32, copy=False)
    if len(values) != prod(facts["shape"]) or not len(values):
        raise Refused(f"{shown(key)} has no values.")
    if not np.isfinite(values).all():
        raise Refused(f"{shown(key)} contains values that are not numbers, or too large for one.")
    return values.reshape(facts["shape"])
