"""How soon the next step of a plan is on the stage, in a real Chromium: from the key to the step drawn, over all steps of the plans that ship.

    python -m benchmarks.stage [PLAN ...] [--rounds 3] [--size 1024x576] [--url http://localhost:8501]
    python -m benchmarks.stage --pictures [PLAN ...] [--url http://localhost:8501]

With --pictures nothing is measured: the small pictures of all steps are taken that ship (explorer/plans/looks.py).

A step is drawn when its question, its figure and its controls are there and have their sizes (explorer/plans/js/stage/drawn.js); what stands below
them on the page may still come. A teacher stays on a step for a while, so each is shown for DWELL seconds before the next key is pressed; the
browser fetches what comes next meanwhile. Each round plays every plan from its start, as a new visitor.
"""

import argparse
import contextlib
import io
import statistics
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize

from benchmarks import chromium
from explorer.plans import looks, shipped

HELD_TO = 0.4  # seconds
DWELL = 2.0  # seconds; a teacher stays for minutes
PATIENCE = 60_000  # milliseconds
SCREEN: ViewportSize = {"width": 1024, "height": 576}  # of which the pictures are taken
SETTLES = 2_000  # milliseconds in which what moves by itself comes to rest

# The key is pressed in the browser, whose clock then counts until the step's mark.
PRESSED = "addEventListener('keydown', ({ timeStamp }) => (window.pressedAt = timeStamp), { capture: true });"
DRAWN = """(step) => performance.getEntriesByName('stage-drawn').some(({ detail }) => detail === step)
    && document.documentElement.dataset.turning === undefined"""
TOOK = "() => performance.getEntriesByName('stage-drawn').at(-1).startTime - window.pressedAt"


class Step(NamedTuple):
    """A step that is shown: its number from 1, its title, and the seconds from the key until it was drawn; None for the first."""

    number: int
    title: str
    seconds: float | None


def walk(page: Page, address: str, plan: str, dwell: float = 0.0) -> Iterator[Step]:
    """Play a plan from its first step to its last by Page Down, in a tab that is new; each step is given while it is shown."""
    found = shipped.find(plan)
    if found is None:
        raise SystemExit(f"There is no plan {plan!r}.")
    page.add_init_script(PRESSED)
    page.goto(f"{address}/stage?plan={plan}")
    for i, step in enumerate(found.steps):
        if i:
            page.evaluate("performance.clearMarks('stage-drawn')")
            page.keyboard.press("PageDown")
        page.wait_for_function(DRAWN, arg=i, polling=50, timeout=PATIENCE)
        yield Step(i + 1, step.title, page.evaluate(TOOK) / 1000 if i else None)
        time.sleep(dwell)


def measure(
    browser: Browser, address: str, plans: list[str], rounds: int, size: Any
) -> dict[tuple[str, int, str], list[float]]:
    """Seconds of every step but the first, by plan, number and title."""
    found: dict[tuple[str, int, str], list[float]] = {}
    for _ in range(rounds):
        for plan in plans:
            context = browser.new_context(viewport=size)
            for step in walk(context.new_page(), address, plan, DWELL):
                if step.seconds is not None:
                    found.setdefault((plan, step.number, step.title), []).append(step.seconds)
            context.close()
    return found


def picture(screen: bytes) -> bytes:
    """A screen (PNG) as a small picture (WebP), as good as its size allows."""
    small = Image.open(io.BytesIO(screen)).convert("RGB").resize(looks.SIZE, Image.Resampling.LANCZOS)
    for quality in range(90, 0, -5):
        out = io.BytesIO()
        small.save(out, "WEBP", quality=quality, method=6)
        if out.tell() <= looks.LARGEST:
            break
    return out.getvalue()


def take_pictures(browser: Browser, address: str, plans: list[str]) -> Iterator[str]:
    """Take the pictures of plans anew, and delete those of steps that are no more; a line for each picture."""
    looks.FOLDER.mkdir(exist_ok=True)
    kept = {looks.file_of(name, i + 1) for name, plan in shipped.shipped().items() for i in range(len(plan.steps))}
    for left in {path.name for path in looks.FOLDER.iterdir()} - kept:
        (looks.FOLDER / left).unlink()
    for plan in plans:
        context = browser.new_context(viewport=SCREEN)
        page = context.new_page()
        for step in walk(page, address, plan, DWELL):
            page.wait_for_timeout(SETTLES)
            file = looks.FOLDER / looks.file_of(plan, step.number)
            file.write_bytes(picture(page.screenshot()))
            yield f"{file.name:>16} {file.stat().st_size / 1000:5.1f} kB  {step.title}"
        context.close()


def report(found: dict[tuple[str, int, str], list[float]]) -> Iterator[str]:
    """Lines: the median of every step; then median, 95th percentile and worst of all, against what is held to."""
    for (plan, number, title), times in found.items():
        yield f"{plan:>8} {number:>3}  {statistics.median(times) * 1000:5.0f} ms  {title}"
    times = sorted(each for row in found.values() for each in row)
    late = times[min(len(times) - 1, round(0.95 * (len(times) - 1)))]
    yield (
        f"{len(times)} steps: median {statistics.median(times) * 1000:.0f} ms, 95th percentile {late * 1000:.0f} ms, "
        f"worst {times[-1] * 1000:.0f} ms; held to {HELD_TO * 1000:.0f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plans", nargs="*", metavar="PLAN", help="ids of plans, such as 45; without one, 45 and 90")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--size", default="1024x576")
    parser.add_argument("--url", help="an app that runs already")
    parser.add_argument("--pictures", action="store_true", help="take the pictures of the steps instead")
    given = parser.parse_args()
    width, height = map(int, given.size.split("x"))
    plans = given.plans or (list(shipped.shipped()) if given.pictures else ["45", "90"])
    with contextlib.ExitStack() as stack:
        address = given.url or stack.enter_context(chromium.app())
        browser = stack.enter_context(chromium.browser())
        if given.pictures:
            lines = take_pictures(browser, address, plans)
        else:
            lines = report(measure(browser, address, plans, given.rounds, {"width": width, "height": height}))
        for line in lines:
            print(line, flush=True)


if __name__ == "__main__":
    main()
