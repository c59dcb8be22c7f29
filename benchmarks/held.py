"""The lesson of 45 minutes in plans/45.md, held: a teacher, a projector, a laptop and a phone in real browsers, and a class of phones beside.

    python -m benchmarks.held [--url URL] [--members N] [--pictures FOLDER] [--film]

The teacher opens a class and goes to every page of the plan, in its order and in the state in which the plan first opens it. What the page asks is put to
the vote twice, with a discussion in between, and revealed; then the class draws, and trains one model each. Members (benchmarks/audience.py)
vote by numbers drawn from a seed: half of them know the answer at first, three quarters after the discussion. At every vote a third of the phones
has lost its connection and comes back. At each step it is checked that whoever follows is where the teacher is, that every vote is counted once, and that
no browser has an error; --pictures keeps what the four screens show, --film makes README's moving picture of projector and phone.

Minutes are not waited for. Prints one line for each step: how long the page took to come to the laptop and the projector.
"""

import argparse
import asyncio
import contextlib
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Coroutine, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Page, ViewportSize, expect

from benchmarks import chromium
from benchmarks.audience import Voice
from benchmarks.film import Film
from benchmarks.running import ROOT
from explorer.plans.shipped import shipped

PLAN = "45"
PATIENCE = 60_000  # ms
SCREENS: dict[str, ViewportSize] = {
    "teacher": {"width": 1440, "height": 900},
    "projector": {"width": 1024, "height": 576},
    "laptop": {"width": 1440, "height": 900},
    "phone": {"width": 390, "height": 844},
}
DIGIT = 7  # that the class draws
FILM = ROOT / "docs" / "images" / "class.webp"
FILM_HEIGHT, FILM_STEP = 420, 1_600  # pixels, ms for each picture
FILMED = "kl"  # the page whose vote the film shows
Result = TypeVar("Result")


class Step(NamedTuple):
    """A page of the plan: the minute at which it is first opened, and its address then."""

    minute: int
    address: str


def plan(name: str = PLAN) -> list[Step]:
    """The pages of a plan that ships, in its order; steps that stay on a page are one."""
    found = shipped()[name]
    steps = [Step(begins, step.open) for begins, step in zip(found.begins, found.steps, strict=True)]
    return [steps[0], *(step for before, step in pairwise(steps) if _page(step) != _page(before))]


def _page(step: Step) -> str:
    return step.address.partition("?")[0]


class Audience:
    """Members without browsers, who live in a thread of their own and are spoken to from this one."""

    def __init__(self, address: str, code: str, many: int):
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._chance = random.Random(0)
        self.members = [Voice(address) for _ in range(many)]
        self.wait(self._come(code))

    def wait(self, doing: Coroutine[Any, Any, Result]) -> Result:
        """Have them do something, and wait until it is done."""
        return asyncio.run_coroutine_threadsafe(doing, self._loop).result()

    async def _come(self, code: str) -> None:
        for member in self.members:
            await (await member.join(code)).connect()

    def vote(self, ballot: dict[str, Any], right: str, knowing: float) -> Counter[str]:
        """All vote; that share of them knows the answer. A third has lost its connection before and comes back. How they voted."""
        keys = [option["key"] for option in ballot["options"]]
        choices = [right if self._chance.random() < knowing else self._chance.choice(keys) for _ in self.members]
        self.wait(self._vote(ballot, choices))
        return Counter(choices)

    async def _vote(self, ballot: dict[str, Any], choices: list[str]) -> None:
        async def one(i: int, member: Voice) -> None:
            if i % 3 == 0:
                await member.sleep()
            asked = asyncio.create_task(member.ask("vote", ballot=ballot["id"], round=ballot["round"], choice=choices[i]))
            if i % 3 == 0:
                await asyncio.sleep(0.02 * i)
                await member.connect()
            await asked

        await asyncio.gather(*(one(i, member) for i, member in enumerate(self.members)))

    def draw(self) -> None:
        """All draw the digit that is asked for, each in a hand of its own."""

        async def one(i: int, member: Voice) -> None:
            chance = random.Random(i)
            shift = [chance.uniform(-0.16, 0.16) for _ in range(6)]
            a, b, c = ((0.2 + shift[0], 0.2 + shift[1]), (0.8 + shift[2], 0.2 + shift[3]), (0.4 + shift[4], 0.9 + shift[5]))
            await member.ask("draw", drawing=f"drawn-by-{i:03d}-{DIGIT}-in-cla", strokes=[[a, b, c]], label=DIGIT)

        self.wait(self._all(one))

    def train(self, offers: list[Any]) -> None:
        """Each trains one of the models that are offered."""

        async def one(i: int, member: Voice) -> None:
            await member.ask("run", value=offers[i % len(offers)])

        self.wait(self._all(one))

    async def _all(self, act: Any) -> None:
        await asyncio.gather(*(act(i, member) for i, member in enumerate(self.members)))

    def leave(self) -> None:
        async def one(_: int, member: Voice) -> None:
            await member.leave()

        self.wait(self._all(one))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()


