"""Sum or mean? What a reduction in the code of the loss makes of beta, calculated, and trained each way."""

import streamlit as st

from explorer.canvas import replay
from explorer.lesson.lesson import Lesson
from explorer.page import code
from lessons.reduction import effective_beta, figures, models, screen, tables
from lessons.reduction.address import ADDRESS
from lessons.reduction.effective_beta import Sizes

FIELD = 138  # CSS pixels: four beside one another, or two on a phone

lesson = Lesson("reduction", ADDRESS)
words = lesson.words

with lesson.experiment():
    left, right = st.columns([6, 5], gap="medium")
    error = lesson.draw("reduction_error", left, format_func=words.items("errors").get)
    terms = left.columns(2)
    fit, kl = (
        lesson.draw(f"reduction_{name}", where, format_func=words.items("reductions").get)
        for name, where in zip(("reconstruction", "kl"), terms, strict=True)
    )
    fields = left.container(horizontal=True)
    weight = lesson.draw("reduction_weight", fields, width=FIELD)
    pixels, latents, batch = (lesson.draw(f"reduction_{name}", fields, width=FIELD) for name in ("pixels", "latents", "batch"))
    sizes = Sizes(batch, pixels, latents)

    beta = effective_beta.effective_beta(error, fit, kl, weight, sizes)
    scale = effective_beta.loss_scale(error, fit, sizes)
    found = right.container(key="reduction-beta")
    code.draw(effective_beta.script(error, fit, kl, weight), "python", found)
    if lesson.shows("beta", found):
        numbers = found.container(horizontal=True, gap="small")
        numbers.metric(words.label("beta"), f"{beta:,.4g}", width="content")
        numbers.metric(words.label("scale"), f"\u00d7 {scale:,.4g}", help=words.help("scale"), width="content")
        if abs(beta - 1) < 1e-9:
            lesson.say("elbo", found)
        else:
            lesson.say("mend", found, weight=effective_beta.mending_weight(error, fit, kl, sizes))
        if error == "squared":
            lesson.say("noise", found, std=effective_beta.implied_std(beta))

names = words.items("names")
shipped = {name: screen.shipped(name) for name in models.WAYS}
own = [(names[name], models.WAYS[name].beta, model.measures.rate) for name, model in shipped.items()]
ladder = {rung.settings.beta: rung.measures.rate for rung in replay.rungs()}
lesson.chart("beta-line", figures.beta_line(ladder, beta, own))
lesson.caption("ladder")
averaged = models.WAYS["mean"].beta
lesson.reveal("above" if averaged > 10 else "below" if averaged < 0.1 else "one", beta=averaged)

lesson.say("trained")
if lesson.revealed:
    for column, (name, model) in zip(st.columns(3, gap="medium"), shipped.items(), strict=True):
        way = models.WAYS[name]
        lesson.say("way", column, name=names[name], beta=way.beta)
        code.draw(effective_beta.script(*way.arguments).splitlines()[-1], "python", column)
        column.html(tables.measures(words, model.measures))
        lesson.caption("rows", column)
        column.html(screen.pictures(words, model.model))

lesson.maths(effective_beta.effective_beta, effective_beta.script_loss, models.train)
lesson.check()
lesson.end()
