"""What a real browser sends in a visitor's minute on a page, and what it costs the server.

    python -m benchmarks.minute [--app FOLDER] [--json FILE]

Starts the app (that of another checkout with --app) and moves something every two seconds in a real Chromium: a slider, a place on a
plane, a number, a layer. Everything is found by the name that a visitor reads, so the same hand moves every version of a page. Recorded are the
messages that the browser sends over Streamlit's websocket, with the seconds at which it does, and the processor time that the server takes.
Without --json the record is benchmarks/minute.json, with which benchmarks/load.py plays many visitors.
"""

import argparse
import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from google.protobuf.json_format import MessageToDict
from playwright.sync_api import Browser, Locator, Page, WebSocket
from streamlit.proto.BackMsg_pb2 import BackMsg

from benchmarks.chromium import SIZE, browser
from benchmarks.running import ROOT, App, app

FILE = Path(__file__).with_name("minute.json")
SECONDS, EVERY = 60.0, 2.0  # of a record, and between two moves
PATIENCE = 60_000  # ms for a page to open
IDLE = 8.0  # seconds of rest before, so that what the server takes by itself is not counted
BOX = """plane => {
  plane.scrollIntoView({ block: "center" });
  const { x, y, width, height } = plane.getBoundingClientRect();
  return [x, y, width, height];
}"""
Move = Callable[[Page], None]


def place(across: float, up: float, plane: int = 0) -> Move:
    """Point at a place of a plane, go there, click and take the hand a little aside."""

    def move(page: Page) -> None:
        on = page.get_by_test_id("latent-plane").nth(plane)
        on.wait_for()
        left, top, width, height = on.evaluate(BOX)
        x, y = left + across * width, top + up * height
        page.mouse.move(x - 40, y - 20)
        page.mouse.move(x, y, steps=8)
        page.mouse.click(x, y)

    return move


def layer(name: str) -> Move:
    return lambda page: page.get_by_role("button", name=name, exact=True).first.click()


def choose(name: str) -> Move:
    """One of a few, or a press."""
    whole = re.compile(f"^{re.escape(name)}$", re.IGNORECASE)
    return lambda page: _one(page.get_by_role("radio", name=whole), page.get_by_role("button", name=name)).click()


def number(label: str, values: Sequence[int]) -> Move:
    """Type the next of these into a field."""
    following = cycle(values)

    def move(page: Page) -> None:
        page.get_by_label(label, exact=True).first.fill(str(next(following)))
        page.keyboard.press("Enter")

    return move


def draws(values: Sequence[int]) -> Move:
    """Take the prior draws of the next of these numbers. Where there are none before a press, press first."""
    following = cycle(values)

    def move(page: Page) -> None:
        field = _one(page.get_by_label("Seed", exact=True), page.get_by_label("Prior draws, seed", exact=True))
        if not field.is_visible():
            page.get_by_role("button", name="Draw", exact=True).click()
        field.fill(str(next(following)))
        page.keyboard.press("Enter")

    return move


def slider(name: str | None, *keys: str) -> Move:
    """Press keys on a slider: by its name, or that of a latent."""

    def move(page: Page) -> None:
        (page.get_by_role("slider", name=name) if name else page.get_by_test_id("latent-slider")).first.focus()
        for key in keys:
            page.keyboard.press(key)

    return move


def _one(first: Locator, second: Locator) -> Locator:
    return first.first if first.count() else second.first


RIGHT, LEFT = ("ArrowRight",) * 3, ("ArrowLeft",) * 3
HANDS: dict[str, Callable[[], list[Move]]] = {  # what is moved in turn, over and over
    "explore": lambda: [
        place(0.3, 0.3),
        slider(None, *RIGHT),
        layer("Decoded"),
        place(0.6, 0.7),
        choose("Prior draw"),
        layer("Decoded"),
        slider(None, *LEFT),
        choose("Its training, replayed"),
        slider("Images seen in training", *RIGHT),
        place(0.5, 0.5),
        slider("Images seen in training", *LEFT),
        choose("Model"),
        choose("Back to 0"),
        layer("Off the map"),
        place(0.7, 0.4),
    ],
    "compare": lambda: [
        draws(range(1, 30)),
        place(0.4, 0.4, 1),
        number("Test image to follow", range(7, 9_000, 411)),
        layer("Decoded"),
        draws(range(100, 130)),
        choose("Equal"),
        place(0.6, 0.6),
        layer("Decoded"),
        draws(range(200, 230)),
        choose("Own"),
    ],
    "interpolate": lambda: [
        slider("Steps", *RIGHT),
        choose("Random pair"),
        layer("Ellipses"),
        _end_by_key,
        choose("Spherical"),
        slider("Steps", *LEFT),
        choose("Random pair"),
        layer("Ellipses"),
        _end_by_key,
        choose("Linear"),
    ],
}


