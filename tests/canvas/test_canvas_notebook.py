"""The widget of notebooks in a real browser, with its real Python half and no notebook between them."""

import base64
import json
import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from explorer.notebook import LatentCanvas
from vae import checkpoints
from vae.data import Dataset

WIRE = Path(__file__).with_name("wire.html").read_text(encoding="utf-8")
ADDRESS = "http://notebook.test/"
COUNT = 300
PATIENCE = 20  # seconds


class Comm:
    """What carries messages; here they wait until the browser takes them."""

    kernel = comm_id = "none"

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def send(self, data: dict[str, Any], buffers: Any = None, **_: Any) -> None:
        if data["method"] == "update":
            self.sent.append({"state": data["state"]})
        elif data["method"] == "custom":
            said = [base64.b64encode(bytes(one)).decode() for one in buffers or []]
            self.sent.append({"content": data["content"], "buffers": said})

    def take(self) -> list[dict[str, Any]]:
        taken, self.sent = self.sent, []
        return taken

    def on_msg(self, _: Any) -> None: ...

    def close(self, **_: Any) -> None: ...


class Shown:
    """A widget in a cell."""

    def __init__(self, page: Any, widget: LatentCanvas):
        self.page, self.widget, self.comm = page, widget, Comm()
        state = {name: widget.get_state()[name] for name in ("position", "picked", "selection", "_told", "_style")}
        bodies = {name: base64.b64encode(body).decode() for name, body in widget._bodies.items()}
        widget.comm = self.comm
        page.current = self
        page.evaluate("([code, state]) => begin(code, state)", [widget._esm, {**state, "_bodies": bodies}])
        page.locator("[data-ready]").wait_for()

    def hear(self, what: str, said: dict[str, Any]) -> list[dict[str, Any]]:
        if what == "save":
            self.widget.set_state(said)
        else:
            self.widget._handle_custom_msg(said, [])
        return self.comm.take()

    def python(self, act: Callable[[LatentCanvas], Any]) -> None:
        """Do something in Python; the browser is told."""
        act(self.widget)
        self.page.evaluate("take", self.comm.take())

    def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is so in Python."""
        deadline = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < deadline
            self.page.wait_for_timeout(30)

    def place(self, across: float, down: float) -> tuple[float, float]:
        box = self.page.locator(".plane").bounding_box()
        return box["x"] + across * box["width"], box["y"] + down * box["height"]

    def says(self, code: list[float]) -> None:
        """Wait until the head says that place."""
        said = ", ".join(f"{0.0 if abs(value) < 0.005 else value:.2f}" for value in code).replace("-", "\u2212")
        self.page.locator(".where", has_text=f"({said})").wait_for()

    def pixels(self) -> list[int]:
        """Grey levels of the decoded picture on the screen."""
        script = "canvas => [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data].filter((_, i) => i % 4 === 0)"
        return self.page.locator(".head .decoded").evaluate(script)


@pytest.fixture(scope="module")
def page(browser) -> Iterator[Any]:
    tab = browser.new_page(viewport={"width": 1200, "height": 900})
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.route(ADDRESS, lambda route: route.fulfill(body=WIRE, content_type="text/html"))
    tab.goto(ADDRESS)
    tab.expose_function("python", lambda what, said: tab.current.hear(what, said))
    yield tab
    tab.close()
    assert errors == []


@pytest.fixture
def known(page, mnist: Dataset) -> Shown:
    """A model of this project, which the browser decodes."""
    model = checkpoints.load(checkpoints.SHIPPED / "mnist-vae-2d").model
    return Shown(page, LatentCanvas(model, mnist.test.images[:COUNT], mnist.test.labels[:COUNT]))


@pytest.fixture
def asked(page, mnist: Dataset) -> Shown:
    """The same, as functions, which Python decodes."""
    model = checkpoints.load(checkpoints.SHIPPED / "mnist-vae-2d").model
    pair = (lambda x: model.encode(x[:, None]).mean, lambda z: torch.sigmoid(model.decode(z)))
    return Shown(page, LatentCanvas(pair, mnist.test.images[:COUNT, 0], mnist.test.labels[:COUNT]))


def test_hand_and_python_move_the_same_marker(known: Shown) -> None:
    known.page.mouse.click(*known.place(0.7, 0.4))
    known.page.evaluate("settled()")
    known.says(known.widget.position)
    assert math.dist(known.widget.position, [0, 0]) > 0.3
    known.python(lambda widget: setattr(widget, "position", [-1.0, 0.5]))
    known.says([-1.0, 0.5])
    known.python(lambda widget: setattr(widget, "picked", 12))
    known.says(known.widget.posterior.mean[12].tolist())
    known.page.locator(".plane").focus()
    known.page.keyboard.press("ArrowRight")
    known.until(lambda: known.widget.picked is None)  # keys rest before they are told
    assert known.widget.position[0] > known.widget.posterior.mean[12][0]


def test_the_picture_is_pythons(known: Shown) -> None:
    known.python(lambda widget: setattr(widget, "position", [0.5, -1.25]))
    known.says([0.5, -1.25])
    expected = (255 * known.widget.decoded.flatten()).tolist()
    assert max(abs(a - b) for a, b in zip(known.pixels(), expected, strict=True)) < 4


def test_an_image_under_the_hand_is_picked(known: Shown) -> None:
    heard: list[int | None] = []
    known.widget.observe(lambda change: heard.append(change["new"]), "picked")
    for step in range(8):  # across the crowd of codes, in steps beyond the marker's reach
        known.page.mouse.click(*known.place(0.35 + 0.04 * step, 0.5))
        known.page.evaluate("settled()")
        picked, position = known.widget.picked, known.widget.position
        assert picked is None or position == known.widget.posterior.mean[picked].tolist()
        known.says(position)
    assert len([index for index in heard if index is not None]) > 2


def test_a_box_selects_what_lies_in_it_and_python_selects_too(known: Shown) -> None:
    known.python(lambda widget: setattr(widget, "selection", [2, 5]))
    known.page.get_by_text("2 selected").wait_for()
    known.page.get_by_role("button", name="Select", exact=True).click()
    known.page.mouse.move(*known.place(0.01, 0.01))
    known.page.mouse.down()
    known.page.mouse.move(*known.place(0.5, 0.99), steps=3)
    known.page.mouse.up()
    known.page.evaluate("settled()")
    left = known.widget.selection
    known.page.get_by_text(f"{len(left)} selected").wait_for()
    means = known.widget.posterior.mean[:, known.widget.subject.plane_axes[0]]
    inside = set(left)
    assert 20 < len(left) < COUNT - 20
    assert (
        max(means[i] for i in inside)
        <= min(means[i] for i in range(COUNT) if i not in inside and means[i] > means[left].min()) + 0.02
    )
    known.page.get_by_role("button", name="Clear").click()
    known.page.evaluate("settled()")
    assert known.widget.selection == []


def test_python_decodes_where_the_browser_cannot(asked: Shown) -> None:
    assert asked.page.get_by_role("button", name="Decoded").count() == 0
    asked.page.mouse.move(*asked.place(0.2, 0.5))
    asked.page.mouse.move(*asked.place(0.6, 0.6), steps=25)
    asked.page.mouse.click(*asked.place(0.6, 0.6))
    asked.page.evaluate("settled()")
    asked.says(asked.widget.position)
    expected = [round(255 * value) for value in asked.widget.decoded.flatten().tolist()]
    asked.page.wait_for_function(
        "expected => { const canvas = document.body.firstElementChild.firstElementChild.shadowRoot.querySelector('.head .decoded');"
        " const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);"
        " return expected.every((grey, p) => Math.abs(data[4 * p] - grey) < 2); }",
        arg=expected,
    )


def test_what_fails_in_python_is_said_on_the_canvas(asked: Shown) -> None:
    def fails(codes: torch.Tensor) -> torch.Tensor:
        raise RuntimeError("no such place")

    asked.widget.subject.decode = fails
    asked.page.mouse.move(*asked.place(0.3, 0.3))
    asked.page.get_by_text("decode failed in Python: RuntimeError: no such place").wait_for()


def test_it_wears_the_notebooks_tone(known: Shown) -> None:
    paper = "getComputedStyle(document.body.firstElementChild.firstElementChild).backgroundColor"
    light = known.page.evaluate(paper)
    known.page.evaluate("document.body.style.background = '#111'")
    known.page.wait_for_function(f"{paper} !== {json.dumps(light)}")
    known.page.evaluate("document.body.style.background = '#fff'")
    known.page.wait_for_function(f"{paper} === {json.dumps(light)}")


def test_it_leaves_nothing_behind(known: Shown) -> None:
    known.page.evaluate("leave()")
    assert known.page.evaluate("left()")
