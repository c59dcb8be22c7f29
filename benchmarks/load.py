"""How the app carries a class: many visitors moving something while models train, many trainings at once, and how soon a press shows.

    python -m benchmarks.load [--quick] [--only visitors|queue|press] [--json FILE or -]
    python -m benchmarks.load --against FOLDER [--json FILE or -]

Starts an app of its own on a free local port, with its runs in a temporary folder, and speaks Streamlit's websocket protocol to it
(benchmarks/session.py); the visitors share the machine's cores with the app. A visitor sends what a real browser sends in a minute in which
something is moved every two seconds: `python -m benchmarks.minute` records it. Times are wall time. `waiting` is the median
delay of a thread that asks for a core once in 20 ms, on this machine before anything else was started: how busy the neighbours are.

With --against, the app of another checkout is measured in the same run, with a minute recorded from it: how many visitors each carries.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Mapping
from itertools import count, cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from benchmarks import minute
from benchmarks.running import App, app, tell
from benchmarks.session import PageError, Session
from explorer.runs.store import Run, Store
from vae import data
from vae.hardware import use_one_thread
from vae.learning.recipes import Recipe, recipe
from vae.learning.training import prepare, train_together

SOON = 0.3  # seconds within which 95 of 100 reruns shall have finished
CROWDS = (25, 50, 100, 150, 200, 300, 400, 600, 800, 1_200, 1_600, 2_400)  # visitors, one round after another
GOLDEN = 0.618034  # how visitors are spread over the minute
LONG = 100_000_000  # images: a training that lasts as long as the visitors
TARGET = 150.0  # nats, validation negative ELBO of a VAE with 2 latents
ENOUGH = 100_000  # images, a budget that reaches it


def pair(images: int, seed: int = 0) -> tuple[Recipe, ...]:
    return tuple(recipe(kind, 2, images, seed=seed) for kind in ("ae", "vae"))


def visitors(running: App, many: int, seconds: float, trainings: int) -> dict[str, Any]:
    """Visitors who do what a real browser's minute holds, while models train: how long the reruns take that are left."""
    store = _store(running)
    runs = [store.create(f"trainer {i}", pair(LONG)) for i in range(trainings)]
    while any(not store.records(run.id) for run in runs):
        time.sleep(0.1)
    try:
        return asyncio.run(_visit(running, many, seconds)) | {"trainings": trainings}
    finally:
        for run in runs:
            store.want(run.id, run.owner, "stop")
        _all_ended(store, runs)
        store.close()


async def _visit(running: App, many: int, seconds: float) -> dict[str, Any]:
    crowd = Crowd(running, json.loads(minute.FILE.read_text(encoding="utf-8")))
    before = running.memory()
    await crowd.grow(many)
    opened = running.memory()
    found = await crowd.walk(seconds)
    after = running.memory()
    await crowd.leave()
    return found | {
        "memory_per_session_mb": (after - before) / many / 2**20,
        "memory_per_session_opened_mb": (opened - before) / many / 2**20,
    }


