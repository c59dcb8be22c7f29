"""How the app carries a class: many visitors moving something while models train, many trainings at once, and how soon a press shows.

    python -m benchmarks.load [--quick] [--only visitors|queue|press] [--json FILE or -]

Starts an app of its own on a free local port, with its runs in a temporary folder, and speaks Streamlit's websocket protocol to it
(benchmarks/session.py); the visitors share the machine's cores with the app. Times are wall time. `waiting` is the median
delay of a thread that asks for a core once in 20 ms, on this machine before anything else was started: how busy the neighbours are.
"""

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from streamlit.proto.Common_pb2 import DoubleArray

from benchmarks.session import PageError, Session
from explorer.runs.store import Run, Store
from vae import data
from vae.hardware import use_one_thread
from vae.learning.recipes import Recipe, recipe
from vae.learning.training import prepare, train_together

ROOT = Path(__file__).resolve().parent.parent
EVERY = 2.0  # seconds between two moves of one visitor
LONG = 100_000_000  # images: a training that lasts as long as the visitors
TARGET = 150.0  # nats, validation negative ELBO of a VAE with 2 latents
ENOUGH = 100_000  # images, a budget that reaches it
MOVES: dict[str, tuple[str, Callable[[int], dict[str, Any]]]] = {  # page -> the widget to move, and its i-th value
    "interpolate": ("Steps", lambda i: {"double_array_value": DoubleArray(data=[5 + i % 26])}),
    "compare": ("Prior draws, seed", lambda i: {"double_value": i % 10_000}),
}


class App:
    """A running app and the store of its runs."""

    def __init__(self, address: str, process: psutil.Process, store: Store):
        self.address, self.process, self.store = address, process, store

    def memory(self) -> int:
        """Bytes of the web process, without its workers."""
        return self.process.memory_info().rss


@contextmanager
def app() -> Iterator[App]:
    """The app with an empty store, warm: its workers have trained a small run."""
    with socket.socket() as probe, tempfile.TemporaryDirectory() as folder:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.address=127.0.0.1", f"--server.port={port}"]
        environment = {**os.environ, "LATENT_EXPLORER_DATA": folder, "RUNS_PER_OWNER": "100"}
        environment.pop("DATABASE_URL", None)
        with (Path(folder) / "log").open("wb") as log:
            server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}"
            while not _answers(address):
                if server.poll() is not None:
                    raise RuntimeError((Path(folder) / "log").read_text())
                time.sleep(0.2)
            found = App(address, psutil.Process(server.pid), Store(f"sqlite:///{folder}/runs.db"))
            _all_ended(found.store, [found.store.create("warm-up", pair(5_000)) for _ in range(2 * psutil.cpu_count())])
            yield found
            found.store.close()
        finally:
            server.terminate()
            server.wait(60)


def _answers(address: str) -> bool:
    with suppress(OSError):
        return urllib.request.urlopen(f"{address}/_stcore/health", timeout=5).status == 200
    return False


def pair(images: int, seed: int = 0) -> tuple[Recipe, ...]:
    return tuple(recipe(kind, 2, images, seed=seed) for kind in ("ae", "vae"))


def visitors(running: App, many: int, seconds: float, trainings: int) -> dict[str, float]:
    """Visitors who each move something every two seconds while models train: how long the reruns take."""
    runs = [running.store.create(f"trainer {i}", pair(LONG)) for i in range(trainings)]
    while any(not running.store.records(run.id) for run in runs):
        time.sleep(0.1)
    try:
        return asyncio.run(_visit(running, many, seconds)) | {"trainings": trainings}
    finally:
        for run in runs:
            running.store.want(run.id, run.owner, "stop")
        _all_ended(running.store, runs)


