"""What benchmarks in a browser stand on: an installed Chromium, and the app on a free port."""

import contextlib
import os
import shutil
from collections.abc import Iterator

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from benchmarks import running

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
    """The address of an app of its own, which has come to rest, for as long as it is needed."""
    with running.app() as started:
        started.rest()
        yield started.address
