"""A run on the canvas: the codes of the test images at each of its moments, and the decoders of the one at which the reader rests."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st
import torch
from torch import Tensor

from explorer.browser.bodies import Body
from explorer.canvas import payloads
from explorer.canvas.canvas import latent_canvas
from explorer.canvas.facts import common_bounds
from explorer.canvas.replay import Past
from explorer.models.trained import Trained
from explorer.page import words
from explorer.page.page import Page
from explorer.page.words import plain
from explorer.runs.store import Moment, Run, store
from explorer.training.view import View
from vae import data
from vae.checkpoints import Checkpoint
from vae.data import Dataset, Split
from vae.learning.records import Snapshot
from vae.learning.training import prepare
from vae.measuring import metrics
from vae.model.networks import Autoencoder, build
from vae.model.posterior import Posterior

MOST_MOMENTS = 60  # that the scrubber steps through
REPEATED = 6  # of the newest moments, that each tick tells again: the browser keeps what it has
LOOK_BACK = 8  # moments: weights are stored with some of them only
WORDS = words.load("explorer/training")


class Beginning(Trained):
    """What fixes names, axes and ranges on the canvas: a model of the run, with the codes of one snapshot and a row of dimensions."""

    def __init__(self, run: Run, i: int, model: Autoencoder, codes: Tensor, order: list[int], shown: Tensor | None):
        name = f"{run.id}-{i}-{'live' if run.active else 'ended'}"
        super().__init__(Checkpoint(name, model.eval(), run.recipes[i].settings), [])
        self.model = model.given(shown)  # type: ignore[assignment]  # from outside a model like any other
        self.posterior, self.order = Posterior(codes, None), order  # in place of encoding the whole test set

    @property
    def label(self) -> str:
        return self.model.spec.traits.label

    @property
    def data(self) -> Dataset:
        return _first(self.settings.dataset, len(self.posterior.mean))


def _first(dataset: str, count: int) -> Dataset:
    whole = data.load(dataset)
    return replace(whole, test=Split(whole.test.images[:count], whole.test.labels[:count]))


def draw(view: View, page: Page, everything: bool) -> None:
    """The canvas of a run that has a snapshot; `everything` tells all of its moments, else only the newest ones."""
    run, at = view.run, page.at
    live = run.active
    indices = thinned(view.snapshots)
    fixed = view.snapshots[0] if live else view.snapshots[-1]
    label = _choose_class(run, page)
    models = _beginning(run.id, run.attempt, fixed, live, label, run, view.moments[-1])
    told = indices if everything or not live else indices[-REPEATED:]
    by_index = {moment.index: moment for moment in view.moments}
    resting = at["train_moment"] if at["train_moment"] in view.snapshots else None
    shown = view.snapshots[-1] if resting is None else resting
    with_weights = [index for index in view.snapshots if shown - LOOK_BACK <= index <= shown]
    dims, z = models[0].model.spec.latent_dim, at["train_z"]
    latent_canvas(
        models,
        key=f"run-{run.id}",
        position=[z[i * dims : (i + 1) * dims] for i in range(len(models))] if z else None,
        layers=("points", "prior") if all(spec.prior == "normal" for spec, _ in run.recipes) else ("points",),
        run={
            "title": WORDS.item("replay", "title"),
            "live": live,
            "at": resting,
            "moments": [_told_moment(run, by_index[index]) for index in told if index in by_index],
            "decoders": _decoders(run, label, [by_index[index] for index in reversed(with_weights) if index in by_index]),
        },
        start=at.told(),
        on_change=lambda said: at.hear(said.told()),
    )


def thinned(indices: Sequence[int], most: int = MOST_MOMENTS) -> list[int]:
    """At most so many of the indices, evenly spaced, the first and the last among them."""
    if len(indices) <= most:
        return list(indices)
    return [indices[round(i * (len(indices) - 1) / (most - 1))] for i in range(most)]


def _told_moment(run: Run, moment: Moment) -> dict[str, Any]:
    models = [{"codes": body.announce(), "bounds": bounds} for body, bounds in _codes(run.id, run.attempt, moment.index, run)]
    losses = [
        WORDS.item("replay", "loss", model=spec.traits.label, loss=record.validation.total)
        for (spec, _), record in zip(run.recipes, moment.records, strict=True)
    ]
    caption = WORDS.item("replay", "losses", losses=", ".join(losses))
    return {"index": moment.index, "label": _label(moment), "caption": caption, "models": models}


def _label(moment: Moment) -> str:
    return WORDS.item("replay", "label", images=moment.records[0].images_seen)


def _choose_class(run: Run, page: Page) -> int | None:
    """The class a conditional model is to decode, from a row of them; None where no model asks for one."""
    if not any(spec.classes for spec, _ in run.recipes):
        return None
    classes = data.load(run.recipes[0].settings.dataset).classes
    return page.draw("train_class", format_func=lambda label: plain(classes[label]))


def _told(label: int | None) -> Tensor | None:
    return None if label is None else torch.tensor(label)


def _decoders(run: Run, label: int | None, moments: Sequence[Moment]) -> dict[str, Any] | None:
    """The decoders of the first of these moments whose weights were kept and can run in the browser."""
    for moment in moments:
        bodies = _weights(run.id, run.attempt, moment.index, label, run)
        if bodies is not None:
            return {"index": moment.index, "label": _label(moment), "weights": [body.announce() for body in bodies]}
    return None


@st.cache_resource(max_entries=64, show_spinner=False)
def _beginning(run_id: str, attempt: int, index: int, live: bool, label: int | None, _run: Run, _last: Moment) -> list[Trained]:
    """While the run goes on its models as they began, in the order of their dimensions; afterwards as they have become."""
    newest = None if live else store().weights(run_id)
    models: list[Trained] = []
    for i, ((spec, settings), snapshot) in enumerate(zip(_run.recipes, store().snapshot(run_id, index), strict=True)):
        model = prepare(spec, settings, data.load(settings.dataset))
        if newest is not None:
            model.load_state_dict(newest[i])
        order = list(range(spec.latent_dim)) if live else _order(snapshot, _last, i)
        models.append(Beginning(_run, i, model, snapshot.codes, order, _told(label)))
    return models


def _order(snapshot: Snapshot, last: Moment, i: int) -> list[int]:
    """Latent dimensions, the one that carries most first: by KL, for an autoencoder by variance."""
    kl = last.records[i].validation.kl_per_dim
    if kl is None or len(kl) != snapshot.codes.shape[1]:  # a prior whose KL does not fall apart into dimensions
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
def _weights(run_id: str, attempt: int, index: int, label: int | None, _run: Run) -> list[Body] | None:
    weights = store().weights(run_id, index)
    if weights is None:
        return None
    bodies = []
    for (spec, _), state in zip(_run.recipes, weights, strict=True):
        model = build(spec)
        model.load_state_dict(state)
        try:
            bodies.append(payloads.decoder(model.given(_told(label))))
        except payloads.Undrawable:
            return None
    return bodies
