"""The two models that a page under See shows side by side: an autoencoder and a VAE of one data set."""

from functools import partial

import streamlit as st

from explorer.models import trained
from explorer.models.run_models import ModelName
from explorer.models.trained import Trained
from explorer.page import words
from explorer.page.page import Page
from vae.data import Split
from vae.errors import CheckpointError

USUAL = {"ae": "mnist-ae-2d", "vae": "mnist-vae-2d"}
WHAT = {"ae": "autoencoder", "vae": "VAE"}


def _usual(kind: str) -> str | None:
    return trained.first(USUAL[kind], trained.of_kind(kind))


ROWS = tuple(
    ModelName(kind, partial(_usual, kind), widget="selectbox", allowed=partial(trained.of_kind, kind), what=WHAT[kind])
    for kind in USUAL
)


def models() -> dict[str, Trained]:
    """The two that are chosen, by their kinds; CheckpointError where there is none of a kind."""
    for kind, what in WHAT.items():
        if not trained.of_kind(kind):
            raise CheckpointError(words.load("explorer/see").say("none", what=what))
    return {kind: trained.get(st.session_state[kind]) for kind in USUAL}


def dataset() -> str:
    """The name of the data set that the VAE was trained on."""
    return models()["vae"].settings.dataset


def test_images() -> Split:
    """The images that both were tested on."""
    return models()["vae"].data.test


def dims() -> int:
    """How many latent dimensions the first has."""
    return len(models()["ae"].order)


def choose(page: Page) -> dict[str, Trained]:
    """Two menus; stops the page with a sentence where the two cannot be compared."""
    for kind in USUAL:
        page.draw(kind, format_func=trained.label, label_visibility="collapsed", width=260)
    pair = models()
    if pair["ae"].settings.dataset != pair["vae"].settings.dataset:
        st.warning(words.load("explorer/see").say("unlike"))
        st.stop()
    return pair
