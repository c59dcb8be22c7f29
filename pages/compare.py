"""AE vs VAE: two latent spaces side by side, and what draws from the prior decode to in each."""

import streamlit as st

from explorer.canvas import controls, latent_canvas
from explorer.lesson import questions
from explorer.models import data_sets, measures
from explorer.models.trained import Trained
from explorer.page import places
from explorer.page.fragments import part
from explorer.page.page import Page
from explorer.see import other_sets, pair
from explorer.see.compare.address import ADDRESS
from explorer.takehome import offer

page = Page("compare", ADDRESS, things=lambda: data_sets.many(pair.dataset()))


@part
def planes(models: dict[str, Trained]) -> None:
    """Both latent spaces, and prior draws decoded by both models."""
    test, z, digit = models["vae"].data.test, page.at["compare_z"], page.at["digit"]
    first = len(models["ae"].order)
    latent_canvas(
        list(models.values()),
        key="canvas-" + "-".join(model.name for model in models.values()),
        position=[z[:first], z[first:]] if z else [model.posterior.mean[digit].tolist() for model in models.values()],
        digit=None if z else digit,
        layers=("points", "prior", "ellipses"),
        draw=test.images.shape[2:] == (28, 28),
        start=page.at.told("layers", "plane", "sight"),
        address=page.at.in_browser(),
        controls=controls.pair(page.words, len(test)),
        choices=page.at.told("draw", "axes"),
        followed=digit,
        on_change=lambda said: page.at.hear(said.told()),
    )
    page.end()


with st.container(horizontal=True, key="see-models"):
    models = pair.choose(page)
with page.staged():
    planes(models)
page.caption("hand", images=len(models["vae"].data.test))
offer.draw("compare")
other_sets.draw(models["vae"], {kind: kind for kind in models})
page.say("numbers")
st.html(measures.measured(models.values(), page.words))
questions.last("compare", page.words, folded=True)
places.link("interpolate", page.words.say("next"))
