"""Better priors, deeper models, other losses: relatives of one small VAE, as wide and shown as many images, in one table."""

import streamlit as st

from explorer.lesson.lesson import Lesson
from lessons.priors import figures, relatives, screen, tables, vq
from lessons.priors.address import ADDRESS
from lessons.shared import ssim
from vae import data
from vae.model.priors import TwoLevelPrior, VampPrior

lesson = Lesson("priors", ADDRESS)
titles = lesson.words.items("models")
plain, vamp, learned = (screen.shipped(name).measures for name in ("plain", "vamp", "learned-std"))
similar, tokens = screen.similar().measures, screen.tokens().measures
bounds = {name: screen.weighted(name) for name in ("plain", "vamp", "two-level")}
pictures = relatives.RECIPES["vamp"].spec.prior_size
with lesson.experiment(pictures=pictures, bound=bounds["plain"]):
    beside = lesson.draw("priors_model", format_func=titles.__getitem__)
    lesson.chart("planes", figures.overlaid({titles[name]: screen.plane(name) for name in ("plain", beside)}))
if lesson.reveal(
    relatives.gain(bounds["plain"], bounds["vamp"]),
    **{name.replace("-", "_"): nats for name, nats in bounds.items()},
    **{f"{name.replace('-', '_')}_seeds": screen.spread(name) for name in bounds},
    gap=plain.prior_gap,
    left=vamp.prior_gap,
):
    lesson.say("pseudo-inputs", shown=screen.SAMPLES, pictures=pictures)
    st.html(screen.row(screen.pseudo_inputs(), lesson.words, "pseudo-input"))

lesson.say("currencies")
lesson.html("table", tables.compared(lesson.words))
test = data.load(relatives.GREY.dataset).test
lesson.caption("budget", train=relatives.GREY.images, test=len(test), std=learned.std, times=learned.precision)
lesson.caption("errors", test=len(test), **screen.errors())
lesson.say("draws")
for name, title in titles.items():
    screen.named_row(title, screen.row(screen.samples(name), lesson.words, "draw", name=title))

lesson.say(
    "tokens",
    tokens=vq.TOKENS,
    vectors=vq.WORDS,
    room=vq.ROOM,
    kl=plain.kl,
    perplexity=tokens.perplexity,
    independent=tokens.independent,
    learned=tokens.tokens,
)
for way, title in lesson.words.items("ways").items():
    images = screen.loose_tokens() if way == "independent" else screen.samples("vq")
    screen.named_row(title, screen.row(images, lesson.words, "tokens", name=title))
lesson.caption("today")
lesson.say("record", **screen.records())

lesson.maths(VampPrior.log_prob, TwoLevelPrior._levels, vq.quantise, ssim.ssim, relatives.prior_gap)
lesson.check(loss=similar.loss, elbo=plain.negative_elbo, similar=similar.ssim, plain=plain.ssim)
lesson.end()
