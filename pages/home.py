"""Home: what an autoencoder and a VAE are, in one live picture."""

import streamlit as st

from explorer.home.machine import DRAWS, Choice, machine
from explorer.models import trained
from explorer.page import places as pages
from explorer.page import state

AE, VAE = trained.get("mnist-ae-2d"), trained.get("mnist-vae-2d")


def keep(choice: Choice) -> None:
    st.session_state.digit, st.session_state.draw, st.session_state.machine_drawing = choice.digit, choice.draw, choice.drawing


st.title("Latent Explorer")
st.html(
    '<div class="le-home"><p class="le-lead">An <b>autoencoder</b> squeezes 784 pixels through a code of two numbers. A '
    "<b>variational autoencoder</b> (VAE) writes down a small Gaussian instead of a point, and draws its code from it. "
    "<b>Look for the only difference:</b> press <i>New \u03b5</i> and see what moves.</p></div>"
)
state.read_link(digit=state.whole_number(0, len(VAE.data.test) - 1), draw=state.whole_number(0, DRAWS - 1))
state.usual(digit=0, draw=0, machine_drawing=False)
chosen = Choice(st.session_state.digit, st.session_state.draw, st.session_state.machine_drawing)
machine([AE, VAE], key="machine", choice=chosen, on_change=keep)
st.caption(
    "Both models have the same layers and saw the same 55,000 images. Everything is computed while you look; losses are in nats "
    "for this one image, summed over pixels and over latent dimensions."
)
pages.link("explore", "Next, move through the latent space yourself")
state.write_link(digit=chosen.digit, draw=chosen.draw)
