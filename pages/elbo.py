"""The evidence lower bound: log p(x) split into two parts that trade, exactly; then the gaps of a trained VAE."""

import streamlit as st

from explorer.lesson.lesson import Lesson
from explorer.lesson.live import live_part
from explorer.page import picker
from lessons.elbo import figures, gaps, linear_gaussian, screen
from lessons.elbo.address import ADDRESS
from vae import data
from vae.measuring import bounds

TOLERANCE = 1e-6  # nats
EXAMPLES = {"small": 3, "poor": 7, "hill": 6}  # test digits

lesson = Lesson("elbo", ADDRESS)
with lesson.experiment():
    with lesson.pickers():
        digit = picker.pick_digit("elbo_digit", lesson.words.label("elbo_digit"), data.load("mnist"))
    said = lesson.part()
    live_part(
        "elbo",
        key="elbo-part",
        on_report=lesson.at.hear,
        start=lesson.at.told(),
        words=said,
        covered=not lesson.revealed,
        **screen.facts(digit),
    )
    lesson.caption("density")

mean, std = [lesson.at["elbo_m1"], lesson.at["elbo_m2"]], [lesson.at["elbo_s1"], lesson.at["elbo_s2"]]
sums = screen.sums(digit, mean, std)
still = max(sums) - min(sums) < TOLERANCE
lesson.reveal("still" if still else "fits", prior=sums[0], posterior=sums[1], yours=sums[2])

lesson.say("gaps")
if lesson.revealed:
    found = screen.vae_gaps(digit)
    left, right = st.columns(2, gap="medium")
    lesson.chart("posterior-plane", figures.posterior_plane(found.plane, found.path, found.best, found.on_lower_hill), left)
    lesson.chart("losses", figures.losses(found.log_evidence, found.best.elbo, found.guess.elbo), right)
    ascent = {"evidence": found.log_evidence, "guess": found.guess.elbo, "steps": len(found.path) - 1, "end": found.end.elbo}
    if found.on_lower_hill:
        lesson.say("lower-hill", right, **ascent, best=found.best.elbo)
    else:
        lesson.say("best-found", right, **ascent)
    with right.container(horizontal=True):
        for name, text in lesson.words.items("examples").items():
            st.button(text, key=f"elbo-example-{name}", on_click=lesson.at.set, kwargs={"elbo_digit": EXAMPLES[name]})
    lesson.chart("weighted", figures.weighted_bounds(found.bounds, found.log_evidence, found.best.elbo))
    lesson.caption("grey")

lesson.maths(linear_gaussian.split_evidence, linear_gaussian.log_evidence, gaps.integrate, bounds.weigh)
lesson.check()
lesson.end()
