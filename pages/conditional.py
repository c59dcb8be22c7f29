"""Conditional VAE: the class on one control, style in the latents, and one hand that writes all ten digits."""

import streamlit as st

from explorer.lesson.lesson import Lesson
from explorer.lesson.live import live_part
from explorer.page.picker import pick_digit
from lessons.conditional import figures, models, screen, tables
from lessons.conditional.address import ADDRESS
from vae import data
from vae.model.networks import VAE, Autoencoder

HANDS = (1, 4, 61)  # test digits in hands that differ

lesson = Lesson("conditional", ADDRESS)
plain, told = (screen.shipped(name).measures for name in screen.TITLES)
before, after = plain.knn_accuracy, told.knn_accuracy
with lesson.experiment(before=before):
    live_part(
        "conditional",
        key="conditional-part",
        on_report=lesson.at.hear,
        start=lesson.at.told(),
        words=lesson.part(),
        **screen.live_part(),
    )
if lesson.reveal(models.still_said(before, after), before=before, after=after):
    lesson.chart("planes", figures.planes(screen.planes()))
    lesson.caption("colours", codes=screen.CODES)

lesson.say("hands")
with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    index = pick_digit("cvae_digit", lesson.words.label("cvae_digit"), data.load("mnist"))
    taken = screen.hand(index).place
    lesson.button("cvae_take", on_click=lesson.at.set, kwargs=taken)
for shown in dict.fromkeys((index, *HANDS)):
    st.html(screen.row(shown, lesson.words))

lesson.say("worth", images=models.SETTINGS.images)
lesson.html("table", tables.compared(lesson.words, plain, told))
lesson.caption("grey", test=plain.images, error=plain.negative_elbo_error)
lesson.maths(VAE.encode, Autoencoder.decode, models.all_classes, models.joint_bound)
lesson.check(saved=plain.rate - told.rate)
lesson.end()
