"""Denoise: an autoencoder trained to take noise off, beside models that never saw any, PCA and a median filter."""

import streamlit as st

from explorer.canvas.drawn import pad
from explorer.lesson.lesson import Lesson
from explorer.lesson.live import live_part
from explorer.page import picker, places, strokes
from lessons.denoise import figures, models, screen, tables
from lessons.denoise.address import ADDRESS, SAME
from lessons.shared import psnr, ssim
from vae import corruption, data
from vae.learning import objectives

lesson = Lesson("denoise", ADDRESS)
kinds, sources, ways = (lesson.words.items(block) for block in ("kinds", "sources", "ways"))
with lesson.experiment(sigma=screen.ASKED[1]):
    with lesson.pickers():
        kind = lesson.draw("denoise_kind", format_func=kinds.get)
        drawn = lesson.draw("denoise_source", format_func=sources.get) == "drawing"
        if not drawn:
            picker.pick_digit("denoise_digit", lesson.words.label("denoise_digit"), data.load("mnist"))
        learned = lesson.draw("denoise_learned", format_func=(lesson.words.items("same") | kinds).get, width=165)
    learned = kind if learned == SAME else learned
    drawing = drawn and lesson.at[strokes.DRAWING]
    strip = screen.strip(strokes.image(drawing) if drawing else screen.of_test(lesson.at["denoise_digit"]), kind, learned)
    live_part(
        "denoise",
        key="denoise-part",
        on_report=lesson.at.hear,
        words={**lesson.part(), "pad": pad()},
        names=ways,
        unit=lesson.words.items("levels")[kind],
        strip=strip.uri,
        rows=strip.rows,
        levels=screen.LEVELS.tolist(),
        at=lesson.at["denoise_level"],
        draw=drawn,
        drawing=drawing or (),
    )
    if drawn and not drawing:
        lesson.caption("empty-pad")
    lesson.caption("measures", latents=models.LATENTS)
means = screen.asked()
lesson.reveal(screen.answer(**means), images=models.MEASURED, **means)

lesson.say("curves", **{kind.replace("-", "_"): level for kind, level in models.TRAINED_AT.items()})
level = float(screen.LEVELS[lesson.at["denoise_level"]])
for column, measure in zip(st.columns(2, gap="medium"), models.MEASURES, strict=True):
    lines = screen.lines(kind, learned, measure)
    lesson.chart(measure, figures.over_level(models.LEVELS, lines, ways, measure, level), column)
lesson.caption("curves-note", images=models.MEASURED)

lesson.say("other-noises")
lesson.html("transfer-table", tables.transfer(kinds, lesson.words.items("transfer-table")))
lesson.say("train")
places.link("train", lesson.words.say("train-link"), latents="20", noise=kind, level="0.5")

lesson.maths(corruption.corrupt, objectives.objective, psnr.of_error, ssim.ssim)
lesson.check()
lesson.end()
