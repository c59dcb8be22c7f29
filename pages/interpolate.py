"""Interpolate: walk from one digit to another, through an autoencoder's space and through a VAE's."""

import streamlit as st

from explorer.canvas import Morph, latent_canvas
from explorer.models.trained import Trained
from explorer.page import places
from explorer.page.fragments import part
from explorer.page.page import Page
from explorer.see import other_sets, pair
from explorer.see.interpolate.address import ADDRESS
from explorer.see.interpolate.controls import controls

page = Page("interpolate", ADDRESS)


@part
def between(models: dict[str, Trained]) -> None:
    """Two ends, and the way between them in both spaces."""
    latent_canvas(
        list(models.values()),
        key="canvas-" + "-".join(model.name for model in models.values()),
        morph=Morph((page.at["a"], page.at["b"]), page.at["steps"], page.at["method"], controls(page.words, models)),
        start=page.at.told("layers", "plane"),
        address=page.at.in_browser(),
        on_change=lambda said: page.at.hear(said.told()),
    )
    page.end()


@part
def interpolate() -> None:
    """Two models, and the way between two ends in each."""
    page.at.read()
    with st.container(horizontal=True, key="see-models"):
        models = pair.choose(page)
    between(models)
    page.caption("way")
    other_sets.draw(models["vae"], {kind: kind for kind in models})


interpolate()
places.link("train", page.words.say("next"))
