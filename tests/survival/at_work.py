"""Small runs on the 8 x 8 digits, and waiting for what becomes of them."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import psutil
import torch
from sqlalchemy import select, update

from explorer.runs.store import Run, Store
from explorer.runs.store.tables import runs as table
from vae import data
from vae.learning.recipes import Recipe, recipe
from vae.learning.training import prepare, train_together

PATIENCE = 300  # seconds, on a machine that does much else
FOR_EVER = 20_000_000  # images: longer than any test


def pair(images: int = 4_000, **changes) -> tuple[Recipe, ...]:
    """An autoencoder and a VAE on the 8 x 8 digits."""
    found = (recipe(kind, 2, images, dataset="digits", **changes) for kind in ("ae", "vae"))
    return tuple(Recipe(replace(spec, image_shape=(1, 8, 8)), settings) for spec, settings in found)


def until(condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Wait until it holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {seconds} seconds"
        time.sleep(0.05)


def ended(store: Store, run: Run, state: str = "done") -> Run:
    """The run as it ended."""
    until(lambda: not current(store, run).active, f"the end of {run.id}")
    now = current(store, run)
    assert now.state == state, (now.state, now.error)
    return now


def under_way(store: Store, run: Run, moments: int = 2, attempt: int = 1) -> Run:
    """The run when it has written so many moments in this attempt."""

    def far_enough() -> bool:
        now = current(store, run)
        assert now.active, (now.state, now.error)
        return now.attempt >= attempt and len(store.records(run.id)) >= moments

    until(far_enough, f"{moments} moments of {run.id}")
    return current(store, run)


def current(store: Store, run: Run) -> Run:
    now = store.get(run.id)
    assert now is not None
    return now


def time_passes(store: Store, run: Run, since: str, **span: float) -> None:
    """Let the last time at which the run was heard of ("heartbeat") or looked at ("watched") be so long ago, as for timedelta."""
    with store.writing() as connection:
        earlier = datetime.now(UTC) - timedelta(**span)
        connection.execute(update(table).where(table.c.id == run.id).values({since: earlier}))


@cache
def alone(recipes: tuple[Recipe, ...]) -> list[dict[str, torch.Tensor]]:
    """The weights that the training generator arrives at by itself, in the foreground."""
    digits = data.load("digits")
    models = [prepare(spec, settings, digits) for spec, settings in recipes]
    for _ in train_together(models, [settings for _, settings in recipes], digits, records=1):
        pass
    return [model.state_dict() for model in models]


def same(weights: Sequence[dict[str, torch.Tensor]] | None, others: Sequence[dict[str, torch.Tensor]]) -> bool:
    """Whether every number is the same, to the last bit."""
    return weights is not None and all(
        one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)
        for one, other in zip(weights, others, strict=True)
    )


def seen(store: Store, run: Run) -> list[int]:
    """Images seen at each moment."""
    return [moment.records[0].images_seen for moment in store.records(run.id)]


def process_of(store: Store, run: Run) -> psutil.Process:
    """The process that trains a run: the one of our children that listens at its worker's address."""
    with store.reading() as connection:
        name = connection.execute(select(table.c.worker).where(table.c.id == run.id)).scalar_one()
    port = int(name.rsplit("/", 1)[0].rsplit(":", 1)[1])
    for child in psutil.Process().children(recursive=True):
        if any(c.status == psutil.CONN_LISTEN and c.laddr.port == port for c in child.net_connections()):
            return child
    raise AssertionError(f"no process listens at {name}")


def environment(**changes: str) -> dict[str, str]:
    """This process's environment without what the tests set, and with these changes."""
    ours = ("DATABASE_URL", "DASK_SCHEDULER_ADDRESS", "LATENT_EXPLORER_DATA", "LATENT_EXPLORER_WORKERS")
    return {**{name: value for name, value in os.environ.items() if name not in ours}, **changes}
