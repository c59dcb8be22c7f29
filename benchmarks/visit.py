"""What a visit costs: how soon a page shows and answers, how much is sent for it, and whether it jumps, in a real Chromium.

    python -m benchmarks.visit [PAGE ...] [--json] [--slow] [--size 390x844] [--rounds 3] [--url http://localhost:8501]

A page is named by its path, `home` is the first. Without --url the app is started on a free port, and comes to rest. Each round opens every page
twice, each time as a new visitor with an empty cache in a window of 1440 x 900, or of another size. One visitor then goes on to the next page, the other scrolls to the end and reloads.
The figures are medians over the rounds.

title     seconds from the start of the navigation until the h1 is painted
live      seconds until the first part that follows the hand says that it answers, by `performance.mark("part-ready")`
requests  how many, and how many of them for the project's own addresses: its code, models and pictures
sent      bytes on the wire from the server to the browser, headers included; the websocket's are beside them
shift     cumulative layout shift: the worst window of at most 5 s, without what follows a press within 0.5 s (web.dev/articles/cls)
task      the longest task of the page's main thread, seconds

--slow lets the browser receive 1.6 Mbit/s with 150 ms of latency, on a processor four times slower.
"""

import argparse
import contextlib
import json
import statistics
import time
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Browser, Page, Request, ViewportSize

from benchmarks import chromium
from explorer.page.places import COURSE, PLACES

HTTP = ("requests", "own", "sent", "socket")  # what is counted on the wire
HELD_TO = {
    "title": 1.2,
    "live after title": 0.4,
    "sent": 1_500_000,
    "scrolled": 2_600_000,
    "next page": 250_000,
    "reload": 15_000,
    "shift": 0.05,
}
SLOW_HELD_TO = 8.0  # seconds until title and live part are there
SLOW_NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
SLOWER = 4  # times, the processor
QUIET_SECONDS = 1.0  # without a request, a running script or a change
PATIENCE = 120.0  # seconds
SCREEN = 600  # pixels that one step of scrolling moves on

