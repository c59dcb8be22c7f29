"""The process that reads what was sent: `python -m ingest`, started by ingest/apart.py.

It takes the files from its standard input and the order from its environment, limits its own memory and time before it looks at a file, and
says on its standard output, in lines of JSON, how far it has come and what became of it. The numbers follow as they are.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import fields
from typing import Any, BinaryIO

import ingest
from ingest import progress
from ingest.apart import ARRAYS, ORDER, TOO_MUCH_MEMORY
from ingest.sent import Part, Sent

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
            brought = ingest.read(_sent(order["parts"]))
    except ingest.Refused as error:
        _say(out, refused=str(error))
    except MemoryError:
        _say(out, refused=TOO_MUCH_MEMORY)
    else:
        _give(out, brought)
    return 0


def _sent(parts: list[tuple[str, int]]) -> list[Sent]:
    """The files, which lie one after another in the standard input."""
    file, begin, found = open(0, "rb", buffering=0, closefd=False), 0, []  # noqa: SIM115  it ends with the process
    for name, size in parts:
        found.append(Sent(name, Part(file, begin, size), size))  # type: ignore[arg-type]  # a file in all that counts
        begin += size
    return found


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


def _speaker(out: BinaryIO) -> Callable[[float], None]:
    last = [0.0]

    def heard(share: float) -> None:
        if time.monotonic() - last[0] > OFTEN:
            last[0] = time.monotonic()
            _say(out, share=round(share, 3))

    return heard


def _say(out: BinaryIO, **facts: Any) -> None:
    out.write(json.dumps(facts).encode() + b"\n")
    out.flush()


def _give(out: BinaryIO, brought: ingest.Brought) -> None:
    """What was read: everything but the arrays in a line, then the arrays."""
    facts = {each.name: getattr(brought, each.name) for each in fields(brought) if each.name not in ARRAYS}
    _say(out, count=len(brought), brought=facts)
    for name, (kind, _) in ARRAYS.items():
        out.write(memoryview(getattr(brought, name).astype(kind, copy=False)).cast("B"))
    out.flush()


if __name__ == "__main__":
    try:
        status = main()
    except BrokenPipeError:  # whoever asked has ended
        status = UNFORESEEN
    sys.stdout = sys.stderr
    os._exit(status)
