"""The widget in JupyterLab and marimo: from a fresh virtual environment, in a real Chromium, by hand, key and Python.

    python -m benchmarks.notebooks /tmp/notebooks      # makes the environment there if there is none: 1.5 GB, some minutes
    python -m benchmarks.notebooks /tmp/notebooks --pictures /tmp/seen

It prints one line for each thing seen, and ends with 1 where one was not. It is not among the tests, because JupyterLab and marimo weigh as much
as the whole app and no line of the app needs them; what the widget and Python tell one another is tested without (tests/notebook/).
"""

import argparse
import contextlib
import json
import math
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

from benchmarks import chromium
from benchmarks.running import ROOT

PATIENCE = 90.0  # seconds for a notebook to run
SOON = 10.0  # for one answer
IMAGES = 500

BEGIN = f"""import json, sys, threading, time
sys.path.insert(0, {str(ROOT)!r})
import torch
from explorer.notebook import LatentCanvas
from vae import checkpoints, data
test = data.load("mnist").test
images, labels = test.images[:{IMAGES}], test.labels[:{IMAGES}]
model = checkpoints.load(checkpoints.SHIPPED / "mnist-vae-2d").model
def note(**said):
    with open("said.jsonl", "a") as file:
        file.write(json.dumps(said) + chr(10))
"""
KNOWN = """known = LatentCanvas(model, images, labels)
def position(change):
    note(position=change["new"], picked=known.picked)
    if known.picked is None and known.position[0] > 1:
        known.picked = 3
        note(code=known.position)
def selection(change):
    note(selection=change["new"])
    if len(change["new"]) > 2:
        known.selection = change["new"][:2]
known.observe(position, "position")
known.observe(selection, "selection")
known"""
ASKED = """running = threading.Semaphore(1)
def decode(z):
    if len(z) == 1:
        alone = running.acquire(blocking=False)
        time.sleep(0.05)
        note(decoded=z[0].tolist(), alone=alone)
        running.release()
    with torch.no_grad():
        return torch.sigmoid(model.decode(z))
asked = LatentCanvas((lambda x: model.encode(x.reshape(-1, 1, 28, 28)).mean, decode), images, labels)
asked"""


def main() -> None:
    """Make the environment, and look at both notebooks."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.notebooks", description=__doc__)
    parser.add_argument("environment", type=Path, help="folder of the virtual environment")
    parser.add_argument("--pictures", type=Path, help="folder for pictures of what was seen")
    asked = parser.parse_args()
    _install(asked.environment)
    seen = [look(asked.environment.resolve(), asked.pictures) for look in (jupyter, marimo)]
    sys.exit(0 if all(seen) else 1)


def _install(environment: Path) -> None:
    if not (environment / "bin" / "jupyter").exists():
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        wanted = ["-r", str(ROOT / "requirements-notebook.txt")]
        subprocess.run([environment / "bin" / "python", "-m", "pip", "install", "-q", *wanted], check=True)


def jupyter(environment: Path, pictures: Path | None) -> bool:
    """The widget in JupyterLab."""
    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None, "id": f"cell{i}"}
        for i, source in enumerate((BEGIN, KNOWN, ASKED))
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    with tempfile.TemporaryDirectory() as folder:
        written = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
        (Path(folder) / "walk.ipynb").write_text(json.dumps(written), encoding="utf-8")
        port = _free_port()
        options = [
            f"--ServerApp.root_dir={folder}",
            f"--port={port}",
            "--IdentityProvider.token=",
            "--no-browser",
            "--allow-root",
        ]
        command = [environment / "bin" / "jupyter", "lab", "--LabApp.expose_app_in_browser=True", *options]
        with _served(command, folder, f"http://127.0.0.1:{port}/api"), chromium.browser() as browser:
            page = browser.new_page(viewport={"width": 1440, "height": 1400})
            page.goto(f"http://127.0.0.1:{port}/lab/tree/walk.ipynb")
            page.wait_for_function(
                "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel", timeout=1000 * PATIENCE
            )
            page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
            see = _Seen("JupyterLab", page, Path(folder) / "said.jsonl", pictures)
            see.both()
            cell = "jupyterapp.shell.currentWidget.content.activeCellIndex"
            before = page.evaluate(cell)
            see.keys()
            see.that("its keys leave the notebook's cells alone", lambda: page.evaluate(cell) == before)
            page.evaluate("jupyterapp.commands.execute('apputils:change-theme', { theme: 'JupyterLab Dark' })")
            see.that("its theme becomes dark", lambda: page.locator("[data-tone=dark]").count() == 2)
            see.picture("dark")
            return see.well()


def marimo(environment: Path, pictures: Path | None) -> bool:
    """The widget in marimo."""
    cells = "\n".join(f"@app.cell\ndef _():\n{_indented(source)}\n    return\n" for source in _for_marimo())
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "walk.py").write_text(f"import marimo\napp = marimo.App(width='full')\n\n{cells}", encoding="utf-8")
        port = _free_port()
        command = [environment / "bin" / "marimo", "run", "walk.py", "--headless", "--no-token", f"--port={port}"]
        with _served(command, folder, f"http://127.0.0.1:{port}/health"), chromium.browser() as browser:
            page = browser.new_page(viewport={"width": 1440, "height": 1400})
            page.goto(f"http://127.0.0.1:{port}")
            see = _Seen("marimo", page, Path(folder) / "said.jsonl", pictures)
            see.both()
            see.keys()
            return see.well()


def _for_marimo() -> list[str]:
    """One cell: marimo's cells share no names that they do not return, and it shows the last line."""
    known, asked = KNOWN.rsplit("\n", 1)[0], ASKED.rsplit("\n", 1)[0]
    return [f"{BEGIN}import marimo\n{known}\n{asked}\nmarimo.vstack([known, asked])"]


