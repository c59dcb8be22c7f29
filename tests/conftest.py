"""Fixtures of all tests: the list of models that every law runs over, small data sets cut from the real ones, Node and a browser."""

import json
import os
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch
from model_list import MODELS, model_name
from tabs import Tabs

from vae import data
from vae.data import Dataset, Split
from vae.hardware import use_one_thread
from vae.model.networks import AnyModel, Autoencoder, build
from vae.model.spec import ModelSpec

use_one_thread()
HERE = Path(__file__).parent


@pytest.fixture(scope="session", autouse=True)
def no_runs_of_anybody(tmp_path_factory) -> None:
    """Keep the runs of the tests, and of the apps that they start, in a folder of their own."""
    os.environ.pop("DATABASE_URL", None)
    os.environ["LATENT_EXPLORER_DATA"] = str(tmp_path_factory.mktemp("runs"))
    os.environ["LATENT_EXPLORER_NICE"] = "0"  # whoever trains in a test would stay behind all others
    os.environ["LATENT_EXPLORER_REHEARSE"] = "0"  # the apps that tests start open the pages that a test opens


@pytest.fixture(params=MODELS, ids=model_name)
def spec(request) -> ModelSpec:
    """Each kind of model that can be built, in small. A test that asks for it runs over all of them."""
    return request.param


@pytest.fixture
def model(spec: ModelSpec) -> Autoencoder:
    """A freshly initialised model of that kind."""
    return build(spec, seed=1)


@pytest.fixture
def dataset(spec: ModelSpec, small_datasets: dict[tuple, Dataset]) -> Dataset:
    """A few hundred real images that fit the model."""
    return small_datasets[spec.image_shape]


@pytest.fixture
def images(dataset: Dataset) -> torch.Tensor:
    """Six images (6, C, H, W) in [0, 1] that fit the model."""
    return dataset.test.pixels(slice(6))


@pytest.fixture
def labels(dataset: Dataset) -> torch.Tensor:
    """Their classes (6,)."""
    return dataset.test.labels[:6]


@pytest.fixture
def told(model: Autoencoder, labels: torch.Tensor) -> AnyModel:
    """The model; a conditional one is told the classes of the six images."""
    return model.given(labels)


@pytest.fixture(scope="session")
def mnist() -> Dataset:
    return data.load("mnist")


@pytest.fixture(scope="session")
def digits() -> Dataset:
    return data.load("digits")


@pytest.fixture(scope="session")
def small_datasets(mnist: Dataset, digits: Dataset) -> dict[tuple, Dataset]:
    """The first 512 training, 128 validation and 128 test images of MNIST and of the digits, by image shape."""
    return {whole.image_shape: _first(whole) for whole in (mnist, digits)}


@pytest.fixture(scope="session")
def small_digits(small_datasets: dict[tuple, Dataset]) -> Dataset:
    return small_datasets[1, 8, 8]


@pytest.fixture(scope="session")
def small_mnist(small_datasets: dict[tuple, Dataset]) -> Dataset:
    return small_datasets[1, 28, 28]


def _first(whole: Dataset) -> Dataset:
    parts = zip((whole.train, whole.validation, whole.test), (512, 128, 128), strict=True)
    return Dataset(whole.name, *(Split(part.images[:count], part.labels[:count]) for part, count in parts), whole.classes)


@pytest.fixture
def no_network(monkeypatch) -> Callable[[], list[str]]:
    """Let every request fail, as it does offline. The returned function lists the addresses that were asked for."""
    asked: list[str] = []

    def refuse(request, *_, **__):
        asked.append(request if isinstance(request, str) else request.full_url)
        raise urllib.error.URLError("no network in this test")

    monkeypatch.setattr(urllib.request, "urlopen", refuse)
    return lambda: asked


FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--js-flags=--expose-gc",  # the canvas tests count what is left after a collection
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
INSTALL = (
    "Install Chromium (on Debian or Ubuntu: apt-get install chromium) and Playwright (pip install -r requirements-dev.txt)."
)


LANES = ("browser", "pages", "survival", "lessons in a browser", "canvas", "store")  # the longest first
# Slow tests that say little while you work. `make check` leaves them out, and all lanes except for the teachers' links.
SLOW = (
    "test_command_line",
    "test_disentangle_models",
    "test_extending",
    "test_metrics",
    "test_presets",
    "test_torchvision_repair",
    "test_training_control",
)


@cache
def lane(path: Path) -> str:
    """The tests that run in one process because they share something costly: a browser and servers, the pages' caches, a database.

    All other tests run file by file.
    """
    if path.parent.name == "browser" and path.stem.startswith("test_lesson"):
        return "lessons in a browser"  # a second lane, with a server and a browser of its own
    if path.parent.name in LANES:
        return path.parent.name
    pages = "app_driver" in path.read_text(encoding="utf-8") or path.stem == "test_em"  # its page shows the same runs
    return "pages" if pages else path.stem


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log):
    """Give out whole lanes, in the order in which they were collected."""
    from xdist.scheduler import LoadScopeScheduling

    class Lanes(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return lane(config.rootpath / nodeid.split("::")[0])

    return Lanes(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    lanes = {item: lane(item.path) for item in items}
    longest_first = {name: place for place, name in enumerate(LANES)}
    forgets = "test_pages_damage"  # it empties the caches of the pages, so it comes after them
    items.sort(key=lambda item: (longest_first.get(lanes[item], len(LANES)), item.path.stem == forgets))
    for item in items:
        slow = lanes[item] in (*LANES, *SLOW) or item.path.parent.name == "lessons"
        if slow and item.path.stem != "test_teachers_links":
            item.add_marker(pytest.mark.slow)
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
        if item.path.parent.name in ("browser", "canvas", "survival") and config.pluginmanager.hasplugin("rerunfailures"):
            item.add_marker(pytest.mark.flaky(reruns=1))  # one more try, which the summary reports


def missing(what: str) -> None:
    """Skip the test; fail instead where every test must run (CI=true)."""
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(what)


@pytest.fixture(scope="session")
def node() -> str:
    """Node's path. If it is missing, the test is skipped and says so, or fails where every test must run (CI=true)."""
    found = shutil.which("node")
    if found is None:
        missing("Node is not installed, so JavaScript is not tested. Install it (on Debian or Ubuntu: apt-get install nodejs).")
    return found


@pytest.fixture(scope="session")
def javascript(node: str) -> Iterator[Callable[..., list[Any]]]:
    """Call functions of a JavaScript module under Node: javascript("tests/canvas/decode.mjs", ["decode", ...], ...) -> their results."""
    process = subprocess.Popen([node, HERE / "javascript.mjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(module: str, *calls: list) -> list[Any]:
        print(json.dumps({"module": module, "calls": calls}), file=process.stdin, flush=True)
        answer = json.loads(process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer["results"]

    yield ask
    process.stdin.close()
    process.wait(10)


@pytest.fixture(scope="session")
def browser() -> Iterator:
    """An installed Chromium that Playwright drives."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        missing(f"Browser tests need Chromium or Chrome, and none is on the PATH. {INSTALL}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def tabs(browser) -> Tabs:
    """The browser's tabs, which are used again."""
    return Tabs(browser)
