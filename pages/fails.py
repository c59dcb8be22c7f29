"""How it fails: six real runs that went wrong, how to tell each from its numbers, and the one change that mends it."""

import streamlit as st

from explorer.canvas.canvas import latent_canvas
from explorer.lesson.lesson import Lesson
from explorer.page import picker
from lessons.fails import diagnosis, figures, models, screen, tables
from lessons.fails.address import ADDRESS
from lessons.fails.cases import RIDDLES
from lessons.fails.models import PAIRS
from vae import data
from vae.measuring import metrics

lesson = Lesson("fails", ADDRESS)
words = lesson.words
names, measured = words.items("predict"), models.symptoms()
riddle = RIDDLES[lesson.at["fails_run"] - 1]
seen = measured[PAIRS[riddle].failed]
with lesson.experiment():
    screen.draw_curves(words, {"run": PAIRS[riddle].failed}, f"riddle-{lesson.at['fails_run']}", seen.constant)
    with st.container(horizontal=True, vertical_alignment="center"):
        lesson.draw("fails_run", on_change=lesson.cover, width="content")
        lesson.caption("lines")
found = diagnosis.diagnose(seen)
lesson.reveal(found, **{part: screen.said(words, riddle, part, measured) for part in ("notice", "reading")})

lesson.say("gallery")
if lesson.revealed:
    back = {"on_change": lesson.at.set, "kwargs": {"fails_z": ()}}  # both planes go to the digit's codes
    key = lesson.draw("fails_case", format_func=names.get, **back)
    pair, subjects, known = PAIRS[key], screen.pair(key), screen.numbers(key, measured)
    st.markdown(screen.said(words, key, "notice", measured))
    screen.mend(words, key)
    digit = picker.pick_digit("fails_digit", words.label("fails_digit"), data.load("mnist"), lambda: lesson.at.set(fails_z=()))
    z = lesson.at["fails_z"]
    latent_canvas(
        subjects,
        key=f"canvas-fails-{key}",
        position=screen.position(z, digit, subjects),
        digit=None if z else digit,
        layers=("points", "prior", "ellipses"),
        start=lesson.at.told(),
        on_change=lambda said: lesson.at.hear(said.told()),
    )
    lesson.caption("planes")
    for column, role in zip(st.columns(2, gap="medium"), pair._fields, strict=True):
        column.html(screen.pictures(words, key, role))
    screen.draw_curves(words, pair._asdict(), f"gallery-{key}", measured[pair.failed].constant)
    st.html(screen.legend(words))
    if known["beta"] != known["mended_beta"]:
        totals = ("beta", "mended_beta", "negative_elbo", "mended_negative_elbo")
        lesson.caption("two-betas", **{name: known[name] for name in totals})
    if key == "dead":
        lesson.chart("latents", figures.latents(known["kl_per_dim"], known["mended_kl_per_dim"]))
        lesson.caption("each-latent", silence=diagnosis.SILENT)
    stopped = models.stopped(pair.failed)
    if stopped:
        lesson.say("stopped", said=stopped)
    lesson.say("why", cause=screen.said(words, key, "cause", measured))

lesson.say(
    "diagnosis",
    exploded=diagnosis.EXPLODED,
    gap=diagnosis.GAP,
    silent=diagnosis.SILENT,
    entropy=seen.class_entropy,
    reach=100 * diagnosis.OUT_OF_REACH,
)
lesson.html("symptoms", tables.symptoms(words, measured))
lesson.caption("measured-on")
lesson.maths(diagnosis.diagnose, diagnosis.examine, diagnosis.constant_cost, metrics.active_units)
lesson.check()
lesson.end()
