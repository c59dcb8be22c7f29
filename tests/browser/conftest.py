"""A real server of the app and a real Chromium, both shared by all browser tests, and a clean tab for each visitor."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from health import answers
from serving import free_port, start
from visitor import Visitor

START_UP = 120  # seconds: a busy laptop may need that long to import torch


@pytest.fixture(scope="session")
def server_log(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("server") / "log.txt"


@pytest.fixture(scope="session")
def server(browser, server_log: Path) -> Iterator[str]:
    """The address of the app, started as a teacher starts it."""
    port = free_port()
    address, process = f"http://127.0.0.1:{port}", start(port, server_log)
    deadline = time.monotonic() + START_UP
    try:
        while not answers(address):
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"The server did not come up. Its log:\n{server_log.read_text()}")
            time.sleep(0.2)
        yield address
        if process.poll() is not None:
            pytest.fail(f"The server ended by itself with status {process.returncode}. Its log:\n{server_log.read_text()}")
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def visitors(tabs, address: str) -> Iterator[Callable[..., Visitor]]:
    """Open pages, each as a new visitor. At the end no visitor may have met an error or a request to another host."""
    met: list[Visitor] = []

    def open_page(path: str = "", width: int = 1440, height: int = 900, dark: bool = False, touch: bool = False) -> Visitor:
        met.append(Visitor(tabs, address, width, height, dark, touch))
        return met[-1].open(path)

    yield open_page
    for visitor in met:
        tabs.give_back(visitor.page)
    assert [trouble for visitor in met for trouble in visitor.troubles] == []


@pytest.fixture
def visit(tabs, server) -> Iterator[Callable[..., Visitor]]:
    """Open a page as a new visitor: visit("explore?model=mnist-ae-2d", width=390, dark=True)."""
    with visitors(tabs, server) as open_page:
        yield open_page


@pytest.fixture(scope="module")
def visit_for_all(tabs, server) -> Iterator[Callable[..., Visitor]]:
    """The same for a page that all tests of a file look at."""
    with visitors(tabs, server) as open_page:
        yield open_page
