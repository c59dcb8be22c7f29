"""Interpolate: walk from one digit to another, through an autoencoder's space and through a VAE's."""

from functools import partial

import streamlit as st

from explorer.canvas import Morph, latent_canvas
from explorer.models.trained import KIND_NAMES
from explorer.page import picker, places, words
from explorer.page.fragments import part
from explorer.page.page import Page
from explorer.see import other_sets, pair
from explorer.see.interpolate.address import ADDRESS
from explorer.see.interpolate.strips import walk
from vae.data import Dataset

page = Page("interpolate", ADDRESS)


def named(index: int, data: Dataset) -> str:
    """A test image in the sentence on the way."""
    if len(data.classes) == 1:
        return page.words.say("end", digit=index)
    return page.words.say("end-labelled", digit=index, name=words.plain(data.classes[int(data.test.labels[index])]))


@part
def between() -> None:
    """Two models, two ends, and the way between them."""
    page.at.read()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        models = pair.choose(page)
        data = models["vae"].data
        a, b = (picker.pick_digit(end, page.words.label(end), data) for end in ("a", "b"))
        page.button("random", on_click=picker.at_random, args=(data, "a", "b"))
        method, steps = page.draw("method"), page.draw("steps", width=180)
    latent_canvas(
        list(models.values()),
        key="canvas-" + "-".join(model.name for model in models.values()),
        morph=Morph((a, b), steps, method),
        start=page.at.told(),
        on_change=lambda said: page.at.hear(said.told()),
    )
    page.caption("way", first=named(a, data), last=named(b, data))
    with st.container(horizontal=True):
        for kind, subject in models.items():
            for form, label in page.words.items("save").items():
                make = partial(walk, form, subject, a, b, method, steps)
                said = words.fill(label, {"model": KIND_NAMES[kind]}, page.path)
                name = f"{subject.name}-{a}-to-{b}-{method}.{form}"
                st.download_button(said, make, name, f"image/{form}", on_click="ignore")
    other_sets.draw(models["vae"], {kind: kind for kind in models})
    page.end()


between()
places.link("train", page.words.say("next"))