class Room:
    """The four browsers of a class, and whatever went wrong in them."""

    def __init__(self, browser: Browser, address: str, many: int):
        self.address = address
        self.troubles: list[str] = []
        self.pages: dict[str, Page] = {}
        teacher = self._open(browser, "teacher")
        teacher.goto(f"{address}/classroom")
        teacher.get_by_role("button", name="Open a class").click()
        teacher.get_by_role("button", name="Follow", exact=True).wait_for()
        self.code = next(
            str(cookie.get("value")) for cookie in teacher.context.cookies() if cookie.get("name") == "latent_class"
        )
        projector = teacher.context.new_page()
        self._listen("projector", projector)
        projector.set_viewport_size(SCREENS["projector"])
        projector.goto(f"{address}/?projector=1")
        laptop = self._open(browser, "laptop")
        laptop.goto(f"{address}/join/{self.code}")
        laptop.get_by_role("link", name="Open the full explorer").click()
        laptop.get_by_role("button", name="Leave the class").wait_for()
        self._open(browser, "phone").goto(f"{address}/join/{self.code}")
        self.pages["phone"].get_by_text("You are in", exact=True).wait_for()
        self.audience = Audience(address, self.code, many)

    def _open(self, browser: Browser, name: str) -> Page:
        context = browser.new_context(viewport=SCREENS[name], has_touch=name == "phone", is_mobile=name == "phone")
        return self._listen(name, context.new_page())

    def _listen(self, name: str, page: Page) -> Page:
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.troubles.append(f"{name}: {error.stack or error}"))
        page.on("console", lambda said: self.troubles.append(f"{name}: {said.text}") if said.type == "error" else None)
        self.pages[name] = page
        return page

    @property
    def teacher(self) -> Page:
        return self.pages["teacher"]

    def lead(self, address: str) -> dict[str, float]:
        """Have the teacher turn to a page; seconds until each of the others is there, with the same address."""
        path, _, query = address.partition("?")
        self.teacher.evaluate(
            "address => { history.pushState(null, '', address); dispatchEvent(new PopStateEvent('popstate')); }",
            f"/{path.removeprefix('home')}?{query}",
        )
        began = time.monotonic()
        self._stands(self.teacher)
        goal = _place(self.teacher.url)
        came = {}
        for name in ("projector", "laptop"):
            self.pages[name].wait_for_function(
                "goal => { const said = [location.pathname, [...new URLSearchParams(location.search)].sort()];"
                " return JSON.stringify(said) === goal; }",
                arg=json.dumps(goal, separators=(",", ":"), ensure_ascii=False),
            )
            self._stands(self.pages[name])
            came[name] = time.monotonic() - began
        return came

    def _stands(self, page: Page) -> None:
        page.wait_for_timeout(150)
        page.wait_for_function(
            "() => document.querySelector('[data-testid=\"stApp\"]')?.dataset.testScriptState === 'notRunning' && document.querySelector('h1')"
        )

    def bar(self, name: str) -> None:
        """Press a button of the teacher's bar."""
        self.teacher.get_by_role("region", name="Your class").get_by_role("button", name=name, exact=True).click()

    def sheet(self, name: str, opened: bool) -> None:
        """Open or close a sheet above the bar."""
        button = self.teacher.get_by_role("region", name="Your class").get_by_role("button", name=name, exact=True)
        if (button.get_attribute("aria-expanded") == "true") != opened:
            button.click()

    def ballot(self) -> dict[str, Any]:
        """The vote as the members were told of it last."""
        member = self.audience.members[1]
        said = [word["b"] for _, word in member.heard if word["k"] == "ballot"]
        return said[-1] if said and said[-1] else (member.state["ballot"] or {})

    def until(self, state: str, round_: int = 1) -> dict[str, Any]:
        """Wait until the members know that the vote stands so."""
        deadline = time.monotonic() + PATIENCE / 1000
        while (found := self.ballot()).get("state") != state or found.get("round") != round_:
            if time.monotonic() > deadline:
                raise TimeoutError(f"The vote is not {state}: {found}")
            self.teacher.wait_for_timeout(20)
        return found


def vote(room: Room, keep: "Pictures") -> bool:
    """Put the question of the page to the vote, twice, and reveal it; whether the page has one."""
    room.sheet("Vote", True)
    take = room.teacher.get_by_role("button", name="Have the class vote on it").first
    if not take.is_visible():
        room.sheet("Vote", False)
        return False
    told = room.teacher.locator("[data-class-topic]").first.evaluate("e => ({...e.dataset})")
    if not told["classTopic"].endswith("_predicted"):  # the last questions of a page that asks for no prediction
        room.sheet("Vote", False)
        return False
    take.click()
    first = room.until("open")
    phone = room.pages["phone"]
    phone.get_by_role("radio").first.click()
    cast = room.audience.vote(first, told["classRight"], 0.4)
    cast[first["options"][0]["key"]] += 1
    keep("voting")
    room.bar("Close the vote")
    room.until("shut")
    room.bar("Discuss for a minute")
    room.until("discuss")
    keep("discussing")
    room.bar("Vote again")
    again = room.until("open", 2)
    phone.get_by_role("radio").last.click()
    second = room.audience.vote(again, told["classRight"], 0.75)
    second[again["options"][-1]["key"]] += 1
    room.bar("Close the vote")
    room.until("shut", 2)
    room.bar("Reveal for all")
    shown = room.until("revealed", 2)
    for number, wanted in (("1", cast), ("2", second)):
        if shown["counts"][number] != {key: count for key, count in wanted.items() if count}:
            raise AssertionError(f"Round {number} is {shown['counts'][number]}, and the class voted {dict(wanted)}.")
    laptop = room.pages["laptop"]
    page = told["classTopic"].removesuffix("_predicted")
    laptop.wait_for_function("name => new URLSearchParams(location.search).get(name) === '1'", arg=f"{page}_revealed")
    room._stands(laptop)
    keep("revealed")
    room.bar("Put it away")
    room.sheet("Vote", False)
    return True


