"""From EM to the VAE: five algorithms on one model, one data set and one likelihood axis, step by step."""

import streamlit as st

from explorer.lesson.lesson import Lesson
from lessons.em import algorithms, factor_analysis, figures, screen
from lessons.em.address import ADDRESS
from lessons.em.screen import STEPS

MOVES = {"one": 1, "five": 5, "back": -STEPS}


def go(change: int) -> None:
    lesson.at.set(em_step=min(max(lesson.at["em_step"] + change, 0), STEPS))


lesson = Lesson("em", ADDRESS)
with lesson.experiment():
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for name, text in lesson.words.items("steps").items():
            st.button(
                text,
                key=f"em-{name}",
                on_click=go,
                args=(MOVES[name],),
                type="primary" if name == "one" else "secondary",
                disabled=lesson.at["em_step"] == (STEPS if MOVES[name] > 0 else 0),
            )
        step = lesson.draw("em_step", width=260)
    panels = st.container()
    with lesson.pickers():
        start = lesson.draw("em_start", width=170, format_func=lambda place: lesson.words.say("pair", number=place + 1))
        bounds = lesson.draw("em_bounds")
    runs = screen.runs(start)
    panels.html(screen.panels(runs, step, lesson.words))
    lesson.caption("planes", panels, points=screen.POINTS, reach=screen.REACH)
    lesson.chart("likelihoods", figures.likelihoods(runs, step, screen.best(), bounds))
ends = {name: run[-1].log_likelihood for name, run in runs.items()}
lesson.reveal(screen.who_arrives(start), steps=STEPS, best=screen.best(), **ends)
lesson.say("bends")
lesson.maths(
    algorithms.expectation_maximisation,
    algorithms.sampled_moments,
    algorithms.coordinate_ascent,
    algorithms.amortised_inference,
    factor_analysis.maximise,
)
lesson.check()
lesson.end()
