"""Runs: what this browser has trained; compare, rename, open, delete."""

import re

import streamlit as st

from explorer.models import run_models
from explorer.page import owners, state
from explorer.runs.store import Run, StoreError, rule, store
from explorer.runs.store.image_sets import PRIVATE_IMAGES
from explorer.training import example as run_example
from explorer.training import listing as run_list
from explorer.training import panel as run_panel
from explorer.training.comparison import compare
from explorer.training.listing import CHOSEN
from explorer.training.summary import summary
from vae.errors import VaeError

SHOWN = 25  # rows at first
NEWEST = 4  # runs that are compared while none is chosen
TICK = 2.0  # seconds between two looks while something is trained


def run_ids(text: str) -> tuple[str, ...]:
    ids = tuple(dict.fromkeys(text.split(",")))
    if not all(re.fullmatch(r"[A-Za-z0-9_-]{22}", each) for each in ids):
        raise ValueError("These are not names of runs; copy the link again.")
    return ids


def matching(runs: list[Run]) -> list[Run]:
    """Those that the filter lets through."""
    words = st.session_state.run_filter.lower().split()
    return [run for run in runs if all(word in f"{run.title} {run_panel.STATES[run.state]}".lower() for word in words)]


def listed(me: str) -> tuple[list[Run], bool]:
    """This browser's runs and those of others that the link compares; whether any is active."""
    own = store().runs(me)
    known = {run.id for run in own}
    others = [run for each in st.session_state[CHOSEN] if each not in known and (run := store().get(each))]
    if any(run_models.private(run) for run in others):
        st.warning(PRIVATE_IMAGES)
        others = [run for run in others if not run_models.private(run)]
    return own + others, any(run.active for run in own + others)


def draw(me: str) -> None:
    """List and comparison; a fragment, so that it can follow runs that go on."""
    try:
        runs, active = listed(me)
    except StoreError as error:
        st.error(str(error))
        return
    if active != st.session_state.get("runs_active", False):
        st.session_state.runs_active = active
        st.rerun()  # the ticks begin or end
    if said := st.session_state.pop(run_panel.SAID, None):
        st.error(said)
    if not runs:
        try:
            run_example.draw()
        except VaeError as error:
            st.error(str(error))
        return
    side, main = st.columns([1.15, 1], gap="medium")
    with side:
        st.text_input(
            "Filter",
            key="run_filter",
            placeholder="words of the name or the state, such as: vae finished",
            label_visibility="collapsed",
        )
        found = matching(runs)
        st.caption(f"{len(found)} of {len(runs)} runs" if len(found) < len(runs) else f"{len(runs)} run{'s' * (len(runs) > 1)}")
        run_list.rows(found[: st.session_state.runs_shown], me)
        if len(found) > st.session_state.runs_shown:
            st.button("Show more", on_click=lambda: st.session_state.update(runs_shown=st.session_state.runs_shown + SHOWN))
    with main:
        by_id = {run.id: run for run in runs}
        st.session_state[CHOSEN] = tuple(each for each in st.session_state[CHOSEN] if each in by_id)
        chosen = [by_id[each] for each in st.session_state[CHOSEN]] or [run for run in found if run.encodes][:NEWEST]
        state.write_link(**({CHOSEN: st.session_state[CHOSEN]} if st.session_state[CHOSEN] else {}))
        compare([run_list.named(run) for run in chosen], [summary(run) for run in chosen])
        if not st.session_state[CHOSEN]:
            st.caption(
                "These are the newest. Tick runs in the list to compare others; the page\u2019s address then says which."
            )


st.title("Runs")
st.html(
    '<p class="le-lead">What this browser has trained, side by side. <b>Look where a run stands on the rate-distortion plane</b>: to the left '
    "its codes say less about the image, lower down its pictures are closer to it; on one slanted line the ELBO is the same.</p>"
)
state.read_link(**{CHOSEN: run_ids})
state.usual(**{CHOSEN: (), "run_filter": "", "runs_shown": SHOWN})
st.fragment(draw, run_every=TICK if st.session_state.get("runs_active") else None)(owners.owner())
try:
    st.caption(
        f"{rule()} They are kept at {store().place} on the server, and listed for this browser only; whoever has a run's link can look at it."
    )
except StoreError:
    st.caption(rule())
