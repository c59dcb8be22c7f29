"""The shape of latent space: what a posterior's width is for, where prior draws land, shells, arcs and packed spheres."""

import numpy as np
import streamlit as st

from explorer.lesson.lesson import Lesson
from explorer.lesson.live import live_part
from explorer.models import trained
from lessons.shape import figures, screen, shell, spread
from lessons.shape.address import ADDRESS, LATENTS

STEPS = 41  # places on the way between two draws

lesson = Lesson("shape", ADDRESS)
words = lesson.words
with lesson.experiment():
    with lesson.pickers():
        name = lesson.draw("shape_model", format_func=trained.label, width=320)
    start, said = lesson.at.told(), lesson.part()
    live_part(
        "shape",
        key="shape-part",
        on_report=lesson.at.hear,
        words=said,
        start=start,
        covered=not lesson.revealed,
        **screen.live_facts(name),
    )
lesson.reveal(
    "grows" if screen.grows_without_end(name) else "hardly", best=screen.best_width(words, name), **screen.reconstructions(name)
)

lesson.say("landing")
latents = lesson.draw("shape_latents")
pair = {kind: f"mnist-{kind}-{latents}d" for kind in ("vae", "ae")}
left, right = st.columns([1.25, 1], gap="medium")
lesson.chart("landings", screen.landings(latents, pair), left)
for kind, model in pair.items():
    right.html(screen.landed(words, kind, model))
lesson.caption("same-draws", right)

lesson.say("mass")
dims = lesson.draw("shape_dims")
inner, outer = band = shell.shell(dims)
radius = np.linspace(0, 1.25 * outer, 241)
paths = {way: norms.numpy() for way, norms in shell.path_norms(*screen.ends(dims), STEPS).items()}
left, right = st.columns(2, gap="medium")
lengths = figures.shell(screen.norms(dims), radius, shell.norm_density(radius, dims), band)
lesson.chart("shell", lengths, left, inner=inner, outer=outer)
lesson.chart("walks", figures.walks(paths, band, dims), right)
half_way = (dims / 2) ** 0.5
near = int((screen.norms(dims) <= half_way).sum())
odds = float(f"{1 / shell.share_within(half_way, dims):.2g}")
lesson.caption("half-way", right, dimensions=dims, odds=odds, draws=screen.LENGTHS, near=near)

lesson.say("room")
left, right = st.columns([1.25, 1], gap="medium")
shelf = {dimensions: shell.ball_in_cube(dimensions) for dimensions in range(1, 25)}
lesson.chart("packing", figures.packing(shelf, shell.DENSEST_PACKING), left)
lesson.say("filled", right)
for size in LATENTS:
    right.html(screen.filled(words, size))
lesson.caption("volume", right)

lesson.maths(spread.bound_by_spread, spread.filled_share, shell.path_norms, shell.ball_in_cube)
lesson.check()
lesson.end()
