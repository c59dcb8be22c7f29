"""A run in a few numbers: what its row in the list and its curve among others need."""

from dataclasses import dataclass

import streamlit as st

from explorer.store import Run, store

POINTS = 60  # of a curve among others, at most


@dataclass(frozen=True)
class Curve:
    """One model's validation losses, nats per image: (images, reconstruction, KL or None, total), at most POINTS of them."""

    kind: str
    points: list[tuple[int, float, float | None, float]]

    @property
    def last(self) -> tuple[int, float, float | None, float]:
        return self.points[-1]


def summary(run: Run) -> list[Curve]:
    """A curve for each model of the run; [] before its first record."""
    return _summary(run.id, run.attempt, run.images_seen, run.state, [spec.kind for spec, _ in run.recipes])


@st.cache_data(max_entries=512, show_spinner=False)
def _summary(run_id: str, attempt: int, images_seen: int, state: str, kinds: list[str]) -> list[Curve]:
    moments = store().records(run_id)
    if not moments:
        return []
    every = -(-len(moments) // POINTS)
    kept = [*moments[:-1:every], moments[-1]]
    return [
        Curve(kind, [(r.images_seen, v.reconstruction, v.kl, v.total) for r in rows for v in (r.validation,)])
        for kind, rows in ((kind, [moment.records[i] for moment in kept]) for i, kind in enumerate(kinds))
    ]
