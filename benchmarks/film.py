"""The moving picture at the top of README: the game on Home as it plays, recorded in a real Chromium.

    python -m benchmarks.film [--url URL]

Game 1 plays from its first dart to its last, first at its own pace, then faster; the answer is revealed; then a hand finds on the whole
plane what no dart has drawn. The browser's clock stands still between two pictures, so a machine that is slow records the same film.
"""

import argparse
import contextlib
import io
import time
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, ViewportSize

from benchmarks import chromium

FILE = Path(__file__).resolve().parent.parent / "docs" / "images" / "home.webp"
SIZE: ViewportSize = {"width": 940, "height": 560}
QUALITY = 45  # of WebP
LINE = 4  # pixels between pictures that stand side by side
SLOW, FAST = 1000, 120  # ms from dart to dart: the game's own
REST = 1500  # ms that the page is given to draw what was asked for
ROUTE = (
    (0.5, 0.48),
    (0.48, 0.58),
    (0.47, 0.68),
    (0.5, 0.55),
    (0.57, 0.5),
    (0.57, 0.36),
    (0.56, 0.2),
)  # of the hand: shares of a plane


class Film:
    """Pictures of a page, or of several side by side in one height, each with how long it is shown."""

    def __init__(self, *pages: Page, height: int | None = None):
        self.pages, self.height = pages, height
        self.pictures: list[Image.Image] = []
        self.times: list[int] = []

    def take(self, shown: int) -> None:
        """Add what the page shows now, for so many ms."""
        self.pictures.append(beside([Image.open(io.BytesIO(page.screenshot())) for page in self.pages], self.height))
        self.times.append(shown)

    def play(self, ms: int, shown: int) -> None:
        """Let so much time pass on the page, then add a picture."""
        self.pages[0].clock.run_for(ms)
        self.take(shown)

    def save(self, file: Path) -> None:
        first, *others = self.pictures
        first.save(file, save_all=True, append_images=others, duration=self.times, loop=0, quality=QUALITY, method=6)


def record(page: Page, address: str) -> Film:
    """Play a game, reveal the answer, and look for what is missing."""
    film = Film(page)
    page.emulate_media(reduced_motion="reduce")  # so that no dart flies before the clock stands
    page.goto(f"{address}/?game=1&dart=0")
    page.locator(".game .board:not([aria-hidden])").wait_for()
    page.get_by_test_id("stSidebarCollapseButton").locator("button").dispatch_event("click")
    page.get_by_test_id("stExpandSidebarButton").wait_for()
    page.wait_for_timeout(REST)
    page.emulate_media(reduced_motion="no-preference")
    page.clock.install()
    page.clock.pause_at(time.time() + 1)
    film.take(800)

    page.get_by_role("button", name="Start").click()
    for _ in range(5):
        for _ in range(4):  # landing is seen
            film.play(SLOW // 4, SLOW // 4)
    page.get_by_role("button", name="Faster").click()
    while (status := page.locator(".game .status").inner_text()) and "over" not in status:
        film.play(3 * FAST, 3 * FAST // 2)
    film.take(2 * SLOW)

    page.clock.resume()
    page.get_by_role("button", name="Show without predicting").dispatch_event("click")
    page.locator(".le-verdict").wait_for()
    page.wait_for_timeout(REST)
    film.take(2 * SLOW)
    page.get_by_role("button", name="All codes").click()
    page.wait_for_timeout(REST)
    film.take(SLOW)
    box = page.locator(".game .side.ae .plane").bounding_box()
    assert box is not None
    for i, (across, down) in enumerate(ROUTE):
        page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])
        if i == 0:
            page.mouse.down()
        page.wait_for_timeout(100)
        film.take(SLOW // 2)
    page.mouse.up()
    film.times[-1] = 2 * SLOW
    return film


def beside(pictures: Sequence[Image.Image], height: int | None) -> Image.Image:
    """Pictures side by side, as high as wanted or as the first is, with a line between them."""
    high = height or pictures[0].height
    fitted = [picture.convert("RGB").resize((round(picture.width * high / picture.height), high)) for picture in pictures]
    whole = Image.new("RGB", (sum(each.width for each in fitted) + LINE * (len(fitted) - 1), high), "#888")
    for i, each in enumerate(fitted):
        whole.paste(each, (sum(before.width + LINE for before in fitted[:i]), 0))
    return whole


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="where the app is already being served")
    arguments = parser.parse_args()
    with contextlib.ExitStack() as stack:
        address = arguments.url or stack.enter_context(chromium.app())
        browser = stack.enter_context(chromium.browser())
        film = record(browser.new_page(viewport=SIZE), address)
    film.save(FILE)
    print(f"{FILE}: {len(film.pictures)} pictures, {sum(film.times) / 1000:.1f} s, {FILE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