# Runs before the page's own code. A frame is painted before the first task after it, which a message is.
WATCH = """
window.visit = { shifts: [], tasks: [], titles: [] };
new PerformanceObserver((list) => visit.shifts.push(...list.getEntries().filter((e) => !e.hadRecentInput).map((e) => [e.startTime, e.value])))
  .observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => visit.tasks.push(...list.getEntries().map((e) => e.duration))).observe({ type: "longtask", buffered: true });
{
  let text = "";
  const channel = new MessageChannel();
  channel.port1.onmessage = () => visit.titles.push([text, performance.now()]);
  new MutationObserver(() => {
    const title = document.querySelector("h1");
    if (!title || title.textContent === text) return;
    text = title.textContent;
    requestAnimationFrame(() => channel.port2.postMessage(0));
  }).observe(document, { childList: true, subtree: true, characterData: true });
}
"""
MARKS = """(since) => ({
  title: visit.titles.map(([, time]) => time).find((time) => time >= since) ?? null,
  live: performance.getEntriesByName("part-ready").map((mark) => mark.startTime).find((time) => time >= since) ?? null,
  shifts: visit.shifts.filter(([time]) => time >= since),
  task: Math.max(0, ...visit.tasks),
})"""
STILL = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  return app?.dataset.testScriptState === "notRunning" && !app.querySelector('[data-stale="true"]');
}"""
SCROLL = """(pixels) => {
  const main = document.querySelector('[data-testid="stMain"]');
  const before = main.scrollTop;
  main.scrollBy({ top: pixels, behavior: "instant" });
  return main.scrollTop > before;
}"""
PARTS = ".part, .latent-canvas"  # the elements of parts that follow the hand


class Visit:
    """A new visitor of the app, and what was sent for him."""

    def __init__(self, browser: Browser, address: str, slow: bool, size: ViewportSize = chromium.SIZE):
        self.address = address
        self.context = browser.new_context(viewport=size)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE * 1000)
        self.page.add_init_script(WATCH)
        self._open: set[Request] = set()
        self._ended: list[Request] = []
        self._heard = 0  # bytes on the websocket
        self._last = time.monotonic()
        self.page.on("request", self._asked)
        self.page.on("requestfinished", self._came)
        self.page.on("requestfailed", self._failed)
        self.page.on("websocket", lambda socket: socket.on("framereceived", self._hear))
        if slow:
            line = self.context.new_cdp_session(self.page)
            line.send("Network.enable")
            line.send("Network.emulateNetworkConditions", SLOW_NETWORK)
            line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})

    def _asked(self, request: Request) -> None:
        if request.url.startswith("http"):
            self._open.add(request)
            self._last = time.monotonic()

    def _came(self, request: Request) -> None:
        if request in self._open:
            self._failed(request)
            self._ended.append(request)

    def _failed(self, request: Request) -> None:
        self._open.discard(request)
        self._last = time.monotonic()

    def _hear(self, frame: str | bytes) -> None:
        self._heard += len(frame)
        self._last = time.monotonic()

    def _sent(self) -> dict[str, int]:
        """What was sent since this was asked last."""
        counts = dict.fromkeys(HTTP, 0)
        for request in self._ended:
            sizes = request.sizes()
            size = sizes["responseHeadersSize"] + sizes["responseBodySize"]  # 0 for what comes from the browser's cache
            if sizes["responseBodySize"] == 0 and (response := request.response()) is not None and response.status == 200:
                size += int(response.headers.get("content-length", 0))  # a worker's script: the browser tells no size
            if size > 0:
                counts["requests"] += 1
                counts["own"] += "/canvas/" in request.url
                counts["sent"] += size
        counts["socket"] = self._heard
        self._ended, self._heard = [], 0
        return counts

    def settle(self) -> None:
        """Wait until nothing is sent, computed or drawn any more."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.page.wait_for_timeout(100)
            if not self._open and time.monotonic() - self._last > QUIET_SECONDS and self.page.evaluate(STILL):
                return
        raise TimeoutError(
            f"{self.page.url} is not still after {PATIENCE:.0f} s; under way: {sorted(request.url for request in self._open)}"
        )

    def open(self, path: str) -> dict[str, Any]:
        """Open a page by its address."""
        return self._figures(lambda: self.page.goto(f"{self.address}/{'' if path == 'home' else path}"), 0.0)

    def go(self, path: str) -> dict[str, Any]:
        """Follow the navigation to a page."""
        if (folded := self.page.get_by_test_id("stExpandSidebarButton")).count():
            folded.click()
        section = self.page.locator('[data-testid="stNavSectionHeader"][aria-expanded="false"]')
        if PLACES[path].section in COURSE and (folded := section.filter(has_text=PLACES[path].section)).count():
            folded.click()
        link = self.page.locator('[data-testid="stSidebarNavLink"]').filter(has_text=PLACES[path].title).first
        return self._figures(lambda: link.evaluate("(link) => link.click()"), self.page.evaluate("performance.now()"))

    def reload(self) -> dict[str, Any]:
        return self._figures(self.page.reload, 0.0)

    def scroll(self) -> dict[str, Any]:
        """Scroll to the end, and give each screen time to come."""

        def down() -> None:
            while self.page.evaluate(SCROLL, SCREEN):
                self.settle()

        return self._figures(down, self.page.evaluate("performance.now()"))

    def _figures(self, act, since: float) -> dict[str, Any]:
        act()
        self.page.locator("h1").first.wait_for()
        self.settle()
        marks = self.page.evaluate(MARKS, since)
        return {
            **self._sent(),
            "title": None if marks["title"] is None else marks["title"] - since,
            "live": None if marks["live"] is None else marks["live"] - since,
            "shift": cumulative(marks["shifts"]),
            "task": marks["task"],
            "part": self.page.locator(PARTS).count() > 0,
        }

    def close(self) -> None:
        self.context.close()


def cumulative(shifts: Sequence[tuple[float, float]]) -> float:
    """Cumulative layout shift of (time in ms, value): the largest sum in a window of at most 5 s without a gap of 1 s."""
    worst = total = 0.0
    start = last = float("-inf")
    for at, value in sorted(shifts):
        if at - last > 1_000 or at - start > 5_000:
            start, total = at, 0.0
        total, last = total + value, at
        worst = max(worst, total)
    return worst


def following(path: str) -> str:
    """The page after this one in the navigation; after the last, the first."""
    order = list(PLACES)
    return order[(order.index(path) + 1) % len(order)]


def measure(address: str, pages: Sequence[str], rounds: int, slow: bool, size: ViewportSize) -> dict[str, dict[str, Any]]:
    """Each page's figures: of the first view, all scrolled, the next page and a reload."""
    found: dict[str, list[dict[str, dict[str, Any]]]] = {path: [] for path in pages}
    with chromium.browser() as browser:
        for _ in range(rounds):
            for path in pages:
                found[path].append(_round(browser, address, path, slow, size))
    return {path: _medians(each) for path, each in found.items()}


