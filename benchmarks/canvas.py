"""How soon the canvas answers the hand, measured in a real Chromium against a page that only draws.

    python -m benchmarks.canvas [--json] [--url http://localhost:8501] [--rounds 4] [--only explore-20d] [--file latent.html]

Without --url the app is started on a free port. What is measured are the app's own pages, with 2, 10 and 20 latents. The floor and
the canvas take turns in one browser, so that whatever else this machine does weighs on both alike; what counts is the
difference. With --file a file that was taken home takes its turns, too, beside the page that shows the same. Times run from the pointer event's own time stamp to the first task after the frame that shows it was painted.
"""

import argparse
import contextlib
import json
import re
import statistics
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page

from benchmarks import chromium
from benchmarks.chromium import SIZE

PAGES = {
    "explore-2d": "explore?model=mnist-vae-2d",
    "explore-10d": "explore?model=mnist-vae-10d",
    "explore-20d": "explore?model=mnist-vae-20d",
    "compare-2d": "compare?ae=mnist-ae-2d&vae=mnist-vae-2d",
    "compare-20d": "compare?ae=mnist-ae-20d&vae=mnist-vae-20d",
    "interpolate-2d": "interpolate?ae=mnist-ae-2d&vae=mnist-vae-2d",
    "interpolate-20d": "interpolate?ae=mnist-ae-20d&vae=mnist-vae-20d",
}
FIRST = "explore-2d"  # whose figures stand at the top of --json
MOVES = 60  # pointer moves in a round
RATE_SECONDS = 3  # of dragging with one move a frame
BACKGROUNDS = 3  # times the background is asked for; the first includes the thread's start

# A plane and a picture like the canvas's, and nothing behind them: what any page that draws under the hand must cost here.
FLOOR = """
<body style="margin:0"><div id="plane" style="position:relative;width:950px;height:540px">
<canvas id="above" width="950" height="540" style="position:absolute"></canvas></div>
<canvas id="picture" width="28" height="28" style="width:240px;height:240px;image-rendering:pixelated"></canvas><script>
const above = document.querySelector("#above").getContext("2d"), picture = document.querySelector("#picture").getContext("2d");
const image = picture.createImageData(28, 28);
let asked = false, x = 0, y = 0;
document.querySelector("#plane").addEventListener("pointermove", (event) => {
  [x, y] = [event.offsetX, event.offsetY];
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    for (let p = 0; p < 784; p++) image.data.set([x + p, y + p, p, 255], 4 * p);
    picture.putImageData(image, 0, 0);
    above.clearRect(0, 0, 950, 540);
    above.fillRect(x - 10, y - 2, 20, 4);
    above.fillRect(x - 2, y - 10, 4, 20);
  });
});
</script></body>
"""

# Listens before the page does. A message posted within the frame's callback is delivered after that frame was painted.
WATCH = """() => {
  window.latencies = [];
  window.decoded = 0;
  const channel = new MessageChannel();
  const waiting = [];
  channel.port1.onmessage = () => waiting.splice(0).forEach((stamp) => latencies.push(performance.now() - stamp));
  addEventListener("pointermove", (event) => requestAnimationFrame(() => {
    waiting.push(event.timeStamp);
    channel.port2.postMessage(0);
  }), true);
  const put = CanvasRenderingContext2D.prototype.putImageData;
  CanvasRenderingContext2D.prototype.putImageData = function (...values) {
    if (this.canvas.dataset.testid === "decoded-image") decoded += 1;
    return put.apply(this, values);
  };
}"""

# One move a frame, no more: a flood of them would starve painting and measure nothing.
DRAG = """async (plane, seconds) => {
  const box = plane.getBoundingClientRect();
  const before = decoded;
  const start = performance.now();
  let frames = 0;
  while (performance.now() - start < 1000 * seconds) {
    const t = performance.now() / 700;
    const [clientX, clientY] = [box.x + box.width * (0.5 + 0.3 * Math.sin(t)), box.y + box.height * (0.5 + 0.3 * Math.cos(1.3 * t))];
    plane.dispatchEvent(new PointerEvent("pointermove", { clientX, clientY, pointerType: "mouse", pointerId: 1, bubbles: true, composed: true }));
    await new Promise(requestAnimationFrame);
    frames += 1;
  }
  const elapsed = (performance.now() - start) / 1000;
  return { decoded: (decoded - before) / elapsed, frames: frames / elapsed };
}"""


