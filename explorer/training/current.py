"""The run that the page Train shows: asked for, named by a link, or the one that this browser trains."""

from dataclasses import asdict

import streamlit as st

from explorer.page import owners, places
from explorer.page.page import Page
from explorer.runs import jobs
from explorer.training import form
from explorer.training.address import RUN
from explorer.training.form import FormValues
from explorer.training.view import View, look, newest_active

FILLED = "filled_from"  # session-state key: the run whose settings the form was given
SUBMIT = "submit"  # session-state key: whether a button asked to train what the form says


def ask(values: FormValues | None = None) -> None:
    """Have these values, or what the form says, trained in the next run of the page."""
    if values is not None:
        form.fill(values)
    st.session_state[SUBMIT] = True


def leave() -> None:
    """Show the presets again."""
    st.session_state[RUN] = ""


def find(page: Page, arriving: bool) -> View | None:
    """The run to show, the form filled with its settings; what a link says of the form goes first. VaeError where it cannot be had."""
    named = {name: page.at[name] for name in asdict(form.USUAL) if arriving and name in st.query_params}
    if named and RUN not in st.query_params:
        leave()  # the link asks for settings: a run shown before would hide them
    if st.session_state.pop(SUBMIT, False):
        st.session_state[RUN] = st.session_state[FILLED] = jobs.submit(owners.owner(), form.read().recipes()).id
    elif page.at[RUN] is None:  # a new visit: what is going on, if anything is
        st.session_state[RUN] = newest_active() or ""
    view = _look(page) if page.at[RUN] else None
    if view is None:
        leave()
    elif st.session_state.get(FILLED) != view.run.id:
        st.session_state[FILLED] = view.run.id
        form.fill(form.of_run(view.run.recipes))
        page.at.set(**named)
    page.at.read()  # what the address says of the run can be read from now on
    return view


def _look(page: Page) -> View | None:
    """The run that the address names; None after a sentence where there is none to show here."""
    view = look(page.at[RUN])
    if view is None:
        st.warning(page.words.say("gone"))
    elif not view.run.encodes:
        st.info(page.words.say("gan"))
        places.link("gan", page.words.say("gan-link"), gan_run=view.run.id)
        return None
    return view
