"""Where files may be written: a folder of the project, or where that is read-only, one in the user's cache."""

import os
import tempfile
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
