"""Start the app as a teacher does, and ask whether it answers."""

import os
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(port: int, log: Path) -> subprocess.Popen:
    """`streamlit run app.py` on a port, with its output in a file."""
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.address=127.0.0.1", f"--server.port={port}"]
    # A crash outside Python shows in the log too. Training has the usual priority, because tests wait for it.
    # The app has its own runs; otherwise its dispatcher would take those of other tests from the queue.
    own = {"LATENT_EXPLORER_DATA": str(log.parent / "runs"), "LATENT_EXPLORER_NICE": "0", "LATENT_EXPLORER_WORKERS": "1"}
    environment = {**os.environ, "PYTHONFAULTHANDLER": "1", **own}
    with log.open("wb") as output:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
