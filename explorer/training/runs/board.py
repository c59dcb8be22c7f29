"""The page's two halves, drawn again while something is trained: the list with its filter, and the comparison."""

from collections.abc import Sequence

import streamlit as st

from explorer.models import run_models
from explorer.page.page import Page
from explorer.runs.store import Run, store
from explorer.runs.store.image_sets import PRIVATE_IMAGES
from explorer.training import orders, panel
from explorer.training.runs import example, listing
from explorer.training.runs.address import COMPARED, ROWS
from explorer.training.runs.comparison import compare
from explorer.training.runs.summary import summary
from vae.errors import VaeError

NEWEST = 4  # runs that are compared while none is chosen
ACTIVE = "runs_active"  # session-state key: whether any of them is being trained


def draw(page: Page, me: str) -> None:
    """List and comparison; a fragment, so that it can follow runs that go on."""
    try:
        runs = _listed(page, me)
        _follow(any(run.active for run in runs))
        if said := st.session_state.pop(orders.REFUSED, None):
            st.error(said)
        if not runs:
            example.draw(page)
            page.end()
            return
    except VaeError as error:
        st.error(str(error))
        return
    side, main = st.columns([1.15, 1], gap="medium")
    with side:
        found = _filtered(page, runs)
        listing.rows(page, found[: page.at["runs_rows"]], me)
        if len(found) > page.at["runs_rows"]:
            page.button("more", on_click=page.at.set, kwargs={"runs_rows": page.at["runs_rows"] + ROWS})
    with main:
        by_id = {run.id: run for run in runs}
        page.at.set(**{COMPARED: tuple(each for each in page.at[COMPARED] if each in by_id)})
        chosen = [by_id[each] for each in page.at[COMPARED]] or [run for run in found if run.encodes][:NEWEST]
        compare(page, [listing.named(run, page.words) for run in chosen], [summary(run) for run in chosen])
        if not page.at[COMPARED]:
            page.caption("newest")
    page.end()


def _follow(active: bool) -> None:
    if active != st.session_state.get(ACTIVE, False):
        st.session_state[ACTIVE] = active
        st.rerun()  # the ticks begin or end


def _listed(page: Page, me: str) -> list[Run]:
    """This browser's runs and those of others that the link compares."""
    own = store().runs(me)
    known = {run.id for run in own}
    others = [run for each in page.at[COMPARED] if each not in known and (run := store().get(each))]
    if any(run_models.private(run) for run in others):
        st.warning(PRIVATE_IMAGES)
        others = [run for run in others if not run_models.private(run)]
    return own + others


def _filtered(page: Page, runs: Sequence[Run]) -> list[Run]:
    """The runs that the filter lets through: every word of it is in the name or the state."""
    label, hint = page.words.label("runs_filter"), page.words.say("filter")
    st.text_input(label, key="runs_filter", placeholder=hint, label_visibility="collapsed", persist_state="session")
    wanted = page.at["runs_filter"].lower().split()
    found = [run for run in runs if all(word in f"{run.title} {panel.STATES[run.state]}".lower() for word in wanted)]
    if len(found) < len(runs):
        st.caption(page.words.item("count", "some", found=len(found), all=len(runs)))
    else:
        st.caption(page.words.item("count", "one") if len(runs) == 1 else page.words.item("count", "all", all=len(runs)))
    return found
