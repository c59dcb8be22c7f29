"""Interpolate: walk from one digit to another, through an autoencoder's space and through a VAE's."""

import streamlit as st

from explorer.canvas import Morph, controls, latent_canvas
from explorer.lesson import questions
from explorer.models.trained import Trained
from explorer.page import places
from explorer.page.fragments import part
from explorer.page.page import Page
from explorer.see import other_sets, pair
from explorer.see.interpolate.address import ADDRESS
from explorer.see.interpolate.middle import JUDGED, shares
from explorer.takehome import offer
from lessons.shared.darts import SURE
from lessons.shared.middles import PAIRS
from lessons.shared.screen import between as between_digits
from lessons.shared.screen import judge
from vae.model import latent

page = Page("interpolate", ADDRESS)


@part
def between(models: dict[str, Trained]) -> None:
    """Two ends, and the way between them in both spaces."""
    latent_canvas(
        list(models.values()),
        key="canvas-" + "-".join(model.name for model in models.values()),
        morph=Morph(
            (page.at["a"], page.at["b"]), page.at["steps"], page.at["method"], controls.way(page.words, models.values())
        ),
        start=page.at.told("layers", "plane", "sight"),
        address=page.at.in_browser(),
        on_change=lambda said: page.at.hear(said.told()),
    )
    page.end()


def middle(models: dict[str, Trained]) -> None:
    """What to conclude from many ways, once one has looked at some."""
    with st.expander(page.words.say("conclude"), key="interpolate_middle", on_change="rerun") as opened:
        if opened.open:
            found = {kind: {way: between_digits(model, way) for way in latent.INTERPOLATIONS} for kind, model in models.items()}
            page.say("middle")
            st.html(shares(found, page.words))
            page.caption("judged", pairs=PAIRS, accuracy=judge()[1], sure=SURE)


@part
def interpolate() -> None:
    """Two models, and the way between two ends in each."""
    page.at.read()
    with st.container(horizontal=True, key="see-models"):
        models = pair.choose(page)
    with page.staged():
        between(models)
    page.caption("way")
    offer.draw("interpolate")
    if models["vae"].settings.dataset == JUDGED:
        middle(models)
    other_sets.draw(models["vae"], {kind: kind for kind in models})


interpolate()
questions.last("interpolate", page.words, folded=True)
places.link("train", page.words.say("next"))
