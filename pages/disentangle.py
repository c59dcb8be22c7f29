"""Disentangle: shapes whose factors are known, beta-VAEs at several betas, and what each latent has learned."""

from functools import partial

import streamlit as st

from explorer.canvas.canvas import latent_canvas
from explorer.lesson.lesson import Lesson
from explorer.page import picker
from lessons.disentangle import figures, mig, models, screen, tables
from lessons.disentangle.address import ADDRESS
from lessons.disentangle.models import BETAS, SEEDS, USUAL
from vae import shapes
from vae.learning import objectives

lesson = Lesson("disentangle", ADDRESS)
with lesson.experiment(low=BETAS[0], high=BETAS[-1]):
    with lesson.pickers():
        name = lesson.draw("dis_model", format_func=partial(screen.title, words=lesson.words))
        image = picker.pick_digit("dis_image", lesson.words.label("dis_image"), screen.dataset())
    subject, measured = screen.get(name), screen.of(name)
    z = screen.code(lesson.at)
    latent_canvas(
        [subject],
        key=f"dis-canvas-{name}",
        position=[z],
        digit=None if lesson.at["dis_z"] else image,
        start=lesson.at.told(),
        on_change=lambda said: lesson.at.hear(said.told()),
    )

kind = subject.model.spec.kind
lesson.say("shares", carried=lesson.words.items("carried")[kind])
st.html(tables.latents(lesson.words, subject, z, measured))
bins = {} if subject.is_vae else {"bins": mig.BINS}
lesson.caption(f"mig-{kind}", mig=mig.mig(measured.best_known), images=len(shapes.combinations()), **bins)

study = models.study(screen.rows())
factors = list(lesson.words.items("factors").values())
if lesson.reveal(study.answer, **study.found, seeds=len(SEEDS)):
    left, right = st.columns(2, gap="medium")
    estimates = (values.numpy() for values in (study.gap, study.binned, study.ae, study.pca))
    lesson.chart("gap-over-beta", figures.gap_over_beta(BETAS, *estimates), left)
    lesson.chart("gap-of-each", figures.gap_of_each(BETAS, study.by_factor.mean(1).numpy(), factors), right)
    lesson.say("seeds", **study.seeds_apart)

lesson.say("responses", around=screen.AROUND)
latent = lesson.draw("dis_latent", format_func="z{}".format, width=110)
left, right = st.columns(2, gap="medium")
lesson.chart("answers", figures.answers(screen.responses(name), factors, latent - 1), left)
lesson.chart("around", figures.around(shapes.FACTORS[models.ANGLE].values, screen.turning(name)), right)
lesson.say("mixed", **models.still_mixed(study.by_factor, screen.of(USUAL)))

lesson.maths(objectives.objective, mig.posterior_information, mig.binned_information, mig.gaps)
lesson.check()
lesson.end()
