"""`python -m explorer export`: a view as a file, whole or not at all."""

import shlex
import tempfile
from collections.abc import Sequence
from pathlib import Path

from explorer.page import words
from explorer.takehome.page import ROOM, document
from explorer.takehome.views import Untakeable, named


def export(names: Sequence[str], out: Path, way: bool = False, replay: str | None = None) -> str:
    """Write the view of these models, and say what was written. VaeError with a sentence where there is none, or no place for it."""
    command = ["python", "-m", "explorer", "export", *names, *["--way"] * way, *(["--replay", replay] if replay else [])]
    made = document(named(names, "way" if way else "pair", replay or "model", shlex.join([*command, "--out", out.name])))
    write(out, made)
    return words.load(ROOM).say("written", file=str(out), kilobytes=len(made) / 1000)


def write(out: Path, contents: bytes) -> None:
    """Put the contents at a path at once, so that nobody finds half a file; Untakeable where that cannot be."""
    try:
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as beside:
            part = Path(beside) / "part"
            part.write_bytes(contents)
            part.replace(out)
    except OSError as error:
        raise Untakeable(f"{out} cannot be written: {error.strerror}. Name another place after --out.") from None
