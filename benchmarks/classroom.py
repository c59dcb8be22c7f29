"""What a class costs: how soon its words, votes and drawings arrive, alone and beside visitors, and what it takes from the machine.

    python -m benchmarks.classroom [--quick] [--only NAME ...] [--json FILE or -]

    sockets   300 phones hear a pointer ten times a second and an event every second
    beside    the same, while 100 visitors move something every two seconds
    votes     300 phones vote three times within two seconds
    storm     300 phones lose their connections at once and come back
    led       60 full pages are led to AE vs VAE
    drawing   a phone's drawing on its way to the projector, beside 100 visitors
    chart     30 members train one model each
    hour      the words of an hour's lesson, one after another: is the memory flat?
    end       SIGTERM while 300 phones are connected

Starts an app of its own on a free local port for each, with its data in a temporary folder; phones (benchmarks/audience.py) and visitors
(benchmarks/load.py) share the machine's cores with it. Times are wall time, from the sender's call to the receiver's socket. With DATABASE_URL
in the environment the class is kept there; an empty PostgreSQL will do.
"""

import argparse
import asyncio
import json
import os
import time
from collections.abc import Callable, Coroutine
from statistics import median
from typing import Any

import psutil

from benchmarks import minute
from benchmarks.audience import Class, Unanswered, Voice, Word, spread
from benchmarks.load import Crowd, waiting
from benchmarks.running import App, app, tell
from benchmarks.session import Session

KL: dict[str, Any] = {
    "topic": "kl_predicted",
    "question": "Where does the cloud settle?",
    "options": [{"key": key, "text": f"Answer {key}"} for key in "abcd"],
    "right": "b",
}
SEVEN = [[[0.2, 0.2], [0.8, 0.2], [0.4, 0.9]]]  # strokes of a 7
BETAS = [0.05, 0.25, 1, 4, 8, 16]


async def sockets(running: App, quick: bool) -> dict[str, Any]:
    room = Class(running)
    began = time.perf_counter()
    await room.gather(30 if quick else 300)
    came = time.perf_counter() - began
    found = await room.talk(5 if quick else 30)
    await room.dismiss()
    return found | {"all_joined_s": round(came, 2)}


async def beside(running: App, quick: bool) -> dict[str, Any]:
    crowd = Crowd(running, json.loads(minute.FILE.read_text(encoding="utf-8")))
    await crowd.grow(10 if quick else 100)
    room = Class(running)
    await room.gather(30 if quick else 300)
    seconds = 6.0 if quick else 30.0
    walked, talked = await asyncio.gather(crowd.walk(seconds), room.talk(seconds))
    await room.dismiss()
    await crowd.leave()
    return {"visitors": walked, "class": talked}


async def votes(running: App, quick: bool) -> dict[str, Any]:
    """Two equal votes and a changed one of each phone: exact if every phone is counted once, at its last answer."""
    room = Class(running)
    await room.gather(30 if quick else 300)
    await room.teacher.steer("ballot", do="open", **KL)
    ballot = await _ballot(room.teacher, "open")
    last = [KL["options"][i % 4]["key"] for i in range(len(room.phones))]
    times: list[float] = []

    async def vote(i: int, phone: Voice) -> None:
        await asyncio.sleep(2.0 * i / len(room.phones))
        for choice in ("a", "a", last[i]):
            began = time.perf_counter()
            await phone.ask("vote", ballot=ballot, round=1, choice=choice)
            times.append(time.perf_counter() - began)

    used = running.seconds()
    await asyncio.gather(*(vote(i, phone) for i, phone in enumerate(room.phones)))
    cpu = running.seconds() - used
    await room.teacher.steer("ballot", do="shut")
    await room.teacher.steer("ballot", do="show")
    await _ballot(room.phones[0], "shown")
    counts = next(word["b"]["counts"] for _, word in reversed(room.phones[0].heard) if word["k"] == "ballot")["1"]
    await room.dismiss()
    return spread(times) | {
        "votes": len(times),
        "exact": counts == {key: last.count(key) for key in set(last)},
        "cpu_ms_a_vote": round(1_000 * cpu / len(times), 2),
    }


