"""Whether a worker on another machine is fit to train for this app: it needs the same Python, packages and project.

Other versions may train other weights from the same seed, or fail in ways that nobody understands.
"""

import hashlib
import sys
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path

PACKAGES = ("torch", "numpy", "sqlalchemy", "distributed")
PROJECT = "project"
ROOT = Path(__file__).resolve().parents[2]
LEARNS = ("vae", "ingest", "explorer/runs")  # the folders that a worker uses
UNLIKE = "The worker at {address} has {theirs}, and this app {ours}, so it is given no run. {mend}"
LACKING = "The worker at {address} cannot train: it has no {name}, which this app has. {mend}"
FAILED = "The worker at {address} cannot train: it failed while it made itself ready. The log of this app says why."
MEND = "Give it the same folder of the project and the packages of requirements.txt, and start it again."


@cache
def here() -> dict[str, str]:
    """What this process runs on: name -> version."""
    packages = {name: metadata.version(name).partition("+")[0] for name in PACKAGES}  # a build for CPUs or for GPUs
    return {"Python": f"{sys.version_info.major}.{sys.version_info.minor}", **packages, PROJECT: _digest()}


def _digest() -> str:
    """A version of the project's own files."""
    sources = sorted(path for folder in LEARNS for path in (ROOT / folder).rglob("*.py"))
    texts = (path.relative_to(ROOT).as_posix().encode() + path.read_bytes() for path in sources)
    return hashlib.sha256(b"".join(texts)).hexdigest()[:8]


def unlike(address: str, theirs: Mapping[str, str]) -> str:
    """How a worker that runs on `theirs` differs from this app, in a sentence; "" if it does not."""
    differ = [name for name, version in here().items() if theirs.get(name) != version]
    if not differ:
        return ""
    said = [", ".join(f"{name} {versions.get(name, 'unknown')}" for name in differ) for versions in (theirs, here())]
    return UNLIKE.format(address=address, theirs=said[0], ours=said[1], mend=MEND)


def lacking(address: str, error: BaseException | None) -> str:
    """Why a worker failed before it could answer, in a sentence."""
    while error is not None:
        if isinstance(error, ImportError) and error.name:
            return LACKING.format(address=address, name=f"module {error.name}", mend=MEND)
        error = error.__cause__ or error.__context__
    return FAILED.format(address=address)
