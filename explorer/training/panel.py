"""A run in words and numbers: how it stands, what its owner can order, each term of the objective in nats."""

import html
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from explorer.page import words
from explorer.page.tables import Html, cell, table
from explorer.runs import jobs
from explorer.runs.store import Moment, Run
from explorer.runs.store.run import RESUMABLE
from explorer.training import orders, takeaway
from explorer.training.form import RATES
from explorer.training.view import View
from vae.learning.recipes import Recipe
from vae.learning.records import Change
from vae.model.spec import ModelSpec

WORDS = words.load("explorer/training")
TERMS = WORDS.items("terms")
STATES = WORDS.items("states")


def status(view: View) -> str:
    """How the run stands, in a sentence with its numbers."""
    run, settings = view.run, view.run.recipes[0].settings
    if run.state == "queued":
        return waiting(run)
    if not view.moments:
        return WORDS.item("status", "loading") if run.active else WORDS.item("status", "before", state=STATES[run.state])
    last = view.moments[-1].records[0]
    seen = min(last.images_seen, settings.images)
    return WORDS.item("status", "at", state=STATES[run.state], seen=seen, budget=settings.images, seconds=last.elapsed)


def waiting(run: Run) -> str:
    """The place in the queue and for about how long."""
    place, slots = jobs.place(run), jobs.slots()
    if not slots.workers:
        return slots.trouble or WORDS.item("status", "starting")
    if slots.running < slots.workers and place.position <= 1:
        return WORDS.item("status", "starting")
    wait = WORDS.item("status", "wait", time=_duration(place.wait_seconds)) if place.wait_seconds >= 1 else ""
    numbers = {"position": max(place.position, 1), "of": max(place.of, 1), "running": slots.running, "workers": slots.workers}
    line = WORDS.item("status", "waiting", wait=wait, **numbers)
    return f"{line}. {slots.trouble}" if slots.trouble else line


def _duration(seconds: float) -> str:
    short = seconds < 90
    return WORDS.item("status", "seconds", seconds=seconds) if short else WORDS.item("status", "minutes", minutes=seconds / 60)


def head(view: View, take_away: Callable[[View], None] = takeaway.buttons) -> None:
    """Title, progress, and the orders that its owner can give; `take_away` draws what there is to download once it is over."""
    run = view.run
    whose = "" if view.mine else f' <span class="le-quiet">{WORDS.say("someone-elses")}</span>'
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="run-head"):
        with st.container(gap=None, key="run-status"):
            st.html(f'<p class="le-run-title"><b>{html.escape(run.title)}</b>{whose}</p>')
            st.progress(run.progress, status(view))
        if run.active and view.mine:
            _orders(run)
        elif not run.active:
            if view.mine and run.state in RESUMABLE:
                _button("resume", orders.resume, run)
            take_away(view)
    if run.error:
        st.warning(run.error)
    said = st.session_state.pop(orders.REFUSED, None)
    if said:
        st.error(said)


def _button(name: str, order: Callable[[Run], None], run: Run, **more: object) -> None:
    st.button(WORDS.label(name), on_click=order, args=(run,), help=WORDS.help(name), **more)  # type: ignore[arg-type]


def _orders(run: Run) -> None:
    if run.wanted == "run":
        _button("pause", orders.pause, run, disabled=run.state == "queued")
    else:
        _button("go_on", orders.go_on, run, type="primary")
    if run.encodes:
        _button("step", orders.step, run, disabled=run.state != "paused")
    _button("stop", orders.stop, run)
    if run.encodes:
        _changes(run)


def _changes(run: Run) -> None:
    """Another beta or learning rate from the next batch on; the curves mark where."""
    spec, settings = run.recipes[-1]
    beta, rate, waits = f"change_beta_{run.id}", f"change_rate_{run.id}", run.state == "queued"
    if spec.traits.kl:
        st.html(f"<b>{WORDS.label('beta')}</b>", width="content")
        said: dict[str, Any] = {"key": beta, "on_change": _change, "args": (run, beta, "beta"), "disabled": waits, "width": 84}
        label = WORDS.label("change_beta")
        st.number_input(label, 0.0, 1000.0, settings.beta, 0.25, "%g", label_visibility="collapsed", **said)
    with st.popover(WORDS.label("change"), help=WORDS.help("change"), disabled=waits):
        st.caption(WORDS.say("changing"))
        usual = min(RATES, key=lambda each: abs(each - settings.learning_rate))
        said = {"key": rate, "on_change": _change, "args": (run, rate, "learning_rate")}
        st.select_slider(WORDS.label("change_rate"), RATES, usual, format_func="{:g}".format, **said)


def _change(run: Run, key: str, what: str) -> None:
    orders.change(run, **{what: st.session_state[key]})
    if what == "beta":
        st.session_state[what] = st.session_state[key]  # the next run begins with it


def numbers(recipes: Sequence[Recipe], moment: Moment) -> Html:
    """Every term of every model at a moment, in nats per image, validation and training."""
    said = WORDS.items("numbers")
    rows = []
    for (spec, _), record in zip(recipes, moment.records, strict=True):
        cells: list[str] = []
        for term in TERMS:
            validation, training = getattr(record.validation, term), getattr(record.training, term)
            cells.append(said["none"] if validation is None else Html(f"<b>{validation:.1f}</b> <small>{training:.1f}</small>"))
        now = f"{record.beta:.2g}" if spec.traits.kl else said["none"]
        rows.append([_name(spec), *cells, now, f"{record.learning_rate:.2g}"])
    heads = [WORDS.item("numbers", "term", term=term) for term in TERMS.values()]
    first = cell(Html(f"<b>{said['validation']}</b> <small>{said['training']}</small>"))
    return table([[first, *heads, said["beta"], said["rate"]]], rows, said["label"], "le-numbers le-now")


def _name(spec: ModelSpec) -> Html:
    return cell(Html(f'<span class="le-name le-{spec.kind}">{spec.traits.label}</span>'), "th", scope="row")


def last_step(recipes: Sequence[Recipe], moments: Sequence[Moment]) -> str:
    """What the last single batch did to each term, as a table; a sentence where none was taken."""
    said = WORDS.items("step")
    moment = next((moment for moment in reversed(moments) if moment.steps), None)
    if moment is None:
        return f'<p class="le-legend">{words.inline(said["press"])}</p>'
    rows = [
        [_name(spec), *(_moved(change, term) for change in (step.batch, step.validation) for term in TERMS)]
        for (spec, _), step in zip(recipes, moment.steps, strict=True)
    ]
    over = [cell(said[name], "th", scope="colgroup", colspan=len(TERMS)) for name in ("batch", "validation")]
    return table(
        [[cell(said["last"]), *over], ["", *TERMS.values(), *TERMS.values()]], rows, said["label"], "le-numbers le-step"
    )


def _moved(change: Change, term: str) -> str:
    before, after = getattr(change.before, term), getattr(change.after, term)
    if before is None:
        return WORDS.items("numbers")["none"]
    moved = f"{after - before:+.2f}".replace("-", words.MINUS)
    return Html(f"{after:.1f} <b>({moved})</b>")
