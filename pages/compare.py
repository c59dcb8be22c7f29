"""AE vs VAE: two latent spaces side by side, and what draws from the prior decode to in each."""

import streamlit as st

from explorer.canvas import latent_canvas
from explorer.models import data_sets
from explorer.models.trained import Trained
from explorer.page import places
from explorer.page.fragments import part
from explorer.page.page import Page
from explorer.page.words import plain
from explorer.see import other_sets, pair
from explorer.see.compare import draws, measures
from explorer.see.compare.address import ADDRESS

page = Page("compare", ADDRESS, things=lambda: data_sets.many(pair.dataset()))


@part
def prior_draws(models: dict[str, Trained]) -> None:
    """The same draws from the prior, decoded by both models."""
    page.say("draws")
    seed = page.draw("draw", width=170)
    st.html(draws.decoded(models, seed, page.words))
    page.end()


with st.container(horizontal=True, vertical_alignment="bottom"):
    models = pair.choose(page)
    digit = page.draw("digit", width=170, on_change=page.at.set, kwargs={"compare_z": ()})
    axes = page.draw("compare_axes", format_func=page.words.items("axes").__getitem__)
test, classes, z = models["vae"].data.test, models["vae"].data.classes, page.at["compare_z"]
first = len(models["ae"].order)
latent_canvas(
    list(models.values()),
    key="canvas-" + "-".join(model.name for model in models.values()),
    position=[z[:first], z[first:]] if z else [model.posterior.mean[digit].tolist() for model in models.values()],
    digit=None if z else digit,
    layers=("points", "prior", "ellipses"),
    draw=test.images.shape[2:] == (28, 28),
    equal_axes=axes == "equal",
    start=page.at.told(),
    on_change=lambda said: page.at.hear(said.told()),
)
named = {"name": plain(classes[int(test.labels[digit])])} if len(classes) > 1 else {}
followed = page.words.say("start-labelled" if named else "start", digit=digit, **named)
page.caption("hand", images=len(test), start="" if z else followed)
other_sets.draw(models["vae"], {kind: kind for kind in models})
prior_draws(models)
page.say("numbers")
st.html(measures.measured(models, page.words))
places.link("interpolate", page.words.say("next"))
