"""Where files may be written: a folder of the project, or where that is read-only, one in the user's cache; and how a folder is written whole."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path


def user_cache() -> Path:
    """The project's folder in the user's cache: below $XDG_CACHE_HOME, or ~/.cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "latent-explorer"


def first_writable(*folders: Path) -> Path | None:
    """The first of the folders in which a file can be written, made if it is not there; None if there is none."""
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    return None


def replace(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write these files as a folder, completely or not at all. What was there before is deleted."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as scratch:
        fresh = Path(scratch) / "new"
        fresh.mkdir()
        for name, content in contents.items():
            (fresh / name).write_bytes(content)
        old = Path(scratch) / "old"
        if folder.exists():
            folder.rename(old)
        try:
            fresh.rename(folder)
        except OSError:
            if old.exists():
                old.rename(folder)
            raise
