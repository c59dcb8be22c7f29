"""Runs, moments and weights for the store's tests."""

import torch
from sqlalchemy import update

from explorer.runs.store import Run, Store
from explorer.runs.store.tables import runs
from vae.learning.recipes import Recipe
from vae.learning.records import Losses, Record, Snapshot
from vae.learning.settings import TrainingSettings
from vae.model.spec import ModelSpec

PAIR = tuple(
    Recipe(ModelSpec(kind, 2, encoder_widths=(8,), decoder_widths=(8,)), TrainingSettings(images=10_000))
    for kind in ("ae", "vae")
)


def at_work(store: Store, worker: str = "worker", owner: str = "ann") -> Run:
    """A run that this store has begun."""
    store.create(owner, PAIR)
    claimed = store.claim(worker, per_owner=100)
    assert claimed is not None
    begun = store.begin(claimed.id, claimed.attempt)
    assert begun is not None
    return begun


def moment(images: int, snapshot: bool = False, seed: int = 0) -> tuple[Record, ...]:
    """A pair's records with numbers that are all different."""
    draw = torch.Generator().manual_seed(seed + images)
    records = []
    for kind in ("ae", "vae"):
        losses = []
        for _ in range(2):
            nats = torch.rand(3, generator=draw).mul(200).tolist()
            per_dim = None if kind == "ae" else (nats[1], nats[2])
            losses.append(Losses(nats[0], None if per_dim is None else sum(per_dim), per_dim, sum(nats)))
        taken = Snapshot(
            torch.randn(20, 2, generator=draw) * 5,
            torch.rand(8, 1, 28, 28, generator=draw),
            torch.rand(8, 1, 28, 28, generator=draw),
        )
        clock = torch.rand(5, generator=draw).tolist()
        records.append(Record(images, *clock[:4], *losses, taken if snapshot else None, clock[4]))
    return tuple(records)


def weights(value: float, size: int = 50) -> list[dict[str, torch.Tensor]]:
    """A pair's state dicts, every number the same."""
    return [{"encoder.0.weight": torch.full((size, 3), value), "decoder.0.bias": torch.full((size,), value)} for _ in range(2)]


def alter(store: Store, run: Run, **values) -> None:
    """Put a row as only time or an accident would."""
    with store.writing() as connection:
        connection.execute(update(runs).where(runs.c.id == run.id).values(**values))
