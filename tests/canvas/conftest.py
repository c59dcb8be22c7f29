"""A server with the canvas alone on it, and a Chromium to drive it."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from canvas_visitor import CanvasVisitor

HERE = Path(__file__).resolve().parent
START_UP = 120  # seconds


@pytest.fixture(scope="session")
def chromium(browser):
    """The one Chromium of all browser tests."""
    return browser


@pytest.fixture(scope="session")
def address(chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the canvas is served."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("canvas") / "server.log"
    command = [sys.executable, "-m", "streamlit", "run", "canvas_app.py", f"--server.port={port}"]
    quiet = ["--server.headless=true", "--browser.gatherUsageStats=false", "--server.fileWatcherType=none"]
    with log.open("wb") as output:
        server = subprocess.Popen([*command, *quiet], cwd=HERE, stdout=output, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + START_UP
        while not _answers(f"http://127.0.0.1:{port}"):
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"The server did not come up. Its log:\n{log.read_text()}")
            time.sleep(0.3)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(15)


@pytest.fixture
def visit(chromium, address: str) -> Iterator[Callable[..., CanvasVisitor]]:
    """Opens the canvas; at the end nothing may have been said in any console."""
    visitors: list[CanvasVisitor] = []

    def arrive(link: str = "", ready: bool = True, **context) -> CanvasVisitor:
        visitors.append(CanvasVisitor(chromium, address, link, **context))
        return visitors[-1].open(ready)

    yield arrive
    for visitor in visitors:
        visitor.context.close()
    assert [visitor.errors for visitor in visitors] == [[] for _ in visitors]


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5) as response:
            return response.status == 200
    except OSError:
        return False