def _round(browser: Browser, address: str, path: str, slow: bool, size: ViewportSize) -> dict[str, dict[str, Any]]:
    one, other = Visit(browser, address, slow, size), None
    try:
        first, following_page = one.open(path), one.go(following(path))
        one.close()
        other = Visit(browser, address, slow, size)
        again = other.open(path)
        rest = other.scroll()
        whole = {name: again[name] + rest[name] for name in HTTP} | {"shift": max(again["shift"], rest["shift"])}
        return {"first": first, "scrolled": whole, "next": following_page, "reload": other.reload()}
    finally:
        for visit in (one, other):
            if visit is not None:
                visit.close()


def _medians(rounds: Sequence[dict[str, dict[str, Any]]]) -> dict[str, Any]:
    return {part: {name: _median([each[part][name] for each in rounds]) for name in rounds[0][part]} for part in rounds[0]}


def _median(values: Sequence[Any]) -> Any:
    return None if any(value is None for value in values) else statistics.median(values)


def table(pages: dict[str, dict[str, Any]], slow: bool = False) -> str:
    """A row a page; what each figure is held to stands above."""
    heads = (
        "",
        "title",
        "live after",
        "requests",
        "own",
        "sent",
        "socket",
        "shift",
        "task",
        "scrolled",
        "shift",
        "next",
        "shift",
        "reload",
    )
    held = HELD_TO
    wanted = (
        "held to",
        "" if slow else f"{held['title']} s",
        f"{SLOW_HELD_TO} s in all" if slow else f"{held['live after title']} s",
        "",
        "6",
        _size(held["sent"]),
        "",
        f"{held['shift']}",
        "",
        _size(held["scrolled"]),
        f"{held['shift']}",
        _size(held["next page"]),
        f"{held['shift']}",
        _size(held["reload"]),
    )
    rows = [heads, wanted]
    for path, found in pages.items():
        first = found["first"]
        rows.append(
            (
                path,
                _seconds(first["title"]),
                _after(first),
                f"{first['requests']:.0f}",
                f"{first['own']:.0f}",
                _size(first["sent"]),
                _size(first["socket"]),
                f"{first['shift']:.3f}",
                _seconds(first["task"]),
                _size(found["scrolled"]["sent"]),
                f"{found['scrolled']['shift']:.3f}",
                _size(found["next"]["sent"]),
                f"{found['next']['shift']:.3f}",
                _size(found["reload"]["sent"]),
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def _size(count: float) -> str:
    return f"{count / 1e6:.2f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"


def _seconds(milliseconds: float | None) -> str:
    return "-" if milliseconds is None else f"{milliseconds / 1000:.2f} s"


def _after(view: dict[str, Any]) -> str:
    """How long after the title the part answered; "never" where there is one that did not say so."""
    if view["live"] is None:
        return "never" if view["part"] else "-"
    return _seconds(max(0.0, view["live"] - view["title"]))


def size_of_window(text: str) -> ViewportSize:
    width, height = text.split("x")
    return {"width": int(width), "height": int(height)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("pages", nargs="*", metavar="PAGE", help=f"pages to measure, of {', '.join(PLACES)}; all by default")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table; times in milliseconds")
    parser.add_argument("--slow", action="store_true", help="a line of 1.6 Mbit/s and a processor four times slower")
    parser.add_argument("--size", type=size_of_window, default=chromium.SIZE, metavar="WIDTHxHEIGHT", help="of the window")
    parser.add_argument("--rounds", type=int, default=3, help="times each page is visited; figures are medians")
    parser.add_argument("--url", help="where the app is already being served")
    arguments = parser.parse_args()
    unknown = [path for path in arguments.pages if path not in PLACES]
    if unknown:
        parser.error(f"there is no page {unknown[0]!r}; there are {', '.join(PLACES)}")
    chromium.path()
    with contextlib.nullcontext(arguments.url) if arguments.url else chromium.app() as address:
        pages = measure(address.rstrip("/"), arguments.pages or list(PLACES), arguments.rounds, arguments.slow, arguments.size)
    print(json.dumps(pages) if arguments.json else table(pages, arguments.slow))


if __name__ == "__main__":
    main()