async def storm(running: App, quick: bool) -> dict[str, Any]:
    room = Class(running)
    await room.gather(30 if quick else 300)
    await asyncio.gather(*(phone.sleep() for phone in room.phones))
    await asyncio.sleep(1.0)
    used, began = running.seconds(), time.perf_counter()
    back: list[float] = []

    async def wake(phone: Voice) -> None:
        await phone.connect()
        back.append(time.perf_counter() - began)

    await asyncio.gather(*map(wake, room.phones))
    await room.dismiss()
    return {"phones": len(back), "all_back_s": round(max(back), 2), "server_cpu_s": round(running.seconds() - used, 2)}


async def led(running: App, quick: bool) -> dict[str, Any]:
    """Full pages, each with a socket beside it, that do as the bar does: turn when they are let go, and say that they have arrived."""
    many = 6 if quick else 60
    room = Class(running)
    await room.gather(many, "page")
    pages = [Session(running.address, "kl") for _ in room.phones]
    for start in range(0, many, 5):
        await asyncio.gather(*(page.open() for page in pages[start : start + 5]))
    goal = "compare?ae=mnist-ae-2d&vae=mnist-vae-2d&digit=5"
    began = time.perf_counter()
    painted: list[float] = []

    async def follow(voice: Voice, page: Session) -> None:
        n = {}

        def goes(word: Word) -> bool:
            if word["k"] == "show" and word["b"]["address"] == goal:
                n["wanted"] = word["n"]
            return word["k"] == "go" and word["b"]["n"] == n.get("wanted")

        await voice.until(goes)
        await page.turn(goal)
        painted.append(time.perf_counter() - began)
        await voice.say("arrived", n=n["wanted"])

    following = [asyncio.create_task(follow(voice, page)) for voice, page in zip(room.phones, pages, strict=True)]
    await room.teacher.ask("show", address=goal)
    await asyncio.gather(*following)
    for page in pages:
        await page.close()
    await room.dismiss()
    return {"pages": many, "half_s": round(median(painted), 2), "last_s": round(max(painted), 2)}


async def drawing(running: App, quick: bool) -> dict[str, Any]:
    crowd = Crowd(running, json.loads(minute.FILE.read_text(encoding="utf-8")))
    await crowd.grow(10 if quick else 100)
    room = Class(running)
    await room.gather(5 if quick else 30)
    projector = Voice(running.address, "projector")
    projector.cookies, projector.code = dict(room.teacher.cookies), room.teacher.code
    await projector.connect()
    await room.teacher.steer("map", on=True, models=["mnist-ae-2d", "mnist-vae-2d"], label=7, accepts=True)
    times = []

    async def draw() -> None:
        for i, phone in enumerate(room.phones):
            name, began = f"drawing-{i:02d}-of-a-class", time.perf_counter()
            await phone.ask("draw", drawing=name, strokes=SEVEN, label=7)
            came = await projector.until(lambda word, name=name: word["k"] == "drawing" and word["b"]["id"] == name)  # type: ignore[misc]
            times.append(came - began)
            await asyncio.sleep(0.5)

    _, walked = await asyncio.gather(draw(), crowd.walk(0.6 * len(room.phones) + 2))
    await projector.leave()
    await room.dismiss()
    await crowd.leave()
    return spread(times) | {"drawings": len(times), "visitors_p95_ms": round(walked["p95_ms"], 1)}