def _indented(source: str) -> str:
    return "\n".join(f"    {line}" for line in source.split("\n"))


@contextlib.contextmanager
def _served(command: list[Any], folder: str, address: str) -> Iterator[None]:
    """A server for as long as it is needed; what it started ends with it."""
    environment = {**os.environ, "JUPYTER_CONFIG_DIR": folder, "PYTHONDONTWRITEBYTECODE": "1", "MARIMO_SKIP_UPDATE_CHECK": "1"}
    with Path(folder, "server.log").open("wb") as log:
        server = subprocess.Popen(
            list(map(str, command)), cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        _until(lambda: _answers(address), PATIENCE)
        yield
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _answers(address: str) -> bool:
    try:
        return bool(urllib.request.urlopen(address, timeout=2).status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _until(true: Callable[[], Any], seconds: float = SOON) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.1)
    return bool(true())


class _Seen:
    """What was seen of both widgets of a page, one line for each thing."""

    def __init__(self, where: str, page: Page, said: Path, pictures: Path | None):
        self.where, self.page, self.file, self.pictures = where, page, said, pictures
        self.seen: list[bool] = []
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def that(self, what: str, true: Callable[[], Any], seconds: float = SOON) -> None:
        found = _until(true, seconds)
        self.seen.append(found)
        print(f"{self.where}: {'yes' if found else 'NO '}  {what}", flush=True)

    def well(self) -> bool:
        self.picture("end")
        self.that(f"no error in the browser{''.join(f': {error}' for error in self.errors)}", lambda: not self.errors, 0)
        return all(self.seen)

    def picture(self, name: str) -> None:
        if self.pictures:
            self.pictures.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=self.pictures / f"{self.where}-{name}.png")

    def said(self, key: str) -> list[dict[str, Any]]:
        """What Python has written down that names a key."""
        lines = self.file.read_text(encoding="utf-8").splitlines() if self.file.exists() else []
        return [each for each in map(json.loads, lines) if key in each]

    def at(self, canvas: Locator) -> list[float]:
        """The place that a widget says it shows."""
        text = canvas.locator(".where").inner_text().replace("\u2212", "-")
        return [float(value) for value in text[text.index("(") + 1 : text.index(")")].split(",")]

    def drawn(self, canvas: Locator) -> str:
        return str(canvas.locator(".head .decoded").evaluate("canvas => canvas.toDataURL()"))

    def hover(self, canvas: Locator, across: float, down: float) -> None:
        box = canvas.locator(".plane").bounding_box()
        assert box
        self.page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])

    def both(self) -> None:
        ready = self.page.locator("[data-testid=latent-canvas][data-ready]")
        self.that("both widgets answer the hand", lambda: ready.count() == 2, PATIENCE)
        self.picture("begin")
        known, asked = ready.nth(0), ready.nth(1)
        known.scroll_into_view_if_needed()
        self.hover(known, 0.3, 0.3)
        before = self.drawn(known)
        self.hover(known, 0.4, 0.7)
        self.that("the browser decodes under the hand", lambda: self.drawn(known) != before)
        self.hover(known, 0.8, 0.5)
        self.page.mouse.down()
        self.page.mouse.up()
        self.that("Python hears of the place", lambda: self.said("position"))
        self.that(
            "Python's answer moves the hand to an image",
            lambda: self.said("code") and self._near(known, self.said("code")[0]["code"]),
        )
        self.page.keyboard.down("Shift")
        self.hover(known, 0.3, 0.3)
        self.page.mouse.down()
        self.hover(known, 0.6, 0.6)
        self.page.mouse.up()
        self.page.keyboard.up("Shift")
        self.that(
            "Python hears of a selection", lambda: len((self.said("selection") or [{"selection": []}])[0]["selection"]) > 2
        )
        self.that("Python's answer is selected", lambda: known.get_by_text("2 selected").count() == 1)
        known.get_by_role("button", name="Decoded").click()
        self.picture("known")
        asked.scroll_into_view_if_needed()
        for step in range(40):
            self.hover(asked, 0.2 + 0.015 * step, 0.5)
            time.sleep(0.01)
        self.that(
            "Python decodes the last place",
            lambda: self.said("decoded") and self._near(asked, self.said("decoded")[-1]["decoded"]),
        )
        calls = self.said("decoded")
        self.that(
            f"at most one call of decode at a time: {len(calls)} for 40 moves", lambda: all(call["alone"] for call in calls), 0
        )
        self.that("and not one for each move", lambda: 2 <= len(calls) < 40, 0)
        self.picture("asked")

    def keys(self) -> None:
        known = self.page.locator("[data-testid=latent-canvas]").nth(0)
        known.scroll_into_view_if_needed()
        known.locator(".plane").focus()
        self.page.mouse.move(1, 1)
        before, said = self.at(known), len(self.said("position"))
        for _ in range(3):
            self.page.keyboard.press("ArrowLeft")
        self.that("arrow keys move", lambda: self.at(known)[0] < before[0])
        self.that("Python hears of the keys", lambda: len(self.said("position")) > said)
        self.page.keyboard.press("s")
        self.that(
            "the key s selects the nearest image",
            lambda: (
                known.get_by_text("3 selected").count() + known.get_by_text("1 selected").count() == 1
                or len(self.said("selection")) > 2
            ),
        )

    def _near(self, canvas: Locator, code: list[float]) -> bool:
        return math.dist(self.at(canvas), code) < 0.02


if __name__ == "__main__":
    main()