async def _visit(running: App, many: int, seconds: float) -> dict[str, float]:
    before = running.memory()
    sessions = [Session(running.address, page) for page, _ in zip(_in_turn(list(MOVES)), range(many), strict=False)]
    for first in range(0, many, 10):  # a class does not come through the door all at once
        await asyncio.gather(*(session.open() for session in sessions[first : first + 10]))
    opened = running.memory()
    durations: list[float] = []
    errors: list[str] = []
    ends = time.monotonic() + seconds
    await asyncio.gather(*(_move(s, EVERY * i / many, ends, durations, errors) for i, s in enumerate(sessions)))
    after = running.memory()
    for session in sessions:
        await session.close()
    ranked = sorted(durations)
    return {
        "visitors": many,
        "reruns": len(ranked),
        "reruns_per_second": len(ranked) / seconds,
        "p50_ms": 1_000 * ranked[len(ranked) // 2],
        "p95_ms": 1_000 * ranked[int(0.95 * len(ranked))],
        "errors": len(errors),
        "memory_per_session_mb": (after - before) / many / 2**20,
        "memory_per_session_opened_mb": (opened - before) / many / 2**20,
    }


async def _move(session: Session, wait: float, ends: float, durations: list[float], errors: list[str]) -> None:
    """One visitor's moves, at fixed times: one who waited long for an answer moves on at once."""
    label, value = MOVES[session.page]
    due = time.monotonic() + wait
    for i in count(1):
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        if time.monotonic() >= ends:
            return
        try:
            durations.append(await session.move(label, **value(i)))
        except (PageError, OSError, TimeoutError) as error:
            errors.append(str(error))
            return
        due = max(due + EVERY, time.monotonic())


def _in_turn(pages: list[str]) -> Iterator[str]:
    return (pages[i % len(pages)] for i in count())


def queue(running: App, many: int, images: int) -> dict[str, Any]:
    """Many trainings at once: do they end in order, each at the bound of the same run alone?"""
    began = time.perf_counter()
    submitted = [running.store.create(f"owner {seed % 4}", pair(images, seed)) for seed in range(many)]
    over = _all_ended(running.store, submitted)
    seconds = time.perf_counter() - began
    started = [run.started for run in over if run.started]
    digits = data.load("mnist")
    alone_began, equal = time.perf_counter(), 0
    for run in over:
        models = [prepare(spec, settings, digits) for spec, settings in run.recipes]
        *_, last = train_together(models, [settings for _, settings in run.recipes], digits, records=1)
        there = running.store.records(run.id)[-1].records
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
    first = [asyncio.run(_press(running)) for _ in range(times)]
    nats = []
    for seed in range(times):
        began = time.perf_counter()
        run = running.store.create("press", [recipe("vae", 2, ENOUGH, seed=seed)])
        while not any(m.records[0].validation.total <= TARGET for m in running.store.records(run.id)):
            if not _current(running.store, run).active:
                raise RuntimeError(f"Seed {seed} did not reach {TARGET} nats in {ENOUGH:,} images.")
            time.sleep(0.02)
        nats.append(time.perf_counter() - began)
        running.store.want(run.id, "press", "stop")
        _all_ended(running.store, [run])
    return {"first_number_s": median(first), "first_number_worst_s": max(first), "to_150_nats_s": median(nats)}


async def _press(running: App) -> float:
    tab = Session(running.address, "train")
    await tab.open()
    known = {run.id for run in running.store.at_work() + running.store.queue()}
    began = time.perf_counter()
    pressing = asyncio.create_task(tab.move("Start training", trigger_value=True))
    while True:
        new = [run for run in running.store.at_work() if run.id not in known]
        if new and running.store.records(new[0].id):
            break
        await asyncio.sleep(0.01)
    seconds = time.perf_counter() - began
    await pressing
    await tab.close()
    running.store.want(new[0].id, new[0].owner, "stop")
    _all_ended(running.store, new)
    return seconds


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
    parser.add_argument("--json", metavar="FILE", help="write one JSON object there; - for the standard output")
    arguments = parser.parse_args()
    use_one_thread()
    text = json.dumps(measure(arguments.quick, arguments.only), indent=2)
    if arguments.json and arguments.json != "-":
        Path(arguments.json).write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