async def chart(running: App, quick: bool) -> dict[str, Any]:
    room = Class(running)
    await room.gather(4 if quick else 30)
    await room.teacher.steer("chart", on=True, question="beta", offers=BETAS, budget=20_000)
    began = time.perf_counter()
    points: dict[str, float] = {}
    over: dict[str, float] = {}

    def hear(at: float, word: Word) -> None:
        if word["k"] == "run":
            run = word["b"]
            if run.get("rate") is not None:
                points.setdefault(run["id"], at - began)
            if run.get("state") == "done":
                over.setdefault(run["id"], at - began)

    room.teacher.hear = hear
    await asyncio.gather(*(phone.ask("run", value=BETAS[i % len(BETAS)]) for i, phone in enumerate(room.phones)))
    while len(over) < len(room.phones) and time.perf_counter() - began < 600:
        await asyncio.sleep(0.1)
    await room.dismiss()
    ended = sorted(over.values())
    return {
        "members": len(room.phones),
        "first_point_s": round(min(points.values()), 1),
        "half_over_s": round(ended[len(ended) // 2], 1),
        "all_over_s": round(ended[-1], 1),
        "over": len(ended),
    }


async def hour(running: App, quick: bool) -> dict[str, Any]:
    """An hour's words in a few minutes: 1,200 shows, 20,000 pointers, 12 ballots of two rounds, drawings, phones that sleep and come back."""
    room = Class(running)
    await room.gather(5 if quick else 30)
    await room.teacher.steer("map", on=True, models=["mnist-ae-2d", "mnist-vae-2d"], label=3, accepts=True)
    rounds = 3 if quick else 12
    memory = []
    for part in range(rounds):
        await room.talk(2 if quick else 10, every=0.1, pointers=160)
        for do in ("open", "again"):
            await room.teacher.steer("ballot", do=do, **(KL if do == "open" else {}))
            ballot = await _ballot(room.teacher, "open")
            number = 1 if do == "open" else 2
            await asyncio.gather(*(phone.ask("vote", ballot=ballot, round=number, choice="b") for phone in room.phones))
            await room.teacher.steer("ballot", do="shut")
        await room.teacher.steer("ballot", do="reveal")
        await asyncio.gather(
            *(
                phone.ask("draw", drawing=f"{part:03d}-{i:03d}-drawing-x", strokes=SEVEN, label=3)
                for i, phone in enumerate(room.phones)
            )
        )
        await asyncio.gather(*(phone.sleep() for phone in room.phones[::2]))
        await asyncio.gather(*(phone.connect() for phone in room.phones[::2]))
        for phone in (room.teacher, *room.phones):
            phone.heard.clear()
        memory.append(round(running.memory() / 2**20, 1))
    await room.dismiss()
    return {"memory_mb": memory, "grew_mb_after_the_first_third": round(memory[-1] - memory[len(memory) // 3], 1)}


async def end(running: App, quick: bool) -> dict[str, Any]:
    room = Class(running)
    await room.gather(30 if quick else 300)
    began = time.perf_counter()
    running.process.terminate()
    await asyncio.to_thread(psutil.wait_procs, [running.process], 60)
    took = time.perf_counter() - began
    await room.dismiss()
    return {"phones": len(room.phones), "seconds": round(took, 1)}


async def _ballot(voice: Voice, state: str) -> str:
    """The id of the ballot that has come to this state."""
    found: list[str] = []

    def wanted(word: Word) -> bool:
        if word["k"] == "ballot" and word["b"] and word["b"]["state"] == state:
            found[:] = [word["b"]["id"]]
            return True
        return False

    await voice.until(wanted)
    return found[0]


MEASURES: dict[str, Callable[[App, bool], Coroutine[Any, Any, dict[str, Any]]]] = {
    each.__name__: each for each in (sockets, beside, votes, storm, led, drawing, chart, hour, end)
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few phones and short: does it run?")
    parser.add_argument("--only", nargs="+", choices=MEASURES, default=list(MEASURES), metavar="NAME")
    parser.add_argument("--json", metavar="FILE", help="write one JSON object there; - for the standard output")
    arguments = parser.parse_args()
    database = {name: value for name, value in os.environ.items() if name == "DATABASE_URL"}
    found: dict[str, Any] = {"cores": psutil.cpu_count(), "load": os.getloadavg()[0], "waiting_ms": waiting()}
    for name in arguments.only:
        with app(settings=database) as running:
            running.rest()
            try:
                found[name] = asyncio.run(MEASURES[name](running, arguments.quick))
            except (Unanswered, TimeoutError) as error:
                found[name] = {"error": f"{type(error).__name__}: {error}"}
        print(name, json.dumps(found[name]), flush=True)
    tell(found, arguments.json)


if __name__ == "__main__":
    main()
