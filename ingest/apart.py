"""Reading in a process of its own, so that no file takes memory or time from whoever asks, and none can bring it down.

    with Apart(file, [("leaves.zip", size)]) as apart:
        brought = apart.follow(lambda done, of: ...)

The process may take MEMORY beyond what Python and NumPy need, and ends when it is told to, or when whoever asked is gone. What comes back is
JSON and plain numbers, checked here: a file that would find a way to run code could do nothing with them.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from math import prod
from pathlib import Path
from typing import IO, Any, Self

import numpy as np

from ingest import progress
from ingest.brought import Brought
from ingest.choices import AS_FOUND, Choices, Offers
from ingest.levels import Levels, Unclear
from ingest.limits import MOST_IMAGES, SIDE, Refused
from ingest.model.files import MOST_JSON, BroughtModel
from ingest.model.tensors import MOST_WEIGHTS

MEMORY = 240 * 2**20  # bytes
ORDER = "LATENT_EXPLORER_READ"  # environment variable: what the process is to read
ARRAYS: dict[str, tuple[str, tuple[int, ...]]] = {"pixels": ("uint8", (SIDE, SIDE)), "labels": ("int64", ())}
LONGEST_LINE = 10**6
MOST_TEXT = 2 * sum(MOST_JSON.values())  # bytes: JSON may be longer when it is written again
MOST_NUMBERS = 2 * MOST_WEIGHTS  # bytes: half precision becomes single
HANDED_ON = ("PATH", "SYSTEMROOT", "TMPDIR", "LANG", "LC_ALL", "LATENT_EXPLORER_UPLOAD_MB")  # of the environment: no password
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
ROOT = Path(__file__).resolve().parents[1]
TOO_MUCH_MEMORY = f"Reading this takes more than {MEMORY / 2**20:.0f} MB of memory, which is the most. Send a part of it, or smaller pictures."
ENDED = (
    "Reading this ended before it was done, because of the file or because this server is short of memory. Send a part of it."
)
TOO_LONG = "Reading this takes more than ten minutes. Send a part of it, or smaller pictures."


class Apart:
    """A process that reads one sending."""

    def __init__(self, file: IO[bytes], parts: Sequence[tuple[str, int]], choices: Choices = AS_FOUND, memory: int = MEMORY):
        """Start it. The file holds the parts (name, size in bytes) one after another; it must have a descriptor."""
        file.flush()
        file.seek(0)
        order = json.dumps({"parts": [*parts], "choices": asdict(choices), "memory": memory})
        kept = {
            name: value
            for name, value in os.environ.items()
            if name in HANDED_ON or name.startswith(("PYTHON", "LD_", "DYLD_"))
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ingest"],
            cwd=ROOT,
            env={**kept, **ONE_THREAD, ORDER: order},
            stdin=file,
            stdout=subprocess.PIPE,
        )

    def follow(self, heard: progress.Listener = lambda done, of: None) -> Brought | BroughtModel:
        """What was read, after hearing how far it is. Refused with a sentence, also where the process is killed or breaks."""
        assert self.process.stdout is not None
        while line := self.process.stdout.readline(LONGEST_LINE):
            facts = _facts(line)
            if "done" in facts:
                heard(int(facts["done"]), int(facts["of"]))
            elif "refused" in facts:
                raise _refused(facts)
            elif "model" in facts:
                return _model(self.process.stdout, facts)
            else:
                return _brought(self.process.stdout, facts)
        raise Refused(TOO_LONG if self.process.wait() == -getattr(signal, "SIGXCPU", 0) else ENDED)

    def end(self) -> None:
        """End it, whatever it does; `follow` then says so."""
        self.process.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


def _facts(line: bytes) -> dict[str, Any]:
    try:
        facts = json.loads(line)
    except ValueError as error:
        raise Refused(ENDED) from error
    if not isinstance(facts, dict):
        raise Refused(ENDED)
    return facts


def choices_of(facts: dict[str, Any]) -> Choices:
    """Choices that have been written as JSON."""
    levels = facts["levels"]
    return Choices(Levels(**levels) if levels else None, facts["column"], facts["ground"])


def _offers_of(facts: dict[str, Any]) -> Offers:
    levels = tuple(Levels(**each) for each in facts["levels"])
    return Offers(levels, tuple((int(i), str(name)) for i, name in facts["columns"]), tuple(facts["grounds"]))


def _refused(facts: dict[str, Any]) -> Refused:
    if "levels" not in facts:
        return Refused(str(facts["refused"]))
    unclear = Unclear(str(facts["refused"]))
    unclear.levels = tuple(Levels(**each) for each in facts["levels"])
    return unclear


def _model(source: IO[bytes], facts: dict[str, Any]) -> BroughtModel:
    sizes = {str(key): tuple(map(int, shape)) for key, shape in facts["shapes"]}
    if int(facts["model"]) > MOST_TEXT or 4 * sum(map(prod, sizes.values())) > MOST_NUMBERS:
        raise Refused(ENDED)
    rest = _facts(source.read(int(facts["model"])))
    tensors = {key: np.empty(shape, np.float32) for key, shape in sizes.items()}
    for array in tensors.values():
        _fill(source, array)
    return BroughtModel(str(rest["name"]), rest["spec"], rest["mapping"], tensors)


def _fill(source: IO[bytes], array: np.ndarray) -> None:
    whole = memoryview(array.reshape(-1).view(np.uint8))  # type: ignore[arg-type]
    while whole:
        if not (got := source.readinto(whole)):  # type: ignore[attr-defined]
            raise Refused(ENDED)
        whole = whole[got:]


def _brought(source: IO[bytes], facts: dict[str, Any]) -> Brought:
    count = int(facts["count"])
    if not 0 < count <= MOST_IMAGES:
        raise Refused(ENDED)
    arrays: dict[str, Any] = {}
    for name, (kind, shape) in ARRAYS.items():
        arrays[name] = np.empty((count, *shape), kind)
        _fill(source, arrays[name])
    rest = facts["brought"]
    return Brought(
        arrays["pixels"],
        arrays["labels"],
        tuple(rest["classes"]),
        tuple(rest["told"]),
        int(rest["apart"]),
        choices_of(rest["choices"]),
        _offers_of(rest["offers"]),
    )