# Long tasks, with the scripts in them: those of the canvas are ours.
LONG_TASKS = """() => {
  window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const frame of list.getEntries()) {
      for (const { sourceURL, duration } of frame.scripts) if (sourceURL.includes("/canvas/code/") || sourceURL.startsWith("file:")) longTasks.push(duration);
    }
  }).observe({ type: "long-animation-frame", buffered: true });
}"""


# From the click that asks for the decoded background to the moment it is put in place.
BACKGROUND = """(button) => new Promise((resolve) => {
  const put = CanvasRenderingContext2D.prototype.putImageData;
  const start = performance.now();
  CanvasRenderingContext2D.prototype.putImageData = function (image, ...values) {
    const tiles = image.width % 24 === 0 && image.width === image.height;
    if (tiles) CanvasRenderingContext2D.prototype.putImageData = put;
    const drawn = put.call(this, image, ...values);
    if (tiles) resolve(performance.now() - start);
    return drawn;
  };
  button.click();
})"""


def measure(address: str, rounds: int, only: Sequence[str], file: Path | None = None) -> dict[str, dict[str, Any]]:
    """The figures of each page, all from one browser; with a file its own, which takes turns with each of them."""
    found: dict[str, dict[str, Any]] = {}
    with chromium.browser() as browser:
        for name in only:
            shown = {name: f"{address}/{PAGES[name]}"} | ({f"file ({name})": file.resolve().as_uri()} if file else {})
            found |= _side_by_side(browser, shown, rounds)
    return found


def _side_by_side(browser: Browser, shown: Mapping[str, str], rounds: int) -> dict[str, dict[str, Any]]:
    """The figures of pages at these addresses by their names; the floor and all of them take turns."""
    first = {name: _first_use(browser, url) for name, url in shown.items()}
    floor = browser.new_page(viewport=SIZE)
    floor.set_content(FLOOR)
    canvases = {name: _Canvas(browser, url) for name, url in shown.items()}
    pages = [floor, *(canvas.page for canvas in canvases.values())]
    for page in pages:
        page.evaluate(WATCH)
        page.bring_to_front()
        _sweep(page)  # let the browser compile what will be measured
    times: dict[Page, list[float]] = {page: [] for page in pages}
    for canvas in canvases.values():
        canvas.sent.clear()  # what it says once it has come
    for _ in range(rounds):
        for page in pages:
            page.bring_to_front()
            page.evaluate("latencies.length = 0")
            _sweep(page)
            times[page] += page.evaluate("latencies")
    found = {}
    for name, canvas in canvases.items():
        canvas.page.bring_to_front()
        found[name] = canvas.figures(times[canvas.page], times[floor], *first[name])
    for page in pages:
        page.close()
    return found


class _Canvas:
    """A page with a canvas, and what it sends."""

    def __init__(self, browser: Browser, url: str):
        self.page = browser.new_page(viewport=SIZE)
        self.sent: list[float] = []
        self.page.add_init_script(f"({LONG_TASKS})()")
        self.page.on("websocket", lambda ws: ws.on("framesent", lambda _: self.sent.append(time.monotonic())))
        _open(self.page, url)

    def figures(self, times: list[float], floor: list[float], size: int, models: int) -> dict[str, Any]:
        """Its figures, with the times of both in ms, what it weighs, and how many models that are."""
        rate = _plane(self.page).evaluate(DRAG, RATE_SECONDS)
        sent = len(self.sent)
        decoded = self.page.get_by_role("button", name="Decoded", exact=True).first
        backgrounds = []
        for _ in range(BACKGROUNDS):
            backgrounds.append(decoded.evaluate(BACKGROUND))
            self.page.wait_for_timeout(500)
            decoded.click()
        longest = self.page.evaluate("Math.max(0, ...longTasks)")
        return {
            "median_pointer_to_paint_ms": round(statistics.median(times), 2),
            "floor_pointer_to_paint_ms": round(statistics.median(floor), 2),
            "p95_pointer_to_paint_ms": round(_p95(times), 2),
            "floor_p95_pointer_to_paint_ms": round(_p95(floor), 2),
            "decoded_per_second": round(rate["decoded"] / models, 1),
            "frames_per_second": round(rate["frames"], 1),
            "websocket_frames_while_dragging": sent,
            "background_ms": round(min(backgrounds), 1),
            "background_first_ms": round(backgrounds[0], 1),
            "longest_task_ms": round(longest, 1),
            "bytes_first_use": size,
            "models": models,
        }


