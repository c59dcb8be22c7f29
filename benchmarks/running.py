"""The app, started for a measurement on a free local port, with its runs in a temporary folder."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
PATIENCE, LOOK, IDLE = 300.0, 3.0, 0.1  # seconds to wait and to look; the share of a core below which an app is at rest


class App:
    """A running app: its address, its web process, and the folder of its runs."""

    def __init__(self, address: str, process: psutil.Process, folder: str):
        self.address, self.process, self.folder = address, process, folder

    def memory(self) -> int:
        """Bytes of the web process, without its workers."""
        return self.process.memory_info().rss

    def seconds(self) -> float:
        """Processor time that the web process has taken, without its workers."""
        used = self.process.cpu_times()
        return used.user + used.system

    def rest(self) -> None:
        """Wait until it has done what an app does by itself when it has started, such as opening its pages once."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            before = self.seconds()
            time.sleep(LOOK)
            if self.seconds() - before < IDLE * LOOK:
                return


@contextmanager
def app(root: Path = ROOT, settings: Mapping[str, str] | None = None) -> Iterator[App]:
    """The app of the checkout in that folder, with these settings in its environment."""
    with socket.socket() as probe, tempfile.TemporaryDirectory() as folder:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.address=127.0.0.1", f"--server.port={port}"]
        environment = {**os.environ, "LATENT_EXPLORER_DATA": folder, "RUNS_PER_OWNER": "100"}
        environment.pop("DATABASE_URL", None)
        environment.update(settings or {})
        with (Path(folder) / "log").open("wb") as log:
            server = subprocess.Popen(command, cwd=root, env=environment, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}"
            while not _answers(address):
                if server.poll() is not None:
                    raise RuntimeError((Path(folder) / "log").read_text())
                time.sleep(0.2)
            yield App(address, psutil.Process(server.pid), folder)
        finally:
            server.terminate()
            server.wait(60)


def tell(found: Mapping[str, Any], file: str | None) -> None:
    """Print what was measured as one JSON object, and write it to that file where it is one: not "-"."""
    text = json.dumps(found, indent=2)
    if file and file != "-":
        Path(file).write_text(text + "\n")
    print(text)


def _answers(address: str) -> bool:
    with suppress(OSError):
        return urllib.request.urlopen(f"{address}/_stcore/health", timeout=5).status == 200
    return False
