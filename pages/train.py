"""Train: an autoencoder and a VAE side by side, watched while their latent spaces form."""

import streamlit as st

from explorer.page import state
from explorer.page.page import Page
from explorer.training import current, form, preset_cards
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
side, main = st.columns([1, 3.4], gap="medium")
with side.container(key="train-form"):
    form.draw(page)
    page.button("start", type="primary", on_click=current.ask, width="stretch")
    if view:
        page.button("show_presets", on_click=current.leave, width="stretch")
with main:
    if trouble:
        st.error(trouble)
    if view:
        with st.container(key="train-run"):
            watch(view, page)
    else:
        preset_cards.draw(page, current.ask)
page.end()
