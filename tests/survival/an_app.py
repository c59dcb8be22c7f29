"""The app as a teacher starts it, with a data folder of its own, and what can happen to its process."""

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
from at_work import PATIENCE, environment, until

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class App:
    """`streamlit run app.py`, answering when made."""

    def __init__(self, log: Path, **settings: str):
        self.port, self.log = free_port(), log
        self.address = f"http://127.0.0.1:{self.port}"
        command = [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            "app.py",
            "--server.address=127.0.0.1",
            f"--server.port={self.port}",
        ]
        with log.open("ab") as output:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment(**settings), stdout=output, stderr=output)
        until(self.answers, f"an answer of the app, whose log is {log}")

    def answers(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            with urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=5) as response:
                return response.status == 200
        except OSError:
            return False

    def workers(self) -> list[psutil.Process]:
        """The processes it has started."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self, by: signal.Signals) -> float:
        """Send the signal; seconds until the process was gone."""
        began = time.monotonic()
        self.process.send_signal(by)
        self.process.wait(PATIENCE)
        return time.monotonic() - began

    def __enter__(self) -> "App":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.end(signal.SIGTERM)
