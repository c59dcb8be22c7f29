"""A run in words and numbers: how it stands, what its owner can order, each term of the objective in nats."""

import html
from collections.abc import Callable
from typing import Any

import streamlit as st

from explorer.page import owners
from explorer.runs import jobs
from explorer.runs.store import Moment, Run, store
from explorer.runs.store.run import RESUMABLE
from explorer.training import takeaway as run_takeaway
from explorer.training.form import RATES
from explorer.training.view import View
from vae.errors import VaeError
from vae.recipes import Recipe
from vae.records import Change

SAID = "run_said"  # session-state key: why the last order was refused
STATES = {
    "queued": "Waiting",
    "running": "Training",
    "paused": "Paused",
    "done": "Finished",
    "stopped": "Stopped",
    "failed": "Failed",
    "interrupted": "Interrupted",
}
TERMS = {"reconstruction": "Reconstruction", "kl": "KL", "total": "Total"}


def status(view: View) -> str:
    """How the run stands, in a sentence with its numbers."""
    run, settings = view.run, view.run.recipes[0].settings
    if run.state == "queued":
        return waiting(run)
    if not view.moments:
        return "Starting: the worker loads the data" if run.active else f"{STATES[run.state]} before its first batch."
    last = view.moments[-1].records[0]
    seen = min(last.images_seen, settings.images)
    return f"{STATES[run.state]}: {seen:,} of {settings.images:,} images in {last.elapsed:.1f} s of training"


def waiting(run: Run) -> str:
    """The place in the queue and for about how long."""
    place, slots = jobs.place(run), jobs.slots()
    if slots.trouble:
        return slots.trouble
    if slots.running < slots.workers and place.position <= 1:
        return "Starting"
    wait = f", about {_duration(place.wait_seconds)}" if place.wait_seconds >= 1 else ""
    return f"Waiting: number {max(place.position, 1)} of {max(place.of, 1)} in the queue{wait}; {slots.running} of {slots.workers} workers are busy"


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} minutes"


def head(view: View, take_away: Callable[[View], None] = run_takeaway.buttons) -> None:
    """Title, progress, and the orders that its owner can give; `take_away` draws what there is to download once it is over."""
    run = view.run
    whose = "" if view.mine else ' <span class="le-quiet">Somebody else\u2019s run: you can look, replay and download.</span>'
    title, buttons = st.columns([1.25, 1], vertical_alignment="bottom")
    with title:
        st.html(f'<p class="le-run-title"><b>{html.escape(run.title)}</b>{whose}</p>')
        st.progress(run.progress, status(view))
    with buttons.container(horizontal=True, horizontal_alignment="right", gap="small", key="run-orders"):
        if run.active and view.mine:
            _orders(run)
        elif not run.active:
            _afterwards(view)
            take_away(view)
    if run.error:
        st.warning(run.error)
    said = st.session_state.pop(SAID, None)
    if said:
        st.error(said)


def order(what: str, run: Run, *values: Any, **named: Any) -> None:
    """Give the store an order as this browser; a refusal is kept for the page to say."""
    try:
        getattr(store(), what)(run.id, owners.owner(), *values, **named)
    except VaeError as error:
        st.session_state[SAID] = str(error)


def _orders(run: Run) -> None:
    if run.wanted == "run":
        st.button("Pause", on_click=order, args=("want", run, "pause"), disabled=run.state == "queued")
    else:
        st.button("Resume", on_click=order, args=("want", run, "run"), type="primary")
    if run.encodes:
        st.button(
            "Step",
            on_click=order,
            args=("step", run),
            disabled=run.state != "paused",
            help="One batch, and what it did to each term. Pause first.",
        )
    st.button("Stop", on_click=order, args=("want", run, "stop"))
    if run.encodes:
        with st.popover(
            "Change", help="Another \u03b2 or learning rate, from the next batch on.", disabled=run.state == "queued"
        ):
            _changes(run)


