"""What benchmarks in a browser stand on: an installed Chromium, and the app on a free port."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 90
FLAGS = ("--no-sandbox", "--disable-gpu")
SIZE: ViewportSize = {"width": 1440, "height": 900}


def path() -> str:
    """Where Chromium or Chrome is installed; ends the program with a sentence where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise SystemExit("This is measured in Chromium or Chrome, and none is on the PATH. Install it, or name it in CHROMIUM.")
    return found


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """A browser without a window."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path(), args=list(FLAGS))
        try:
            yield started
        finally:
            started.close()


@contextlib.contextmanager
def app() -> Iterator[str]:
    """The address of an app of its own, with its runs in a temporary folder, for as long as it is needed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "LATENT_EXPLORER_DATA": folder}
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait(server, f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(30)


def _wait(server: subprocess.Popen, address: str) -> None:
    """Wait until the app answers."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=5)
            return
        time.sleep(0.3)
    raise SystemExit(
        f"The app did not start within {START_SECONDS} seconds. Start it by hand, and give its address with --url."
    )
