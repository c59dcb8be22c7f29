"""`latent-explorer`: the app as an installed program, for who runs it by uvx or pipx and has no folder of it.

It is imported before the project's folder is on Python's path, so it imports nothing of the project; and the app is started in that folder, where its
settings for Streamlit are. What is trained is kept in the user's own data, since a program's folder goes with its next version.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
USUAL = ("--server.port", "8501")


def kept() -> Path:
    """The folder for what is trained: below $XDG_DATA_HOME, %LOCALAPPDATA% or ~/.local/share."""
    own = os.environ.get("XDG_DATA_HOME") or os.environ.get("LOCALAPPDATA")
    return Path(own or Path.home() / ".local" / "share") / "latent-explorer"


def main() -> int:
    """Serve the app until Ctrl-C; options go to Streamlit, such as --server.port 8600."""
    os.environ.setdefault("LATENT_EXPLORER_DATA", str(kept()))
    os.chdir(ROOT)
    command = [sys.executable, "-m", "streamlit", "run", "app.py", *(sys.argv[1:] or USUAL)]
    if os.name == "posix":  # in place of this process, so that what ends it ends the app
        os.execv(command[0], command)
    return subprocess.call(command)
