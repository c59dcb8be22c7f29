"""Why averages blur: the best single answer to several possible images, and what a VAE's decoder says where images share a code."""

import streamlit as st

from explorer.lesson.lesson import Lesson
from explorer.page import picker, pictures
from lessons.blur import answers, screen
from lessons.blur.address import ADDRESS
from vae import data

SHOWN = 12

lesson = Lesson("blur", ADDRESS)
mnist = data.load("mnist")
with lesson.experiment():
    chance = lesson.draw("blur_chance", width=260)
    with lesson.pickers():
        first, second = (picker.pick_digit(name, lesson.words.label(name), mnist) for name in ("blur_a", "blur_b"))
    pair = screen.images_of(first, second)
    shown = screen.best_answers(pair, chance) if lesson.revealed else screen.possible(pair, chance)
    st.html(screen.cards(lesson.words.options("answers"), shown))
    lesson.caption("losses")
even = screen.answers_to(pair, 0.5)["squared_error"]
lesson.reveal("average" if even.cost < min(even.sharp) else "sharp", average=even.cost, sharp=min(even.sharp))

lesson.say("model")
if lesson.revealed:
    digit = picker.pick_digit("blur_digit", lesson.words.label("blur_digit"), mnist)
    code = screen.code(digit, SHOWN)
    st.html(screen.cards(lesson.words.options("code"), screen.said_of(code)))
    lesson.say("sharers", count=code.count, images=screen.IMAGES, shown=SHOWN, largest=code.largest)
    st.html(pictures.row_html(code.sharers, [lesson.words.say("sharer", number=i + 1) for i in range(SHOWN)]))
    lesson.caption("rim", times=len(mnist.train) / screen.IMAGES)

    lesson.say("sample")
    st.html(screen.cards(lesson.words.options("draws"), screen.draws(code)))
lesson.maths(answers.mean_image, answers.median_image, answers.shares, answers.ideal_decoder)
lesson.check()
lesson.end()
