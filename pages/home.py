"""Home: what an autoencoder and a VAE are, in one live picture."""

import random

import streamlit as st

from explorer import pages, state, trained
from explorer.machine import lane_html, machine_html
from vae import latent

AE, VAE = trained.get("mnist-ae-2d"), trained.get("mnist-vae-2d")
test = VAE.data.test
last = len(test) - 1


def pick_another() -> None:
    chosen = st.session_state.digit_class
    st.session_state.digit = random.choice([i for i, label in enumerate(test.labels.tolist()) if label == chosen])


def draw_noise() -> None:
    st.session_state.draw = random.randint(0, 9_999)


st.title("Latent Explorer")
st.html(
    '<p class="le-lead">An <b>autoencoder</b> squeezes a picture of 784 pixels through a code of two numbers and draws it again. '
    "A <b>variational autoencoder</b> (VAE) writes down not a point but a small Gaussian, and draws from a random point of it. "
    "<b>Look for the only difference between the lanes:</b> press <i>New noise</i> and watch which numbers and which picture move.</p>"
)
state.read_link(digit=state.whole_number(0, last), draw=state.whole_number(0, 9_999))
state.usual(digit=0, draw=0)
index = st.session_state.digit
label = int(test.labels[index])
st.session_state.digit_class = label
with st.container(horizontal=True, vertical_alignment="bottom"):
    st.segmented_control("Digit", range(10), key="digit_class", required=True, on_change=pick_another, wrap=True)
    st.button("Another one", on_click=pick_another, help=f"Another test image of a {label}")
    st.button("New noise", on_click=draw_noise, type="primary", help="Draws a new \u03b5 from N(0, I)")

image = test.pixels(slice(index, index + 1))
noise = latent.sample_prior(1, 2, st.session_state.draw)
lanes = [
    lane_html(kind, name, str(label), image, latent.passage(subject.model, image, noise), noise)
    for kind, name, subject in (("ae", "Autoencoder", AE), ("vae", "Variational autoencoder", VAE))
]
st.html(machine_html(lanes))
st.caption(
    f"Test image {index:,} of MNIST, a {label}. Both models have the same layers and were trained on the same 55,000 images; all "
    "numbers are computed now. Losses are in nats per image: summed over pixels and over latent dimensions."
)
with st.expander("The maths"):
    st.latex(
        r"\underbrace{-\log p(x \mid z)}_{\text{reconstruction}} \; + \; "
        r"\underbrace{\mathrm{KL}\left(\mathcal N(\mu, \sigma^2) \,\|\, \mathcal N(0, I)\right)}_{\text{KL to the prior}}"
        r"\; , \qquad z = \mu + \sigma \cdot \varepsilon, \quad \varepsilon \sim \mathcal N(0, I)"
    )
    st.markdown(
        "The autoencoder minimises the first term alone, with $z = \\mu$. The VAE minimises the sum, the negative **evidence lower "
        "bound** (ELBO), averaged over the training images (Kingma and Welling, 2014)."
    )
pages.link("explore", "Next, move through the latent space yourself")
state.write_link(digit=index, draw=st.session_state.draw)
