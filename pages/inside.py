"""Look inside: one digit through the layers of a dense and of a convolutional VAE, and what excites each unit."""

import streamlit as st

from explorer.lesson.lesson import Lesson
from explorer.lesson.live import live_part
from explorer.page import picker
from lessons.inside import excitation, figures, screen, stages, tables
from lessons.inside.address import ADDRESS, FARTHEST
from vae import data

SHIFTS = tuple(range(FARTHEST + 1))

lesson = Lesson("inside", ADDRESS)
words = lesson.words
nets = screen.nets()
mlp, conv, small = *nets.values(), screen.of_lesson("small")
with lesson.experiment():
    with lesson.pickers():
        digit = picker.pick_digit("inside_digit", words.label("inside_digit"), data.load("mnist"))
    facts = screen.live_facts(words, list(nets.values()), digit)
    live_part("inside", key="inside-part", on_report=lesson.at.hear, words=lesson.part(), start=lesson.at.told(), **facts)
    lesson.caption("legend")

counts = {"vae": screen.first_layer(screen.DENSE), "ae": screen.first_layer("mnist-ae-2d")}
whole, less = screen.price_of_silence(screen.DENSE)
measured = {"cost": less - whole, "whole": whole, "even": screen.even_share(), "stencils": screen.stencils(screen.DENSE)}
if lesson.reveal(max(counts["vae"], key=lambda kind: counts["vae"][kind]), **counts["vae"], **measured):
    lesson.chart("became", figures.became(counts, {option.key: option.text for option in words.options("predict")}))
    lesson.caption("weighing")

lesson.say("work", touching=mlp.touching)
st.html(f'<div class="in-costs">{"".join(tables.account(words, net) for net in nets.values())}</div>')
lesson.caption("counted")
lesson.say("buys")
st.html(tables.comparison(words, (mlp, conv, small)))
fewer, more = mlp.parameters / conv.parameters, conv.products / mlp.products
lesson.say(
    "verdict",
    apart=abs(small.negative_elbo - conv.negative_elbo),
    slower=conv.core_seconds / small.core_seconds,
    better=conv.negative_elbo - mlp.negative_elbo,
    fewer=fewer,
    seen=mlp.settings.images / conv.settings.images,
    time=mlp.core_seconds / conv.core_seconds,
)

lesson.say("moves")
likeness = {words.items("nets")[name]: screen.after_shift(net, SHIFTS) for name, net in nets.items()}
lesson.chart("alike", figures.alike(SHIFTS, likeness))
lesson.caption("compared", digits=screen.SHIFTED)

lesson.maths(stages.Field, stages.Stage, excitation.survey, excitation.concentration)
lesson.check(fewer=fewer, more=more, conv=conv.products, mlp=mlp.products)
lesson.end()
