"""How soon the canvas answers the hand, measured in a real Chromium against a page that only draws.

    python -m benchmarks.canvas [--json] [--url http://localhost:8501/explore] [--rounds 6]

Without --url the app is started on a free port. The floor and the canvas take turns in one browser, so that whatever else this
machine does weighs on both alike; what counts is the difference. Times run from the pointer event's own time stamp to the first
task after the frame that shows it was painted.
"""

import argparse
import contextlib
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
MOVES = 60  # pointer moves in a round
RATE_SECONDS = 3  # of dragging with one move a frame
START_SECONDS = 90

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


# From the click that asks for the decoded background to the moment its last tile is in place.
BACKGROUND = """(button) => new Promise((resolve) => {
  const put = CanvasRenderingContext2D.prototype.putImageData;
  const start = performance.now();
  CanvasRenderingContext2D.prototype.putImageData = function (image, ...values) {
    if (image.width % 24 === 0 && image.width === image.height) resolve(performance.now() - start);
    return put.call(this, image, ...values);
  };
  button.click();
})"""


def measure(url: str, rounds: int) -> dict[str, Any]:
    """All the figures, from one browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        size = _first_use(browser, url)
        floor, canvas = (browser.new_page(viewport={"width": 1440, "height": 900}) for _ in range(2))
        frames: list[float] = []
        canvas.on("websocket", lambda ws: ws.on("framesent", lambda _: frames.append(time.monotonic())))
        floor.set_content(FLOOR)
        _open(canvas, url)
        for page in (floor, canvas):
            page.evaluate(WATCH)
            page.bring_to_front()
            _sweep(page)  # let the browser compile what will be measured
        times: dict[Page, list[float]] = {floor: [], canvas: []}
        sent = 0
        for _ in range(rounds):
            for page in (floor, canvas):
                page.bring_to_front()
                page.evaluate("latencies.length = 0")
                before = len(frames)
                _sweep(page)
                sent += len(frames) - before
                times[page] += page.evaluate("latencies")
        before = len(frames)
        rate = _plane(canvas).evaluate(DRAG, RATE_SECONDS)
        sent += len(frames) - before
        background = canvas.get_by_role("button", name="Decoded", exact=True).first.evaluate(BACKGROUND)
        browser.close()
    return {
        "median_pointer_to_paint_ms": round(statistics.median(times[canvas]), 2),
        "floor_pointer_to_paint_ms": round(statistics.median(times[floor]), 2),
        "p95_pointer_to_paint_ms": round(_p95(times[canvas]), 2),
        "floor_p95_pointer_to_paint_ms": round(_p95(times[floor]), 2),
        "decoded_per_second": round(rate["decoded"], 1),
        "frames_per_second": round(rate["frames"], 1),
        "websocket_frames_while_dragging": sent,
        "background_ms": round(background, 1),
        "bytes_first_use": size,
    }


def _open(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_test_id("latent-plane").first.wait_for(timeout=60_000)
    page.get_by_text("nearest code").first.wait_for(timeout=60_000)
    page.wait_for_timeout(1_500)


def _plane(page: Page):
    found = page.get_by_test_id("latent-plane")
    return found.first if found.count() else page.locator("#plane")


def _sweep(page: Page) -> None:
    """Real pointer moves through the browser's own input, each sent when the one before was handled."""
    box = _plane(page).bounding_box()
    for k in range(MOVES):
        t = k / MOVES
        page.mouse.move(box["x"] + box["width"] * (0.2 + 0.6 * t), box["y"] + box["height"] * (0.3 + 0.4 * ((7 * t) % 1)))


def _first_use(browser: Browser, url: str) -> int:
    """Bytes on the wire for the canvas and its model on a first visit, beyond Streamlit itself."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    session = context.new_cdp_session(page)
    ours: set[str] = set()
    sizes: list[int] = []
    session.on("Network.requestWillBeSent", lambda e: ours.add(e["requestId"]) if "/canvas/" in e["request"]["url"] else None)
    session.on("Network.loadingFinished", lambda e: sizes.append(e["encodedDataLength"]) if e["requestId"] in ours else None)
    session.send("Network.enable")
    _open(page, url)
    context.close()
    return int(sum(sizes))


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def _chromium() -> str | None:
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


@contextlib.contextmanager
def _app() -> Iterator[str]:
    """The app on a free port, for as long as it is needed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(urllib.error.URLError, OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health")
                break
            time.sleep(0.3)
        yield f"http://127.0.0.1:{port}/explore?model=mnist-vae-2d"
    finally:
        server.terminate()
        server.wait(10)


def table(figures: dict[str, Any]) -> str:
    """The figures beside what they are held to."""
    floor, floor_p95 = figures["floor_pointer_to_paint_ms"], figures["floor_p95_pointer_to_paint_ms"]
    rows = [
        ("pointer to paint, median", f"{figures['median_pointer_to_paint_ms']:.1f} ms", f"floor {floor:.1f} ms + 4"),
        ("pointer to paint, p95", f"{figures['p95_pointer_to_paint_ms']:.1f} ms", f"floor {floor_p95:.1f} ms + 12"),
        (
            "decoded pictures a second",
            f"{figures['decoded_per_second']:.0f}",
            f"55 or more, of {figures['frames_per_second']:.0f} frames",
        ),
        ("websocket frames while moving", f"{figures['websocket_frames_while_dragging']}", "0"),
        ("background of 24 x 24, ready in", f"{figures['background_ms']:.0f} ms", "150 ms"),
        ("bytes of a first use", f"{figures['bytes_first_use'] / 1000:.0f} kB", "under 600 kB"),
    ]
    return "\n".join(f"{name:32} {value:>10}   {wanted}" for name, value, wanted in rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    parser.add_argument("--url", help="a page with a canvas that is already being served")
    parser.add_argument("--rounds", type=int, default=6, help="turns of the floor and the canvas")
    arguments = parser.parse_args()
    with contextlib.nullcontext(arguments.url) if arguments.url else _app() as url:
        figures = measure(url, arguments.rounds)
    print(json.dumps(figures) if arguments.json else table(figures))


if __name__ == "__main__":
    main()
