"""A run in a few numbers: what its row in the list and its curve among others need."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import streamlit as st

from explorer.runs.store import Run, store
from vae.learning.records import Record

POINTS = 60  # of a curve among others, at most


class Point(NamedTuple):
    """Validation losses at one moment, nats per image; an autoencoder has no KL and no evidence lower bound."""

    images: int
    reconstruction: float
    kl: float | None

    @property
    def elbo(self) -> float | None:
        """The negative ELBO, whatever weight the KL had in training: what runs with different betas can be compared by."""
        return None if self.kl is None else self.reconstruction + self.kl


@dataclass(frozen=True)
class Curve:
    """One model's losses at POINTS moments at most; the last point is its newest record."""

    kind: str
    points: list[Point]

    @property
    def drawn(self) -> list[Point]:
        """Without the record before the first step, which would set the scale."""
        return self.points[1:] or self.points


def curve(kind: str, records: Sequence[Record]) -> Curve:
    """The curve of a model's records, of which there is at least one."""
    every = -(-len(records) // POINTS)
    kept = [*records[:-1:every], records[-1]]
    return Curve(kind, [Point(r.images_seen, r.validation.reconstruction, r.validation.kl) for r in kept])


def summary(run: Run) -> list[Curve]:
    """A curve for each model of the run; [] before its first record, and for a GAN, which has no bound to compare."""
    if not run.encodes:
        return []
    return _summary(run.id, run.attempt, run.images_seen, run.state, [spec.kind for spec, _ in run.recipes])


@st.cache_data(max_entries=512, show_spinner=False)
def _summary(run_id: str, attempt: int, images_seen: int, state: str, kinds: list[str]) -> list[Curve]:
    moments = store().records(run_id)
    return [curve(kind, [moment.records[i] for moment in moments]) for i, kind in enumerate(kinds)] if moments else []
