"""The run on the page: drawn once a second while it is trained, once when it has ended."""

from collections.abc import Callable

import streamlit as st

from explorer.page import words
from explorer.page.page import Page
from explorer.runs.store import StoreError
from explorer.training import curves, form, panel, pictures, replay, takeaway
from explorer.training.view import View, look
from vae.errors import VaeError

WORDS = words.load("explorer/training")
TICK, FIRST_TICK = 1.0, 0.3  # seconds between two looks; more often until the first number is there


def watch(view: View, page: Page) -> None:
    """Draw the run on the page Train, and go on drawing it while it is active."""

    def draw_run(now: View, everything: bool) -> None:
        _draw(now, page, everything)
        page.end()

    follow(view, draw_run)


def follow(view: View, draw_run: Callable[[View, bool], None]) -> None:
    """Have the run drawn, and drawn again while it is active. `draw_run` is told whether this is the first time."""
    period = (TICK if view.moments else FIRST_TICK) if view.run.active else None
    drawn = {"view": view}  # this one is for the first drawing, which the page has just read

    def draw() -> None:
        now, trouble = (drawn.pop("view"), "") if drawn else look_again(view)
        if now is None:
            st.warning(WORDS.say("deleted"))
            return
        if trouble:
            st.warning(trouble)
        if (period is None, period == FIRST_TICK) != (not now.run.active, now.run.active and not now.moments):
            st.rerun()  # the ticks change
        try:
            draw_run(now, now is view)
        except VaeError as error:  # such as a run that is deleted while it is drawn
            st.warning(str(error))

    st.fragment(draw, run_every=period)()


def look_again(before: View) -> tuple[View | None, str]:
    """The run as it stands now; as it stood, with a sentence, where the store cannot say."""
    try:
        return look(before.run.id), ""
    except StoreError as error:
        return before, WORDS.say("from-before", trouble=str(error))


def _draw(view: View, page: Page, everything: bool) -> None:
    run, moments = view.run, view.moments
    panel.head(view)
    preset = form.preset_of(form.of_run(run.recipes))
    if preset and not moments and run.active:
        page.lead("watch-for", what=preset.watch)
    if not moments:
        return
    if view.snapshots:
        replay.draw(view, page, everything)
    if preset:
        page.caption("watch-for", what=preset.watch)
    if run.state == "paused":
        st.html(panel.last_step(run.recipes, moments))
    st.html(panel.numbers(run.recipes, moments[-1]))
    curves.draw(run.recipes, moments)
    if view.snapshots:
        pictures.draw(run, view.snapshots[-1])
    if not run.active:
        takeaway.links(view)
