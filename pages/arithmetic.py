"""Latent arithmetic: directions from examples, what they do to any digit, and how to see that a direction has nothing behind it."""

import streamlit as st

from explorer.lesson.lesson import Lesson
from explorer.lesson.live import live_part
from lessons.arithmetic import attributes, directions, figures, form, screen, tables
from lessons.arithmetic.address import ADDRESS
from lessons.arithmetic.screen import Question
from lessons.shared.coders import CODERS

ASKED, LATENTS = Question("wide", 30), 10  # what the prediction is about: examples in each group, and the size of the VAE

lesson = Lesson("arithmetic", ADDRESS)
with lesson.experiment(count=ASKED.each, latents=LATENTS):
    form.draw(lesson)
    question = form.read(lesson)
    latents, digit, attribute = (lesson.at[f"arith_{name}"] for name in ("latents", "digit", "measure"))
    plus, minus = question.digits
    of_digits = {"plus": plus, "minus": minus} if question.way == "digits" else {}
    told = screen.live_facts(latents, question, digit, attribute)
    what = lesson.words.item("what", question.way, **of_digits)
    start = {"words": lesson.part(), "what": what, **lesson.at.told()}
    live_part("arithmetic", key="arithmetic-part", on_report=lesson.at.hear, **told, **start)
    lesson.caption("bootstrap", samples=screen.SHOWN_SAMPLES)
form.examples(lesson, screen.examples(question))
kept, matched = (screen.still_read("vae", LATENTS, ASKED._replace(same=same)) for same in (False, True))
before = screen.still_read("vae", LATENTS, ASKED, strength=0.0)
named = {"wide": lesson.words.items("ways")["wide"], "same": lesson.words.label("arith_same")}
shares = {"kept": kept, "before": before, "matched": matched}
lesson.reveal(screen.ending(kept), images=screen.READ_AGAIN, **shares, **named)

lesson.say("does-it")
lesson.draw("arith_measure", format_func=lesson.words.items("attributes").__getitem__)
studies = {kind: screen.study(kind, latents, question, attribute) for kind in CODERS}
lesson.say("measured", moved=screen.MOVED)
left, right = st.columns(2, gap="medium")
lesson.chart("effects", figures.effects(studies, attribute, attributes.UNITS[attribute]), left)
lesson.chart("agreement", figures.agreement(studies), right)
st.html(tables.directions(lesson.words, studies, attribute, plus))
lesson.caption("shuffled", samples=screen.SAMPLES, shuffles=screen.SHUFFLES)
measures = (attributes.thickness, attributes.slant)
lesson.maths(directions.direction, directions.bootstrap, directions.halves, *measures)
lesson.check()
lesson.end()
