"""The canvas alone, on a plain page and in Streamlit, and visitors who open it."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import canvas_plain
import pytest
from canvas_visitor import CanvasVisitor
from health import answers

HERE = Path(__file__).resolve().parent
START_UP = 120  # seconds


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The address of the canvas on a plain page."""
    with canvas_plain.served() as found:
        yield found


@pytest.fixture(scope="session")
def streamlit_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address at which Streamlit serves the canvas."""
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
        while not answers(f"http://127.0.0.1:{port}"):
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"The server did not come up. Its log:\n{log.read_text()}")
            time.sleep(0.3)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(15)


@contextmanager
def visitors(tabs, address: str) -> Iterator[Callable[..., CanvasVisitor]]:
    """Open the canvas. At the end no console may have an error or a warning."""
    met: list[CanvasVisitor] = []

    def arrive(link: str = "", ready: bool = True, **context) -> CanvasVisitor:
        met.append(CanvasVisitor(tabs, address, link, **context))
        return met[-1].open(ready)

    yield arrive
    for visitor in met:
        tabs.give_back(visitor.page)
    assert [visitor.errors for visitor in met] == [[] for _ in met]


@pytest.fixture
def visit(tabs, address: str) -> Iterator[Callable[..., CanvasVisitor]]:
    """Open the canvas on the plain page."""
    with visitors(tabs, address) as arrive:
        yield arrive


@pytest.fixture
def visit_streamlit(tabs, streamlit_address: str) -> Iterator[Callable[..., CanvasVisitor]]:
    """Open it in Streamlit, for tests of what depends on Streamlit's page, theme, reruns or mounting."""
    with visitors(tabs, streamlit_address) as arrive:
        yield arrive
