"""Weights in a safetensors file, as arrays: their list of shapes is checked before any of them is read, and must add up to the bytes that are there."""

import json
import struct
from math import prod
from typing import Any

import numpy as np
import safetensors

from ingest.files import File, shown
from ingest.limits import Refused

MOST_WEIGHTS = 48 * 2**20  # bytes of the file
MOST_HEADER = 2**20  # bytes of its list of shapes
MOST_TENSORS = 400
LONGEST_KEY = 200
FLOATS = {"F16": np.float16, "BF16": np.uint16, "F32": np.float32, "F64": np.float64}  # BF16 is the upper half of a float32


def read(file: File) -> dict[str, np.ndarray]:
    """The float32 arrays of a file by their names, all finite; Refused with a sentence."""
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
        if not isinstance(kind, str) or kind not in FLOATS:
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
