"""Bring your own images: checked, made small and grey, compressed by three models, and kept private; how many are needed."""

import streamlit as st

from explorer.lesson.lesson import Lesson
from explorer.page import places
from ingest import scale
from lessons.images import few_images, figures, own_model, panel, screen, tables
from lessons.images.address import ADDRESS
from vae import data

FEW, SOME, MANY = few_images.SIZES[0], few_images.SIZES[2], few_images.SIZES[-1]

panel.leave_for_the_run()
lesson = Lesson("images", ADDRESS)
with lesson.experiment(few=FEW, many=MANY):
    left, right = st.columns([1, 1.45], gap="large")
    few = screen.few()
    with left:
        panel.send(lesson)
    with right:
        size = lesson.draw("images_size", format_func="{:,}".format)
        st.html(tables.rows(lesson.words, data.load("mnist").test.pixels(slice(few_images.SHOWN)), *screen.few_at(few, size)))
        lesson.caption("few", latents=few_images.LATENTS, images=few_images.IMAGES, few=FEW)

own_model.draw(lesson)
chosen = panel.choose(lesson)
if chosen is not None:
    panel.train(lesson, chosen)
    whole, latents = data.load(chosen), lesson.at["images_latents"]
    found = screen.found(whole, latents)
    said = lesson.words.item("latents", "many", latents=latents) if latents > 1 else lesson.words.item("latents", "one")
    untrained = lesson.words.item("rows", "untrained", latents=said)
    st.html(tables.rows(lesson.words, whole.test.pixels(slice(screen.SHOWN)), *screen.compared(found, whole, untrained)))
    how = lesson.words.items("drawn")[panel.divided(chosen)]
    lesson.caption("split", train=len(whole.train), validation=len(whole.validation), test=len(whole.test), how=how)
    if {"ae", "vae"} <= found.keys():
        names = {kind: found[kind].name for kind in ("ae", "vae")}
        links = lesson.words.items("links")
        with st.container(horizontal=True):
            places.link("explore", links["explore"], model=names["vae"])
            places.link("compare", links["compare"], **names)
            places.link("interpolate", links["interpolate"], **names)

if lesson.reveal(screen.ending(few), few=FEW, some=SOME, many=MANY, latents=few_images.LATENTS, **screen.numbers(few)):
    lesson.chart("images_curves", figures.learning_curves(few_images.SIZES, few.errors, size))
    lesson.caption("curves", judged=few_images.JUDGED)
lesson.maths(scale.fit, few_images.components, few_images.rmse, data.three_splits)
lesson.check()
lesson.end()