class Crowd:
    """Visitors of an app, on its pages in turn. Each sends what a real browser sent in the minute of that page, over and over."""

    def __init__(self, running: App, record: Mapping[str, Any]):
        self.running, self.record = running, record
        self.sessions: list[Session] = []

    async def grow(self, many: int) -> None:
        """Let visitors come until there are so many. A class does not come through the door all at once."""
        while len(self.sessions) < many:
            pages = islice(cycle(self.record), len(self.sessions), min(many, len(self.sessions) + 10))
            new = [Session(self.running.address, page) for page in pages]
            await asyncio.gather(*(self._come(len(self.sessions) + i, session) for i, session in enumerate(new)))
            self.sessions += new

    async def walk(self, seconds: float) -> dict[str, Any]:
        """What they find in so many seconds; each begins at another moment of the minute."""
        durations: list[float] = []
        errors: list[str] = []
        used, ends = self.running.seconds(), time.monotonic() + seconds
        await asyncio.gather(*(self._walk(i, ends, durations, errors) for i in range(len(self.sessions))))
        ranked = sorted(durations) or [0.0]
        moves = sum(self.record[session.page]["moves"] / self.record[session.page]["seconds"] for session in self.sessions)
        return {
            "visitors": len(self.sessions),
            "moves_per_second": moves,
            "reruns_per_second": len(durations) / seconds,
            "p50_ms": 1_000 * ranked[len(ranked) // 2],
            "p95_ms": 1_000 * ranked[int(0.95 * len(ranked))],
            "server_share": (self.running.seconds() - used) / seconds,
            "errors": len(errors),
            "first_error": errors[0] if errors else "",
        }

    async def _come(self, i: int, session: Session) -> None:
        """Open the page, and bring it to where it stands at the moment of the minute at which this visitor begins."""
        await session.open()
        for asked in self.record[session.page]["sent"]:
            if asked["at"] < self._moment(i, session):
                await session.ask(_asked(asked))

    def _moment(self, i: int, session: Session) -> float:
        """The second of the minute at which this visitor begins."""
        return GOLDEN * i % 1 * self.record[session.page]["seconds"]

    async def leave(self) -> None:
        for session in self.sessions:
            await session.close()

    async def _walk(self, i: int, ends: float, durations: list[float], errors: list[str]) -> None:
        """One visitor, at the times of the record: one who waited long for an answer goes on at once."""
        session = self.sessions[i]
        record = self.record[session.page]
        began = time.monotonic() - self._moment(i, session)
        for turn in count():
            for asked in record["sent"]:
                due = began + turn * record["seconds"] + asked["at"]
                if not turn and asked["at"] < self._moment(i, session):
                    continue  # when this visitor came
                if due >= ends:
                    return
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                try:
                    durations.append(await session.ask(_asked(asked)))
                except (PageError, OSError, TimeoutError) as error:
                    errors.append(str(error))
                    return
            if not record["sent"]:
                return


def _asked(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry of a record as it is asked, without its second."""
    return {name: value for name, value in entry.items() if name != "at"}


def against(other: Path, seconds: float) -> dict[str, Any]:
    """How many visitors this app and that of another checkout carry on this machine: the crowd grows while p95 stays below SOON.

    Each app is given what a real browser sends to it. They take turns, so that whatever else the machine does weighs on both alike.
    """
    with app() as ours, app(other) as theirs:
        apps = {"this": ours, "other": theirs}
        for running in apps.values():
            running.rest()
        records = {name: minute.record(running, list(minute.HANDS)) for name, running in apps.items()}
        found = asyncio.run(_grow_both(apps, records, seconds))
    carried = {
        name: max((one["visitors"] for one in rounds if one["p95_ms"] < 1_000 * SOON), default=0)
        for name, rounds in found.items()
    }
    costs = {
        name: {page: {key: value for key, value in one.items() if key != "sent"} for page, one in record.items()}
        for name, record in records.items()
    }
    return {"minute": costs, "rounds": found, "carried": carried, "times": carried["this"] / max(1, carried["other"])}


async def _grow_both(apps: Mapping[str, App], records: Mapping[str, Any], seconds: float) -> dict[str, list[dict[str, Any]]]:
    crowds = {name: Crowd(running, records[name]) for name, running in apps.items()}
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in apps}
    growing = set(apps)
    for many in CROWDS:
        for name in [name for name in apps if name in growing]:
            await crowds[name].grow(many)
            one = await crowds[name].walk(seconds)
            found[name].append(one)
            print(name, json.dumps(one), file=sys.stderr, flush=True)
            if one["p95_ms"] >= 1_000 * SOON or one["errors"]:
                growing.discard(name)
                await crowds[name].leave()
    for name in growing:
        await crowds[name].leave()
    return found


def queue(running: App, many: int, images: int) -> dict[str, Any]:
    """Many trainings at once: do they end in order, each at the bound of the same run alone?"""
    store, began = _store(running), time.perf_counter()
    submitted = [store.create(f"owner {seed % 4}", pair(images, seed)) for seed in range(many)]
    over = _all_ended(store, submitted)
    seconds = time.perf_counter() - began
    started = [run.started for run in over if run.started]
    digits = data.load("mnist")
    alone_began, equal = time.perf_counter(), 0
    for run in over:
        models = [prepare(spec, settings, digits) for spec, settings in run.recipes]
        *_, last = train_together(models, [settings for _, settings in run.recipes], digits, records=1)
        there = store.records(run.id)[-1].records
        equal += all(a.validation == b.validation and a.training == b.training for a, b in zip(there, last, strict=True))
    return {
        "trainings": many,
        "done": sum(run.state == "done" for run in over),
        "in_order": started == sorted(started) and len(started) == many,
        "same_bound_as_alone": equal,
        "seconds": seconds,
        "seconds_one_after_another_alone": time.perf_counter() - alone_began,
    }


def press(running: App, times: int) -> dict[str, float]:
    """From the press of the Train page's button to the first number in the store, and of a VAE's start to 150 nats there."""
    store = _store(running)
    first = [asyncio.run(_press(running, store)) for _ in range(times)]
    nats = []
    for seed in range(times):
        began = time.perf_counter()
        run = store.create("press", [recipe("vae", 2, ENOUGH, seed=seed)])
        while not any(m.records[0].validation.total <= TARGET for m in store.records(run.id)):
            if not _current(store, run).active:
                raise RuntimeError(f"Seed {seed} did not reach {TARGET} nats in {ENOUGH:,} images.")
            time.sleep(0.02)
        nats.append(time.perf_counter() - began)
        store.want(run.id, "press", "stop")
        _all_ended(store, [run])
    return {"first_number_s": median(first), "first_number_worst_s": max(first), "to_150_nats_s": median(nats)}


async def _press(running: App, store: Store) -> float:
    tab = Session(running.address, "train")
    await tab.open()
    known = {run.id for run in store.at_work() + store.queue()}
    began = time.perf_counter()
    pressing = asyncio.create_task(tab.move("Start training", trigger_value=True))
    while True:
        new = [run for run in store.at_work() if run.id not in known]
        if new and store.records(new[0].id):
            break
        await asyncio.sleep(0.01)
    seconds = time.perf_counter() - began
    await pressing
    await tab.close()
    store.want(new[0].id, new[0].owner, "stop")
    _all_ended(store, new)
    return seconds


def _store(running: App) -> Store:
    """The runs of the app."""
    return Store(f"sqlite:///{running.folder}/runs.db")


def _all_ended(store: Store, runs: list[Run]) -> list[Run]:
    while any(_current(store, run).active for run in runs):
        time.sleep(0.05)
    return [_current(store, run) for run in runs]


def _current(store: Store, run: Run) -> Run:
    now = store.get(run.id)
    if now is None:
        raise RuntimeError(f"The run {run.id} is gone.")
    return now


def waiting() -> float:
    """Median milliseconds that a thread gets its core late."""
    late = []
    for _ in range(100):
        began = time.perf_counter()
        time.sleep(0.02)
        late.append(1_000 * (time.perf_counter() - began - 0.02))
    return median(late)


def measure(quick: bool, only: str | None) -> dict[str, Any]:
    found: dict[str, Any] = {"cores": psutil.cpu_count(), "load": os.getloadavg()[0], "waiting_ms": waiting()}
    with app() as running:
        running.rest()
        store = _store(running)  # its workers are warm once they have trained a small run
        _all_ended(store, [store.create("warm-up", pair(5_000)) for _ in range(2 * (psutil.cpu_count() or 1))])
        store.close()
        if only in (None, "press"):
            found["press"] = press(running, 1 if quick else 5)
        if only in (None, "visitors"):
            many, seconds = (10, 6.0) if quick else (200, 30.0)
            found["few_visitors"] = visitors(running, max(1, many // 20), seconds, 0)
            found["many_visitors"] = visitors(running, many, seconds, 0)
            found["many_visitors_while_training"] = visitors(running, many, seconds, 2)
        if only in (None, "queue"):
            found["queue"] = queue(running, 4 if quick else 16, 5_000 if quick else 36_000)
    return found | {"load_at_the_end": os.getloadavg()[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few visitors and small runs: does it run?")
    parser.add_argument("--only", choices=("visitors", "queue", "press"))
    parser.add_argument("--against", type=Path, metavar="FOLDER", help="another checkout: how many visitors does each carry?")
    parser.add_argument("--json", metavar="FILE", help="write one JSON object there; - for the standard output")
    arguments = parser.parse_args()
    use_one_thread()
    if arguments.against:
        found = against(arguments.against, 5.0 if arguments.quick else 30.0)
    else:
        found = measure(arguments.quick, arguments.only)
    tell(found, arguments.json)


if __name__ == "__main__":
    main()