def draw_together(room: Room, keep: "Pictures") -> None:
    """All draw the digit that is asked for, and see all of them on the two planes."""
    room.sheet("More", True)
    room.bar("The map of drawings")
    room.teacher.get_by_role("combobox", name="Digit asked for").select_option(str(DIGIT))
    room.audience.draw()
    many = len(room.audience.members)
    room.sheet("More", False)
    expect(room.pages["projector"].get_by_text(f"{many} drawings").first).to_be_visible(timeout=PATIENCE)
    keep("drawn")


def train_together(room: Room, keep: "Pictures") -> None:
    """Each trains one model; the points travel to their places."""
    room.sheet("More", True)
    room.bar("The chart of models")
    room.sheet("More", False)
    member = room.audience.members[0]
    deadline = time.monotonic() + PATIENCE / 1000
    while not (offers := [word["b"]["offers"] for _, word in member.heard if word["k"] == "chart" and word["b"]]):
        if time.monotonic() > deadline:
            raise TimeoutError("No chart was offered.")
        room.teacher.wait_for_timeout(50)
    room.audience.train(offers[-1])
    done: set[str] = set()
    while len(done) < len(room.audience.members) and time.monotonic() < deadline + 600:
        done = {word["b"]["id"] for _, word in member.heard if word["k"] == "run" and word["b"].get("state") == "done"}
        room.teacher.wait_for_timeout(100)
    keep("trained")
    room.sheet("More", True)
    room.bar("The page")
    room.sheet("More", False)


class Pictures:
    """What the four screens show at each step, kept in a folder; nothing without one. The film shows one vote and what is made together."""

    def __init__(self, room: Room, folder: Path | None, filmed: bool):
        self.room, self.folder, self.step = room, folder, ""
        self.film = Film(room.pages["projector"], room.pages["phone"], height=FILM_HEIGHT) if filmed else None

    def __call__(self, moment: str) -> None:
        if self.film is not None and (self.step.endswith(FILMED) or moment in ("joined", "drawn", "trained")):
            self.room.teacher.wait_for_timeout(250)
            self.film.take(FILM_STEP)
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, page in self.room.pages.items():
            page.wait_for_timeout(250)
            page.screenshot(path=self.folder / f"{self.step}-{moment}-{name}.png")


def hold(
    browser: Browser, address: str, members: int, pictures: Path | None = None, filmed: bool = False, minutes: int = 45
) -> Iterator[str]:
    """Hold the lesson up to that minute, and what is made together; a line for each step.

    AssertionError or TimeoutError where something is not as it shall be.
    """
    room = Room(browser, address, members)
    keep = Pictures(room, pictures, filmed)
    keep.step = "00-open"
    keep("joined")
    yield f"class {room.code}: {members} members, a laptop and a phone"
    for step in plan():
        if step.minute > minutes:
            break
        keep.step = f"{step.minute:02d}-{_page(step)}"
        came = room.lead(step.address)
        keep("shown")
        voted = vote(room, keep)
        told = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in came.items())
        yield f"minute {step.minute}: {_page(step)}: {told}{'; voted twice and revealed' if voted else ''}"
    draw_together(room, keep)
    yield f"{members} drawings of a {DIGIT} on both planes"
    train_together(room, keep)
    yield f"{members} models trained"
    if keep.film is not None:
        keep.film.save(FILM)
    room.audience.leave()
    if room.troubles:
        raise AssertionError("\n".join(room.troubles))


def _place(url: str) -> list[Any]:
    """What an address says, in an order of its own."""
    parts = urlsplit(url)
    query = parse_qs(parts.query, keep_blank_values=True)
    return [parts.path, sorted([name, values[0]] for name, values in query.items())]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="an app that runs already; without it one is started")
    parser.add_argument("--members", type=int, default=30)
    parser.add_argument("--pictures", type=Path, metavar="FOLDER")
    parser.add_argument("--film", action="store_true", help=f"make {FILM.name} again")
    arguments = parser.parse_args()
    with contextlib.ExitStack() as stack:
        address = arguments.url or stack.enter_context(chromium.app())
        browser = stack.enter_context(chromium.browser())
        for line in hold(browser, address.rstrip("/"), arguments.members, arguments.pictures, arguments.film):
            print(line, flush=True)


if __name__ == "__main__":
    main()
