"""Represent: how many labels codes and pixels need, and what t-SNE shows of many-dimensional codes and what it does not."""

import streamlit as st

from explorer.lesson.lesson import Lesson
from lessons.represent import few_labels, figures, screen, tables, tsne
from lessons.represent.address import ADDRESS

lesson = Lesson("represent", ADDRESS)
features, classifiers, maps, table = (lesson.words.items(block) for block in ("features", "classifiers", "maps", "draw-table"))
with lesson.experiment(labels=screen.ASKED[1]):
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        count = lesson.draw("rep_count")
        label, help = lesson.words.label("draw-others"), lesson.words.help("draw-others")
        st.button(label, on_click=screen.another, help=help)
    with lesson.pickers():
        latents = lesson.draw("rep_latents")
        classifier = lesson.draw("rep_classifier", format_func=classifiers.get)
    tried = screen.trial(latents, count, lesson.at["rep_draw"])
    now = {kind: tried.accuracies[kind][classifier] for kind in features}
    scores = screen.shipped(classifier, latents)
    left, right = st.columns([1, 1.3], gap="medium")
    step = max(1, count // screen.SHOWN)
    lesson.say("labelled" if step == 1 else "labelled-some", left, count=count, **({} if step == 1 else {"step": step}))
    left.html(tables.digits(tried, step, table))
    usual = {kind: scores[kind][count] for kind in features} if lesson.revealed else {}
    right.html(tables.accuracies(now, usual, latents, features, table))
    lesson.caption("draw-note", right, tested=screen.TESTED)
    lesson.chart("accuracies", figures.accuracies(scores, now, count, features), right)
    lesson.caption("accuracies-note", right, most=few_labels.MOST_NEIGHBOURS)
lesson.reveal(screen.best("probe", *screen.ASKED), **screen.asked())

lesson.say("tsne")
with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    subject = lesson.draw("rep_map", format_func=maps.get)
    perplexity = lesson.draw("rep_perplexity")
noise = subject == "noise"
for column, (seed, found) in zip(st.columns(2, gap="medium"), screen.maps(subject, perplexity).items(), strict=True):
    lesson.chart(f"map-{seed}", figures.tsne(found, noise), column)
    kept = {} if noise else {"distances": found.distances, "sizes": found.sizes}
    lesson.caption(
        "map-of-noise" if noise else "map-of-codes", column, seed=seed, trustworthiness=found.trustworthiness, **kept
    )
lesson.say("ranges", **screen.ranges("vae"))

lesson.maths(few_labels.accuracy, few_labels.subset, tsne.kept)
lesson.check()
lesson.end()
