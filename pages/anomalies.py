"""Find anomalies: scores of an autoencoder, a VAE and PCA, a threshold to drag, and where likelihood fails."""

import streamlit as st

from explorer.canvas.drawn import pad
from explorer.lesson.lesson import Lesson
from explorer.lesson.live import live_part
from explorer.page import strokes
from lessons.anomalies import figures, models, screen, tables
from lessons.anomalies.address import ADDRESS
from lessons.anomalies.images import FASHION, HELD_OUT, short_strokes
from lessons.anomalies.models import SCORES
from lessons.anomalies.scores import IMPORTANCE_SAMPLES, Codes, auroc, negative_elbo

lesson = Lesson("anomalies", ADDRESS, digit=HELD_OUT)
titles, normal, scores, ways = (lesson.words.items(block) for block in ("kinds", "normal", "scores", "ways"))
kinds = {kind: titles[kind] for kind in screen.kinds()}
with lesson.experiment():
    with lesson.pickers():
        kind = lesson.draw("anomalies_kind", format_func=titles.get, width=250)
        score = lesson.draw("anomalies_score", format_func=scores.get, width=330)
    live_part(
        "anomalies",
        key="anomalies-part",
        on_report=lesson.at.hear,
        words=lesson.part(),
        names={**normal, "strange": titles[kind]},
        title=scores[score],
        unit=lesson.words.items("units")[SCORES[score].unit],
        **screen.live_facts(kind, score, lesson.at["anomalies_at"]),
    )
    lesson.caption("threshold", digits=models.NORMAL, anomalies=len(screen.scores(kind)[score]))
lesson.reveal(screen.answer(), **screen.asked())

lesson.say("areas", digit=HELD_OUT)
lesson.html("areas-table", tables.areas(kinds, ways, lesson.words.items("areas-table")))
lesson.caption("areas-note", latents=models.LATENTS, samples=IMPORTANCE_SAMPLES, effective=screen.effective(models.NORMALS))
if FASHION not in kinds:
    lesson.caption("no-fashion")

lesson.say("likelihood")
lesson.chart("nats-over-bytes", figures.nats_over_bytes(screen.dots(), normal | kinds))
lesson.say("remedies")

lesson.say("draw")
left, right = st.columns([1, 3], gap="medium")
drawing = lesson.at[strokes.DRAWING]
with left:
    live_part("sketch", key="sketch-part", on_report=lesson.at.hear, words={"pad": pad()}, drawing=drawing)
if drawing:
    image = strokes.image(drawing)
    judged = screen.judge(image)
    right.html(tables.faces(image, judged, ways))
    right.html(tables.bars(judged, scores, lesson.words.items("bars")))
else:
    lesson.caption("empty-pad", right)

lesson.maths(negative_elbo, Codes, auroc, short_strokes)
lesson.check()
lesson.end()
