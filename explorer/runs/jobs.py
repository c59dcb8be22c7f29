"""Training runs for the pages: submit one, see its place in the queue and how many can run at once.

`start` and `stop` belong to the app's lifespan. A run is in the store from the moment it is submitted; the dispatcher
(explorer/runs/dispatcher.py) hands it to a worker (explorer/runs/worker.py), and pages read the store.
"""

import heapq
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median
from typing import NamedTuple

from explorer import public
from explorer.runs.cluster import cores
from explorer.runs.dispatcher import Dispatcher
from explorer.runs.store import Denied, Run, address, store
from explorer.runs.tidying import Tidying
from explorer.runs.workload import TYPICAL_RATE, operations
from vae.learning.recipes import Recipe


class Place(NamedTuple):
    """Where a run stands in the queue."""

    position: int  # 1 is next; 0 when it does not wait
    of: int  # how many wait
    wait_seconds: float  # until it begins, estimated from the rates of runs at work


class Slots(NamedTuple):
    """How many runs can be at work at once."""

    workers: int
    running: int
    trouble: str = ""  # a sentence while workers cannot be reached, are missing, or cannot train


_services: list[Dispatcher | Tidying] = []


def start() -> None:
    """Open the cluster and serve the queue. Returns at once; StoreError where the runs cannot be kept."""
    if not _services:
        place = address()
        _services.extend([Dispatcher(place, os.environ.get("DASK_SCHEDULER_ADDRESS", "")), Tidying(place)])
        for service in _services:
            service.start()


def stop() -> None:
    """Let runs save their weights, and end the workers. Takes up to about eight seconds."""
    while _services:
        _services.pop(0).stop()


def submit(owner: str, recipes: Sequence[Recipe], name: str = "") -> Run:
    """Queue a run of models that are trained together, and wake the dispatcher. Denied where a public demo does not train it."""
    if public.on():
        _fit_for_strangers(owner, recipes)
    run = store().create(owner, recipes, name)
    _wake()
    return run


def resume(run_id: str, owner: str) -> None:
    """Queue a run of this owner that was stopped, interrupted or failed again, and wake the dispatcher. Denied as by `submit`."""
    run = store().get(run_id)
    if public.on() and run:
        _fit_for_strangers(owner, run.recipes)
    store().resume(run_id, owner)
    _wake()


def slots() -> Slots:
    """Workers, and runs at work on them. Each run has a worker, so apps that share a store have as many as there are runs at work."""
    dispatcher, running = _dispatcher(), len(store().at_work())
    workers, trouble = (dispatcher.workers, dispatcher.trouble) if dispatcher else (cores(), "")
    return Slots(max(workers, running), running, trouble)


def place(run: Run) -> Place:
    """Where a run stands in the queue, and how long it will probably wait."""
    queue = store().queue()
    position = next((i for i, waiting in enumerate(queue, 1) if waiting.id == run.id), 0)
    at_work = store().at_work()
    rate = median([_rate(other) for other in at_work]) if at_work else TYPICAL_RATE
    free = [_left(other) / _rate(other) for other in at_work]  # seconds until each worker is free
    free += [0.0] * (max(slots().workers, 1) - len(free))
    heapq.heapify(free)
    for ahead in queue[: max(position - 1, 0)]:
        heapq.heapreplace(free, free[0] + _left(ahead) / rate)
    return Place(position, len(queue), free[0] if position else 0.0)


def _fit_for_strangers(owner: str, recipes: Sequence[Recipe]) -> None:
    """Denied for a run that takes too much of what all visitors of a public demo share."""
    seconds = operations(recipes) / TYPICAL_RATE
    if seconds > public.LONGEST_RUN:
        raise Denied(public.LONG.format(most=public.LONGEST_RUN, asked=seconds))
    if sum(run.active for run in store().runs(owner)) >= public.UNFINISHED:
        raise Denied(public.MANY)
    if len(store().queue()) >= public.WAITING:
        raise Denied(public.BUSY)


def _wake() -> None:
    if dispatcher := _dispatcher():
        dispatcher.wake()


def _dispatcher() -> Dispatcher | None:
    return next((service for service in _services if isinstance(service, Dispatcher)), None)


def _left(run: Run) -> float:
    return operations(run.recipes) * (1 - run.progress)


def _rate(run: Run) -> float:
    """Operations a second of a run at work: as measured, or a typical one where it has only begun."""
    seconds = (datetime.now(UTC) - run.started).total_seconds() if run.started else 0.0
    return operations(run.recipes) * run.progress / seconds if seconds > 1 and run.progress > 0 else TYPICAL_RATE
