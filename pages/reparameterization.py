"""The reparameterization trick: how a gradient gets through a draw, by which estimator, and how widely it scatters."""

from math import log

import streamlit as st

from explorer.lesson.lesson import Lesson
from explorer.lesson.live import live_part
from explorer.models import trained
from explorer.page import picker
from lessons.reparameterization import estimators, figures, model_gradients, screen, width_outputs
from lessons.reparameterization.address import ADDRESS, MODEL
from vae.streams import Purpose, normal

DRAWS = 200
FACTORS = (1, 5, 100, 10_000)  # to choose from in the prediction

lesson = Lesson("reparameterization", ADDRESS)
said = lesson.part()
with lesson.experiment():
    live_part("reparameterization", key="reparameterization-part", on_report=lesson.at.hear, start=lesson.at.told(), words=said)

lesson.say("on-a-model", draws=DRAWS)
subject = trained.get(MODEL)
with st.container(horizontal=True, vertical_alignment="bottom"):
    index = picker.pick_digit("grad_digit", lesson.words.label("grad_digit"), subject.data)
image, noise = subject.data.test.pixels(slice(index, index + 1)), normal(Purpose.CODES, DRAWS, 2)
found = model_gradients.gradients(subject.model, image, noise)
left, right = st.columns(2, gap="medium")
lesson.chart("spreads", figures.spreads(found.in_first_mean()), left)
lesson.html("gradients", screen.table(found, lesson.words.items("gradients")), right)
lesson.caption("table", right)
ratio = found.wider()
nearest = min(FACTORS, key=lambda factor: abs(log(factor / ratio)))
lesson.reveal(str(nearest), ratio=ratio, draws=float(f"{ratio**2:.1g}"), loss=found.loss())

lesson.say("outputs")
left, right = st.columns([3, 2], gap="medium")
widths = width_outputs.describe(subject.posterior.std)
lesson.chart("slopes", figures.slopes(*width_outputs.curves(), widths.band), left)
lesson.say(
    "widths",
    right,
    count=widths.total,
    median=widths.median,
    low=widths.low,
    by_deviation=widths.slopes["standard deviation"],
    by_log_variance=widths.slopes["log variance"],
    lost=100 * widths.lost,
)
lesson.caption("shaded", left)

lesson.maths(estimators.direct_draw_carries_gradient, estimators.score_function, estimators.pathwise, model_gradients.gradients)
lesson.check()
lesson.end()
