"""The process that reads what was sent: `python -m ingest`, started by ingest/apart.py.

It takes the files from its standard input and the order from its environment, limits its own memory and time before it looks at a file, and
says on its standard output, in lines of JSON, how far it has come and what became of it. The numbers follow as they are.
"""

import io
import json
import os
import signal
import sys
import time
from dataclasses import asdict, fields
from functools import partial
from itertools import accumulate
from typing import Any, BinaryIO

import ingest
from ingest import progress
from ingest.apart import ARRAYS, ORDER, TOO_MUCH_MEMORY, choices_of
from ingest.files import File

AT_A_TIME = 2**18  # bytes
OFTEN = 0.1  # seconds between two words on how far it is
MOST_SECONDS = 600  # of a core
NICE = 10  # pages come first
UNFORESEEN = 70  # exit status


def main() -> int:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    order = json.loads(os.environ.pop(ORDER))
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints, prints to the log
    _limit(order["memory"])
    heard = _speaker(out)
    try:
        with progress.heard_by(heard):
            brought = ingest.read(_sent(order["parts"]), choices_of(order["choices"]))
    except ingest.Unclear as error:
        _say(out, refused=str(error), levels=[asdict(each) for each in error.levels])
    except ingest.Refused as error:
        _say(out, refused=str(error))
    except MemoryError:
        _say(out, refused=TOO_MUCH_MEMORY)
    else:
        _give_model(out, brought) if isinstance(brought, ingest.BroughtModel) else _give(out, brought)
    return 0


class _Part(io.RawIOBase):
    """So many bytes of the standard input, from a place on, as a file of its own. It may be opened several times."""

    def __init__(self, begin: int, size: int):
        self._begin, self._size, self._at = begin, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, place: int, whence: int = os.SEEK_SET) -> int:
        self._at = max(0, place + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence])
        return self._at

    def readinto(self, buffer) -> int:
        os.lseek(0, self._begin + self._at, os.SEEK_SET)
        contents = os.read(0, max(0, min(len(buffer), self._size - self._at)))
        buffer[: len(contents)] = contents
        self._at += len(contents)
        return len(contents)


def _sent(parts: list[tuple[str, int]]) -> list[File]:
    """The files, which lie one after another in the standard input."""
    begins = accumulate((size for _, size in parts), initial=0)
    return [File(name, size, partial(_opened, begin, size)) for (name, size), begin in zip(parts, begins, strict=False)]


def _opened(begin: int, size: int) -> BinaryIO:
    return io.BufferedReader(_Part(begin, size), AT_A_TIME)


def _limit(memory: int) -> None:
    """No more memory than there is now and so much more, and not for ever; where the system knows such limits."""
    try:
        import resource
    except ImportError:  # Windows
        return
    os.nice(NICE)
    wanted = {resource.RLIMIT_CPU: MOST_SECONDS, resource.RLIMIT_CORE: 0}
    try:
        with open("/proc/self/statm", "rb") as statm:  # noqa: PTH123
            wanted[resource.RLIMIT_AS] = int(statm.read().split()[0]) * resource.getpagesize() + memory
    except OSError:  # macOS counts other things
        pass
    for what, most in wanted.items():
        resource.setrlimit(what, (most, most))


def _speaker(out: BinaryIO) -> progress.Listener:
    last = [0.0]

    def heard(done: int, of: int) -> None:
        if time.monotonic() - last[0] > OFTEN:
            last[0] = time.monotonic()
            _say(out, done=done, of=of)

    return heard


def _say(out: BinaryIO, **facts: Any) -> None:
    out.write(json.dumps(facts).encode() + b"\n")
    out.flush()


def _give(out: BinaryIO, brought: ingest.Brought) -> None:
    """What was read: everything but the arrays in a line, then the arrays."""
    facts = {each.name: getattr(brought, each.name) for each in fields(brought) if each.name not in ARRAYS}
    facts |= {name: asdict(facts[name]) for name in ("choices", "offers")}
    _say(out, count=len(brought), brought=facts)
    for name, (kind, _) in ARRAYS.items():
        out.write(memoryview(getattr(brought, name).astype(kind, copy=False)).cast("B"))
    out.flush()


def _give_model(out: BinaryIO, brought: ingest.BroughtModel) -> None:
    """The files of a model: the shapes of its weights in a line, then what else came as JSON, then the weights."""
    rest = json.dumps({"name": brought.name, "spec": brought.spec, "mapping": brought.mapping}).encode()
    _say(out, model=len(rest), shapes=[[key, array.shape] for key, array in brought.tensors.items()])
    out.write(rest)
    for array in brought.tensors.values():
        out.write(array.tobytes())
    out.flush()


if __name__ == "__main__":
    try:
        status = main()
    except BrokenPipeError:  # whoever asked has ended
        status = UNFORESEEN
    sys.stdout = sys.stderr
    os._exit(status)
