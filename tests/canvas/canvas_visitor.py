"""One visitor's page with the canvas, and the messages of its console and its websocket. It waits for conditions, not for times."""

import json
import re
from collections.abc import Callable
from typing import Any, Self

from playwright.sync_api import Locator
from tabs import Tabs

PATIENCE = 60_000  # milliseconds; two busy cores are slow
LOOK = 50  # milliseconds between two looks
REST = 900  # milliseconds: longer than the canvas waits before it tells Python


class CanvasVisitor:
    """A browser page with the canvas alone."""

    def __init__(self, tabs: Tabs, address: str, link: str = "", **context):
        self.errors: list[str] = []
        self.sent: list = []  # messages to the server: Streamlit's frames, the plain page's requests
        hear = {
            "pageerror": lambda error: self.errors.append(str(error)),
            "console": lambda said: self.errors.append(said.text) if said.type in ("error", "warning") else None,
            "request": lambda request: self.sent.append(request) if request.method == "POST" else None,
            "websocket": lambda socket: socket.on("framesent", lambda frame: self.sent.append(frame)),
        }
        self.page = tabs.take(hear, **{"viewport": {"width": 1280, "height": 900}, **context})
        self.page.set_default_timeout(PATIENCE)
        self.address = f"{address}/?{link}"

    def open(self, ready: bool = True) -> Self:
        self.page.goto(self.address)
        self.planes.first.wait_for()
        return self.ready() if ready else self

    def ready(self) -> Self:
        """Wait until each model has decoded something and nothing moves any more."""
        self.until(lambda: all("nearest code" in near.inner_text() for near in self.page.locator(".head .near").all()))
        return self.rest()

    def rest(self) -> Self:
        """Wait until the script has run and the planes have stayed as they are for four looks in a row."""
        self.page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
        seen = [str(k) for k in range(4)]

        def same() -> bool:
            self.page.wait_for_timeout(LOOK)
            seen.append("".join(self.drawn_plane(plane=i) for i in range(self.planes.count())))
            return len(set(seen[-4:])) == 1

        self.until(same)
        return self

    def until(self, ready: Callable[[], Any]) -> Any:
        """Wait until `ready` returns something true, and return that."""
        for _ in range(PATIENCE // LOOK):
            if result := ready():
                return result
            self.page.wait_for_timeout(LOOK)
        raise AssertionError("It did not come about in time.")

    def painted(self) -> None:
        """Wait until what the hand has done is drawn: in the next frame, which is over when the one after it begins."""
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    @property
    def planes(self) -> Locator:
        return self.page.get_by_test_id("latent-plane")

    @property
    def sliders(self) -> Locator:
        return self.page.get_by_test_id("latent-slider")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def at(self, across: float, up: float, plane: int = 0) -> tuple[float, float]:
        """The pixel at a place on a plane, given in shares of its width and height."""
        box = self.planes.nth(plane).bounding_box()
        return box["x"] + across * box["width"], box["y"] + up * box["height"]

    def hover(self, across: float, up: float, plane: int = 0) -> None:
        self.page.mouse.move(*self.at(across, up, plane))
        self.painted()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
        self.painted()

    def picture(self, index: int = 0) -> str:
        """The decoded picture, as text that can be compared."""
        return self.page.get_by_test_id("decoded-image").nth(index).evaluate("canvas => canvas.toDataURL()")

    def drawn_plane(self, layer: int = 0, plane: int = 0) -> str:
        """One of the two canvases of a plane: 0 holds what rests, 1 what follows the hand."""
        return self.planes.nth(plane).locator("canvas").nth(layer).evaluate("canvas => canvas.toDataURL()")

    def where(self, index: int = 0) -> str:
        return self.page.locator(".head .where").nth(index).inner_text()

    def numbers(self, index: int = 0) -> list[float]:
        """The position in words, on the plane or in the whole space."""
        return [float(n) for n in re.findall(r"-?\d+\.\d+", self.where(index).replace("\u2212", "-"))]

    def told(self) -> dict:
        """What Python was told."""
        return json.loads(self.page.get_by_test_id("stCode").inner_text())

    def until_told(self, ready: Callable[[dict], bool]) -> dict:
        """Wait until what Python was told satisfies `ready`, and return it."""
        return self.until(lambda: (told := self.told()) and ready(told) and told)

    def away(self) -> None:
        """Take the mouse off the canvas."""
        self.page.mouse.move(5, 5)
        self.painted()

    def go(self, title: str) -> None:
        """Follow the navigation to the other page, as a visitor does."""
        self.page.get_by_test_id("stSidebarNavLink").filter(has_text=title).click()


def place_in_words(z: list[float]) -> str:
    """How the canvas writes a code of two numbers."""
    return "z = ({:.2f}, {:.2f})".format(*z).replace("-", "\u2212")
