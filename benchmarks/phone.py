"""How soon a phone can vote: the light page of a class, from asking for it until an answer can be tapped and until that vote is counted.

    python -m benchmarks.phone [--url URL] [--rounds N] [--json]

The slow phone has a processor four times slower and a line of its own: a relay in front of the app with 150 ms there and back, for opening a
connection too, and 1.6 Mbit/s down. The browser's own throttling would leave WebSockets and the opening of connections alone. Times are in
milliseconds and the median of the rounds, in which both phones take turns; each round is a first visit.
"""

import argparse
import asyncio
import contextlib
import json
import statistics
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ViewportSize

from benchmarks import chromium
from benchmarks.audience import Voice

THERE, DOWN, UP = 0.075, 200_000, 93_750  # seconds one way; bytes a second
CHUNK = 1_400  # bytes, about a packet
SLOWER = 4  # times
PHONE: ViewportSize = {"width": 390, "height": 844}
PATIENCE = 60_000  # ms
OPTIONS = [{"key": str(k), "text": f"{k} of the two latents collapse onto the prior"} for k in range(3)]
# When the first answer can be tapped, and is drawn.
OPEN = """window.open_at = null;
new MutationObserver(() => {
  if (window.open_at || !document.querySelector("input[type=radio]:enabled")) return;
  window.open_at = -1;
  requestAnimationFrame(() => setTimeout(() => (window.open_at = performance.now())));
}).observe(document, { subtree: true, childList: true });"""
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
COUNTED = "new Promise((done) => requestAnimationFrame(() => done(performance.now())))"


@contextlib.contextmanager
def slow_line(address: str) -> Iterator[str]:
    """The address of a relay to the app on which everything takes its time."""
    to, loop, port = urlsplit(address), asyncio.new_event_loop(), 0
    ready = threading.Event()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, rate: int) -> None:
        free = 0.0
        while data := await reader.read(CHUNK):
            free = max(free, loop.time()) + len(data) / rate
            loop.call_at(free + THERE, writer.write, data)
        loop.call_at(max(free, loop.time()) + THERE, writer.close)

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(2 * THERE)
        with contextlib.suppress(OSError):
            there, back = await asyncio.open_connection(to.hostname, to.port)
            await asyncio.gather(carry(reader, back, UP), carry(there, writer, DOWN), return_exceptions=True)

    async def serve() -> None:
        nonlocal port
        server = await asyncio.start_server(accept, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        ready.set()

    def run() -> None:
        loop.run_until_complete(serve())
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait()
    yield f"http://127.0.0.1:{port}"
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


async def put(address: str) -> str:
    """The code of a class that votes."""
    teacher = Voice(address, "bar")
    code = await teacher.open_class()
    await teacher.connect()
    question = "How many of two latents collapse when beta is 8?"
    await teacher.steer("ballot", do="open", topic="", question=question, options=OPTIONS, right="1")
    await teacher.steer("stage", stage="ballot")
    await teacher.leave()
    return code


def visit(browser: Browser, address: str, code: str, slower: int) -> dict[str, float]:
    """A first visit: bytes, and when it is painted, can be used, and has voted."""
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    session, sizes = context.new_cdp_session(page), []
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda done: sizes.append(done["encodedDataLength"]))
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.add_init_script(OPEN)
    page.goto(f"{address}/join/{code}")
    page.wait_for_function("window.open_at > 0")
    found = {"painted": page.evaluate(PAINTED), "usable": page.evaluate("window.open_at")}
    before = page.evaluate("performance.now()")
    page.locator("input[type=radio]").first.check()
    page.wait_for_function("document.querySelector('.cl-status').textContent.startsWith('Your vote is in')", polling=10)
    found |= {"vote counted": page.evaluate(COUNTED) - before, "requests": len(sizes), "bytes": sum(sizes)}
    context.close()
    return found


def measure(address: str, rounds: int) -> dict[str, dict[str, float]]:
    """Medians by the kind of phone."""
    code = asyncio.run(put(address))
    with slow_line(address) as far, chromium.browser() as browser:
        phones: dict[str, tuple[str, int]] = {"fast": (address, 1), "slow": (far, SLOWER)}
        found: dict[str, list[dict[str, Any]]] = {name: [] for name in phones}
        for _ in range(rounds):
            for name, (at, slower) in phones.items():
                found[name].append(visit(browser, at, code, slower))
    return {
        name: {key: round(statistics.median(each[key] for each in all_), 1) for key in all_[0]} for name, all_ in found.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="an app that runs; by default one is started")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with contextlib.ExitStack() as stack:
        address = (arguments.url or stack.enter_context(chromium.app())).rstrip("/")
        found = measure(address, arguments.rounds)
    if arguments.json:
        print(json.dumps(found))
        return
    for name, figures in found.items():
        print(f"{name}: " + ", ".join(f"{key} {value:g}" for key, value in figures.items()))


if __name__ == "__main__":
    main()
