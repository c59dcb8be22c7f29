"""Explore: move through one model's latent space, replay its training, or walk the beta ladder."""

from dataclasses import replace

import streamlit as st

from explorer.canvas import controls, latent_canvas, replay
from explorer.lesson import questions
from explorer.models import trained
from explorer.models.trained import Trained
from explorer.page import figures
from explorer.page.fragments import part
from explorer.page.page import Page
from explorer.see import other_sets
from explorer.see.explore import address
from explorer.see.explore.address import ADDRESS
from explorer.takehome import offer
from vae.family import LADDER

SERIES = {"training": replay.training, "ladder": replay.ladder}
page = Page("explore", ADDRESS)


def ladder() -> None:
    """Rate and distortion of every rung."""
    rungs = replay.rungs()
    page.say("ladder")
    names, measured = [f"\u03b2 = {rung.settings.beta:g}" for rung in rungs], [rung.measures for rung in rungs]
    rates, distortions = [m.rate for m in measured], [m.reconstruction for m in measured]
    page.chart("rate-distortion", figures.rate_distortion(names, rates, distortions, emphasis="\u03b2 = 1"))
    page.caption("trade")


@part
def plane(subject: Trained, view: str) -> None:
    """The latent space of a model, or of its series."""
    digit = page.at["explore_digit"]
    series = SERIES[view](subject) if view in SERIES else None
    at = page.at["explore_moment"] if view == "training" else LADDER.index(page.at["explore_beta"] or 1.0)
    latent_canvas(
        [subject],
        key=f"canvas-{subject.name}-{view}",
        position=[address.position() if digit is None else address.code(digit)],
        digit=digit,
        series=series and replace(series, at=at),
        start=page.at.told("layers", "plane", "sight"),
        address=page.at.in_browser(),
        controls={"jumps": controls.jumps(page.words)},
        on_change=lambda said: page.at.hear(address.told(said)),
    )
    page.end()


@part
def explore() -> None:
    """One model and everything there is to do with it."""
    page.at.read()
    with page.staged():
        menus = st.container(horizontal=True, key="see-models")
        name = page.draw("model", menus, format_func=trained.label, label_visibility="collapsed", width=260)
        subject = trained.get(name)
        if len(address.views()) > 1:
            page.draw("explore_view", menus, format_func=page.words.items("views").__getitem__, label_visibility="collapsed")
        view = page.at["explore_view"]
        plane(subject, view)
    page.caption("hand", prior=page.words.items("priors")["vae" if subject.is_vae else "ae"])
    offer.draw("explore")
    other_sets.draw(subject, {"model": "vae" if subject.is_vae else "ae"})
    if view == "ladder":
        ladder()


explore()
questions.last("explore", page.words, folded=True)
