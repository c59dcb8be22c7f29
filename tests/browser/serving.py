"""Starts the app as a teacher does, and asks whether it answers."""

import os
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(port: int, log: Path) -> subprocess.Popen:
    """`streamlit run app.py` on that port, its output in a file."""
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.address=127.0.0.1", f"--server.port={port}"]
    # A crash outside Python shows in the log too; training does not step behind, since tests wait for it.
    # Its runs are its own: its dispatcher would take those that other tests have put in a queue.
    own = {"LATENT_EXPLORER_DATA": str(log.parent / "runs"), "LATENT_EXPLORER_NICE": "0"}
    environment = {**os.environ, "PYTHONFAULTHANDLER": "1", **own}
    with log.open("wb") as output:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5) as response:
            return response.status == 200
    except OSError:
        return False
