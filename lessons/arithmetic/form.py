"""The controls of the page on latent arithmetic: which examples make the direction, and the digit that it is added to."""

import random

import streamlit as st

from explorer.lesson.lesson import Lesson
from explorer.page import picker, pictures
from lessons.arithmetic import address, screen
from lessons.arithmetic.screen import Examples, Question
from vae import data

SHOWN = 10  # examples of each group


def draw(lesson: Lesson) -> None:
    """Draw the controls that the chosen way to make a direction has."""
    with lesson.pickers():
        way = lesson.draw("arith_way", format_func=lesson.words.items("ways").__getitem__)
        lesson.draw("arith_latents")
        if way == "own":
            lesson.draw("arith_with", width=230)
            lesson.draw("arith_without", width=230)
        else:
            lesson.draw("arith_count")
            others = {"arith_seed": random.randrange(screen.DRAWS)}
            label, help = lesson.words.label("arith_others"), lesson.words.help("arith_others")
            st.button(label, on_click=lesson.at.set, kwargs=others, help=help)
        if way == "digits":
            lesson.draw("arith_plus", width=90)
            lesson.draw("arith_minus", width=90)
        if way in screen.EXTREMES:
            lesson.draw("arith_same")
        picker.pick_digit("arith_digit", lesson.words.label("arith_digit"), data.load("mnist"))


def read(lesson: Lesson) -> Question:
    """What the controls ask for; where a reader's own examples make no group, a sentence says so and the usual ones are used."""
    at, way = lesson.at, lesson.at["arith_way"]
    if way == "own":
        try:
            own = screen.read_indices(at["arith_with"]), screen.read_indices(at["arith_without"])
        except ValueError as error:
            st.warning(str(error))
            own = screen.read_indices(address.BARRED), screen.read_indices(address.PLAIN)
        return Question(way, each=0, own=own)
    digits = {"digits": (at["arith_plus"], at["arith_minus"])} if way == "digits" else {}
    return Question(way, at["arith_count"], way in screen.EXTREMES and at["arith_same"], seed=at["arith_seed"], **digits)


def examples(lesson: Lesson, groups: Examples) -> None:
    """Some of the examples of both groups, side by side."""
    for column, name, images in zip(st.columns(2, gap="medium"), ("plus", "minus"), groups, strict=True):
        some = images[:: max(1, len(images) // SHOWN)][:SHOWN]
        alts = [lesson.words.item("alts", name, number=i + 1) for i in range(len(some))]
        column.markdown(lesson.words.item("groups", name, images=len(images)))
        column.html(pictures.row_html(some, alts, columns=SHOWN))