def _afterwards(view: View) -> None:
    if view.mine and view.run.state in RESUMABLE:
        st.button("Resume", on_click=order, args=("resume", view.run), help="Goes on from its newest weights.")


def _changes(run: Run) -> None:
    """Another beta or learning rate from the next batch on; the curves mark where."""
    spec, settings = run.recipes[-1]
    beta, rate = f"change_beta_{run.id}", f"change_rate_{run.id}"
    st.caption("Takes effect within a second, and is marked on the curves.")
    if spec.traits.kl:
        st.number_input(
            "\u03b2, weight of the KL",
            0.0,
            1000.0,
            settings.beta,
            step=0.25,
            format="%g",
            key=beta,
            on_change=_change,
            args=(run, beta, "beta"),
        )
    usual = min(RATES, key=lambda each: abs(each - settings.learning_rate))
    st.select_slider(
        "Peak learning rate",
        RATES,
        usual,
        format_func="{:g}".format,
        key=rate,
        on_change=_change,
        args=(run, rate, "learning_rate"),
    )


def _change(run: Run, key: str, what: str) -> None:
    order("change", run, **{what: st.session_state[key]})


def numbers(recipes: tuple[Recipe, ...], moment: Moment) -> str:
    """Every term of every model at a moment, in nats per image, validation and training."""
    rows = []
    for (spec, _), record in zip(recipes, moment.records, strict=True):
        cells = []
        for term in TERMS:
            values = [getattr(losses, term) for losses in (record.validation, record.training)]
            cells.append(
                "<td>none</td>" if values[0] is None else f"<td><b>{values[0]:.1f}</b> <small>{values[1]:.1f}</small></td>"
            )
        now = f"{record.beta:.2g}" if spec.traits.kl else "none"
        rows.append(
            f'<tr><th scope="row"><span class="le-name le-{spec.kind}">{spec.traits.label}</span></th>{"".join(cells)}'
            f"<td>{now}</td><td>{record.learning_rate:.2g}</td></tr>"
        )
    heads = "".join(f'<th scope="col">{name}, nats</th>' for name in TERMS.values())
    return (
        f'<table class="le-numbers le-now"><thead><tr><td><b>validation</b> <small>training</small></td>{heads}'
        f'<th scope="col">\u03b2 now</th><th scope="col">rate now</th></tr></thead><tbody>{"".join(rows)}</tbody></table>'
    )


def last_step(recipes: tuple[Recipe, ...], moments: list[Moment]) -> str:
    """What the last single batch did to each term, as a table; a sentence where none was taken."""
    moment = next((moment for moment in reversed(moments) if moment.steps), None)
    if moment is None:
        return '<p class="le-legend">Press <b>Step</b> for a single batch, and see what it does to each term.</p>'
    rows = []
    for (spec, _), step in zip(recipes, moment.steps, strict=True):
        cells = "".join(f"<td>{_moved(change, term)}</td>" for change in (step.batch, step.validation) for term in TERMS)
        rows.append(f'<tr><th scope="row"><span class="le-name le-{spec.kind}">{spec.traits.label}</span></th>{cells}</tr>')
    heads = "".join(f'<th scope="col">{name}</th>' for _ in range(2) for name in TERMS.values())
    return (
        '<table class="le-numbers le-step"><thead><tr><td>the last single batch, nats</td>'
        f'<th scope="colgroup" colspan="{len(TERMS)}">on the batch itself</th>'
        f'<th scope="colgroup" colspan="{len(TERMS)}">on 1,000 validation images</th></tr>'
        f"<tr><td></td>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _moved(change: Change, term: str) -> str:
    before, after = getattr(change.before, term), getattr(change.after, term)
    if before is None:
        return "none"
    moved = f"{after - before:+.2f}".replace("-", "\u2212")
    return f"{after:.1f} <b>({moved})</b>"
