"""Train: an autoencoder and a VAE side by side, watched while their latent spaces form."""

import streamlit as st

from explorer.lesson import questions
from explorer.page import state
from explorer.page.page import Page
from explorer.training import current, form, planes, preset_cards
from explorer.training.address import ADDRESS
from explorer.training.watch import watch
from vae.errors import VaeError

arriving = state.arriving()
page = Page("train", ADDRESS)
view, trouble = None, ""
try:
    view = current.find(page, arriving)
except VaeError as error:
    trouble = str(error)
above = st.container()
with page.staged():
    with st.container(horizontal=True, key="train-form"):
        form.draw(page, live=bool(view and view.mine and view.run.active))
        page.button("start", type="primary", on_click=current.ask)
        if view:
            page.button("show_presets", on_click=current.leave)
    if trouble:
        st.error(trouble)
    if view:
        with st.container(key="train-run"):
            watch(view, page)
    else:
        planes.draw(page.at["models"])
if not view:
    page.lead("presets-lead", above)
    preset_cards.draw(page, current.ask)
questions.last("train", page.words, folded=True)
page.end()
