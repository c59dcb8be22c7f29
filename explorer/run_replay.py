"""A run on the canvas: the codes of the test images at each of its moments, and the decoders of the one at which the reader rests."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st
import torch

from explorer.canvas import CanvasState, latent_canvas, payloads
from explorer.canvas.facts import common_bounds
from explorer.replay import Past
from explorer.run_view import View
from explorer.store import Moment, Run, store
from explorer.trained import Trained
from explorer.weights import Body
from vae import data, metrics
from vae.checkpoints import Checkpoint
from vae.data import Dataset, Split
from vae.models import Posterior, build
from vae.records import Snapshot

MOST_MOMENTS = 60  # that the scrubber steps through
REPEATED = 6  # of the newest moments, that each tick tells again: the browser keeps what it has
RESTING = "run_moment"  # session-state key: the moment that the reader looks at, or None for the newest


class Beginning(Trained):
    """What fixes names, axes and ranges on the canvas: a model of the run at one moment, with the codes of its snapshot."""

    def __init__(self, run: Run, i: int, codes: torch.Tensor, weights: dict[str, torch.Tensor], order: list[int]):
        model = build(run.recipes[i].spec)
        model.load_state_dict(weights)
        name = f"{run.id}-{i}-{'live' if run.active else 'ended'}"
        super().__init__(Checkpoint(name, model.eval(), run.recipes[i].settings), [])
        self.posterior, self.order = Posterior(codes, None), order  # in place of encoding the whole test set

    @property
    def label(self) -> str:
        return self.model.spec.kind.upper()

    @property
    def data(self) -> Dataset:
        return _first(self.settings.dataset, len(self.posterior.mean))


def _first(dataset: str, count: int) -> Dataset:
    whole = data.load(dataset)
    return replace(whole, test=Split(whole.test.images[:count], whole.test.labels[:count]))


def draw(view: View, everything: bool) -> None:
    """The canvas of a run that has a snapshot; `everything` tells all of its moments, else only the newest ones."""
    run = view.run
    live = run.active
    indices = thinned(view.snapshots)
    fixed = view.snapshots[0] if live else view.snapshots[-1]
    models = _beginning(run.id, run.attempt, fixed, live, run, view.moments[-1])
    told = indices if everything or not live else indices[-REPEATED:]
    by_index = {moment.index: moment for moment in view.moments}
    resting = st.session_state.get(RESTING)
    at = resting if resting in view.snapshots else view.snapshots[-1]
    latent_canvas(
        models,
        key=f"run-{run.id}",
        layers=("points", "prior"),
        run={
            "title": "Moment of the training run",
            "live": live,
            "moments": [_told(run, by_index[index]) for index in told if index in by_index],
            "decoders": _decoders(run, by_index[at]) if at in by_index else None,
        },
        on_change=_keep,
    )


def _keep(report: CanvasState) -> None:
    st.session_state[RESTING] = report.moment


def thinned(indices: Sequence[int], most: int = MOST_MOMENTS) -> list[int]:
    """At most so many of the indices, evenly spaced, the first and the last among them."""
    if len(indices) <= most:
        return list(indices)
    return [indices[round(i * (len(indices) - 1) / (most - 1))] for i in range(most)]


def _told(run: Run, moment: Moment) -> dict[str, Any]:
    models = [{"codes": body.announce(), "bounds": bounds} for body, bounds in _codes(run.id, run.attempt, moment.index, run)]
    losses = [
        f"{spec.kind.upper()} {record.validation.total:.1f}"
        for (spec, _), record in zip(run.recipes, moment.records, strict=True)
    ]
    caption = f"{', '.join(losses)} nats per validation image"
    return {"index": moment.index, "label": _label(moment), "caption": caption, "models": models}


def _label(moment: Moment) -> str:
    return f"{moment.records[0].images_seen:,} images"


def _decoders(run: Run, moment: Moment) -> dict[str, Any] | None:
    """The decoders of a moment; None where they were not kept, or cannot run in the browser."""
    bodies = _weights(run.id, run.attempt, moment.index, run)
    if bodies is None:
        return None
    return {"index": moment.index, "label": _label(moment), "weights": [body.announce() for body in bodies]}


@st.cache_resource(max_entries=64, show_spinner=False)
def _beginning(run_id: str, attempt: int, index: int, live: bool, _run: Run, _last: Moment) -> list[Trained]:
    snapshots = store().snapshot(run_id, index)
    weights = store().weights(run_id, index) or store().weights(run_id)
    assert weights is not None  # the first moment writes both
    orders = [
        list(range(spec.latent_dim)) if live else _order(snapshot, _last, i)
        for i, ((spec, _), snapshot) in enumerate(zip(_run.recipes, snapshots, strict=True))
    ]
    return [Beginning(_run, i, snapshot.codes, weights[i], orders[i]) for i, snapshot in enumerate(snapshots)]


def _order(snapshot: Snapshot, last: Moment, i: int) -> list[int]:
    """Latent dimensions, the one that carries most first: by KL, for an autoencoder by variance."""
    kl = last.records[i].validation.kl_per_dim
    if kl is None:
        return metrics.kl_order(Posterior(snapshot.codes, None))
    return sorted(range(len(kl)), key=lambda d: -kl[d])


@st.cache_resource(max_entries=400, show_spinner=False)
def _codes(run_id: str, attempt: int, index: int, _run: Run) -> list[tuple[Body, list[tuple[float, float]]]]:
    """For each model the codes of a moment for the browser, and for each dimension an interval that holds them."""
    found = []
    for (spec, settings), snapshot in zip(_run.recipes, store().snapshot(run_id, index), strict=True):
        first = _first(settings.dataset, len(snapshot.codes))
        past = Past(build(spec), Posterior(snapshot.codes, None), first)
        found.append((payloads.codes(past.posterior, first.test.labels), common_bounds([past])))
    return found


@st.cache_resource(max_entries=24, show_spinner=False)
def _weights(run_id: str, attempt: int, index: int, _run: Run) -> list[Body] | None:
    weights = store().weights(run_id, index)
    if weights is None:
        return None
    bodies = []
    for (spec, _), state in zip(_run.recipes, weights, strict=True):
        model = build(spec)
        model.load_state_dict(state)
        try:
            bodies.append(payloads.decoder(model))
        except payloads.Undrawable:
            return None
    return bodies