def _end_by_key(page: Page) -> None:
    page.get_by_role("button", name="End A").focus()
    page.keyboard.press("ArrowRight")


def record(running: App, pages: Sequence[str], seconds: float = SECONDS) -> dict[str, Any]:
    """A record of each page, one after another."""
    with browser() as started:
        return {page: _record(started, running, page, seconds) for page in pages}


def _record(started: Browser, running: App, path: str, seconds: float) -> dict[str, Any]:
    page = started.new_page(viewport=SIZE, reduced_motion="reduce")
    page.set_default_timeout(PATIENCE)
    sent: list[tuple[float, bytes]] = []
    received: list[int] = []

    def hear(socket: WebSocket) -> None:
        socket.on(
            "framesent", lambda frame: sent.append((time.monotonic(), frame if isinstance(frame, bytes) else frame.encode()))
        )
        socket.on("framereceived", lambda frame: received.append(len(frame)))

    page.on("websocket", hear)
    page.goto(f"{running.address}/{path}")
    page.locator(".near").filter(has_text="nearest code").first.wait_for()
    page.wait_for_timeout(3_000)
    idle = _idle(running)
    sent.clear()
    received.clear()
    began, used, moves = time.monotonic(), running.seconds(), 0
    for move in islice(cycle(HANDS[path]()), int(seconds / EVERY)):
        page.wait_for_timeout(max(0.0, 1_000 * (began + EVERY * moves - time.monotonic())))
        move(page)
        moves += 1
    page.wait_for_timeout(max(0.0, 1_000 * (began + seconds - time.monotonic())))
    took = time.monotonic() - began  # more on a busy machine
    used = running.seconds() - used - idle * took
    page.close()
    reruns = [(at - began, asked) for at, data in sent if (asked := _asked(data))]
    return {
        "seconds": round(took, 1),
        "moves": moves,
        "reruns": len(reruns),
        "bytes_sent": sum(len(data) for _, data in sent),
        "bytes_received": sum(received),
        "server_seconds": round(max(0.0, used), 3),
        "sent": [{"at": round(at, 2), **asked} for at, asked in reruns],
    }


def _idle(running: App) -> float:
    """Processor time a second that the server takes while nobody does anything."""
    before, began = running.seconds(), time.monotonic()
    time.sleep(IDLE)
    return (running.seconds() - before) / (time.monotonic() - began)


def _asked(data: bytes) -> dict[str, Any] | None:
    """What a message asks the server to run: the part of the page, the address and the widgets; None if it asks for no run."""
    message = BackMsg.FromString(data)
    if message.WhichOneof("type") != "rerun_script":
        return None
    asked = MessageToDict(message.rerun_script)
    return {name: asked[name] for name in ("fragmentId", "queryString", "widgetStates") if name in asked}


def summary(found: dict[str, Any]) -> Iterator[str]:
    """One line for each page."""
    for path, one in found.items():
        yield (
            f"{path}: {one['moves']} moves, {one['reruns']} reruns, {one['bytes_sent']:,} bytes sent, "
            f"{one['bytes_received']:,} received, {1_000 * one['server_seconds']:.0f} ms of a core"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--app", type=Path, default=ROOT, metavar="FOLDER", help="another checkout, whose app is started")
    parser.add_argument("--only", nargs="+", choices=HANDS, default=list(HANDS), metavar="PAGE")
    parser.add_argument("--json", type=Path, default=FILE, metavar="FILE")
    arguments = parser.parse_args()
    found: dict[str, Any] = {}
    with app(arguments.app) as running:
        for page in arguments.only:
            found |= record(running, [page])
            arguments.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(*summary(found), sep="\n")


if __name__ == "__main__":
    main()