def _open(page: Page, url: str) -> None:
    page.set_default_timeout(120_000)
    page.goto(url)
    page.locator(".head .near").filter(has_text="nearest code").first.wait_for()
    page.wait_for_timeout(1_500)


def _plane(page: Page) -> Locator:
    found = page.get_by_test_id("latent-plane")
    return found.first if found.count() else page.locator("#plane")


def _sweep(page: Page) -> None:
    """Real pointer moves through the browser's own input, each sent when the one before was handled."""
    box = _plane(page).bounding_box()
    assert box is not None
    for k in range(MOVES):
        t = k / MOVES
        page.mouse.move(box["x"] + box["width"] * (0.2 + 0.6 * t), box["y"] + box["height"] * (0.3 + 0.4 * ((7 * t) % 1)))


def _first_use(browser: Browser, url: str) -> tuple[int, int]:
    """Bytes on the wire for the canvas and its models on a first visit, beyond Streamlit itself, and how many models those are; of a file all."""
    context = browser.new_context(viewport=SIZE)
    page = context.new_page()
    session = context.new_cdp_session(page)
    ours: set[str] = set()
    sizes: list[int] = []
    session.on(
        "Network.requestWillBeSent",
        lambda e: ours.add(e["requestId"]) if re.match("file:|.*/canvas/", e["request"]["url"]) else None,
    )
    session.on("Network.loadingFinished", lambda e: sizes.append(e["encodedDataLength"]) if e["requestId"] in ours else None)
    session.send("Network.enable")
    _open(page, url)
    models = page.get_by_test_id("latent-plane").count()
    context.close()
    return int(sum(sizes)), models


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def table(pages: dict[str, dict[str, Any]]) -> str:
    """A row a page; what each figure is held to stands above."""
    heads = (
        "",
        "paint, median",
        "floor",
        "paint, p95",
        "floor",
        "decoded/s",
        "of frames",
        "sent",
        "background",
        "longest task",
        "first use",
    )
    wanted = ("held to", "floor + 4 ms", "", "floor + 12 ms", "", "55", "", "0", "150 ms", "50 ms", "600 kB a model")
    rows = [heads, wanted]
    for name, f in pages.items():
        rows.append(
            (
                name,
                f"{f['median_pointer_to_paint_ms']:.1f} ms",
                f"{f['floor_pointer_to_paint_ms']:.1f} ms",
                f"{f['p95_pointer_to_paint_ms']:.1f} ms",
                f"{f['floor_p95_pointer_to_paint_ms']:.1f} ms",
                f"{f['decoded_per_second']:.0f}",
                f"{f['frames_per_second']:.0f}",
                f"{f['websocket_frames_while_dragging']}",
                f"{f['background_ms']:.0f} ms",
                f"{f['longest_task_ms']:.0f} ms",
                f"{f['bytes_first_use'] / f['models'] / 1000:.0f} kB",
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--json", action="store_true", help=f"print one JSON object instead of the table: {FIRST}'s figures, and all pages'"
    )
    parser.add_argument("--url", help="where the app is already being served")
    parser.add_argument("--rounds", type=int, default=4, help="turns of the floor and the canvas")
    parser.add_argument("--only", nargs="+", choices=list(PAGES), default=list(PAGES), help="pages to measure")
    parser.add_argument(
        "--file", type=Path, help="a file that `python -m explorer export` wrote, to be measured beside each page"
    )
    arguments = parser.parse_args()
    chromium.path()
    with contextlib.nullcontext(arguments.url) if arguments.url else chromium.app() as address:
        pages = measure(address.rstrip("/"), arguments.rounds, arguments.only, arguments.file)
    first = pages.get(FIRST) or next(iter(pages.values()))
    print(json.dumps({**first, "pages": pages}) if arguments.json else table(pages))


if __name__ == "__main__":
    main()
