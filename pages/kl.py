"""What the KL does: one latent's Gaussian, the three parts of its KL, where each pulls, and what a trained VAE pays."""

import streamlit as st

from explorer.lesson.lesson import Lesson
from explorer.lesson.live import live_part
from explorer.models import trained
from lessons.kl import figures, history, parts
from lessons.kl.address import ADDRESS
from vae.model import posterior

POINTS = 2_000  # test images drawn on the map

lesson = Lesson("kl", ADDRESS)
with lesson.experiment():
    live_part("kl", key="kl-part", on_report=lesson.at.hear, words=lesson.part(), start=lesson.at.told())
lesson.reveal("-".join(parts.destination(("mean", "width"))))

subject = trained.get(lesson.at["kl_model"])
measured = parts.measured(subject.posterior).numpy()  # (3, D)
lesson.say("measured", images=len(subject.posterior.mean))
name = lesson.draw("kl_model", format_func=trained.label, width=320)
left, right = st.columns(2, gap="medium")
lesson.chart("by-latent", figures.by_latent(measured, subject.order), left)
if name in history.TRACED:
    past = history.load()[name]
    lesson.chart("over-training", figures.over_training(past.images_seen, past.parts.sum(2).numpy()), right)
    lesson.caption("history", right, ended=float(past.parts[-1].sum()), shipped=float(measured.sum()))
d = lesson.draw("kl_latent", left, format_func="z{}".format, width=110) - 1
codes = subject.posterior.mean[:POINTS, d].numpy(), subject.posterior.std[:POINTS, d].numpy()
lesson.chart("map", figures.landscape(*codes), left, points=POINTS)
centres, widths = (float(part) for part in measured.sum(1)[:2])
lesson.say("cancel", right, centres=centres, widths=widths, both=centres + widths, whole=float(measured.sum()))

lesson.maths(posterior.kl_parts, parts.slopes, parts.descend)
lesson.check()
lesson.end()
