"""Train: an autoencoder and a VAE side by side, watched while their latent spaces form."""

import streamlit as st

from explorer.page import owners, state
from explorer.page import places as pages
from explorer.runs import jobs
from explorer.training import form as training_form
from explorer.training import preset_cards
from explorer.training import view as run_view
from explorer.training import watch as run_watch
from explorer.training.form import Choice
from explorer.training.view import View
from vae.errors import VaeError

RUN = "run"  # session-state key and name in the link: the run that is shown, "" for none
FILLED = "filled_from"  # session-state key: the run whose settings the form was given
SUBMIT = "submit"  # session-state key: whether a button asked to train what the form says


def start(choice: Choice | None = None) -> None:
    """Train that choice, or what the form says by now."""
    if choice is not None:
        training_form.fill(choice)
    st.session_state[SUBMIT] = True


def shown() -> View | None:
    """The run that the link or this browser names."""
    if RUN not in st.session_state:  # a new visit: what is going on, if anything is and the link asks for nothing else
        st.session_state[RUN] = "" if came_with_settings else run_view.newest_active() or ""
    if not st.session_state[RUN]:
        return None
    view = run_view.look(st.session_state[RUN])
    if view is None:
        st.warning("There is no such run, or no longer: it may have been deleted.")
        st.session_state[RUN] = ""
    elif not view.run.encodes:
        st.info("This run trains a GAN, which has a page of its own.")
        pages.link("gan", "Open it there", gan_run=view.run.id)
        st.session_state[RUN], view = "", None
    elif st.session_state.get(FILLED) != view.run.id:
        st.session_state[FILLED] = view.run.id
        training_form.fill(training_form.of_run(view.run.recipes))
    return view


def submit(choice: Choice) -> None:
    """Queue what was asked for, and show it."""
    run = jobs.submit(owners.owner(), choice.recipes())
    st.session_state[RUN] = st.session_state[FILLED] = run.id


st.title("Train")
arriving = state.arriving()
state.read_link(run=run_view.run_id)
came_with_settings = any(name in st.query_params for name in training_form.values(training_form.USUAL))
if arriving and came_with_settings and RUN not in st.query_params:
    st.session_state[RUN] = ""  # the link asks for settings: a run shown before would hide them
asked = training_form.read()
view, trouble = None, ""
try:
    if st.session_state.pop(SUBMIT, False):
        submit(asked)
    view = shown()
except VaeError as error:
    trouble = str(error)
side, main = st.columns([1, 3.4], gap="medium")
with side.container(key="train-form-shown" if view else "train-form"):
    choice = training_form.draw()
    st.button("Start training", type="primary", on_click=start, width="stretch")
    if view:
        st.button("Show the presets", on_click=st.session_state.update, args=({RUN: ""},), width="stretch")
with main:
    if trouble:
        st.error(trouble)
    if view:
        run_watch.watch(view)
    else:
        preset_cards.draw(start)
state.write_link(**({RUN: view.run.id} if view else training_form.values(choice)))
