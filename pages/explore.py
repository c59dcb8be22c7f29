"""Explore: move through one model's latent space, replay its training, or walk the beta ladder."""

from functools import partial

import numpy as np
import streamlit as st

from explorer.canvas import CanvasState, latent_canvas, replay
from explorer.models import run_models, trained
from explorer.models.trained import Trained
from explorer.page import figures, state
from explorer.page.fragments import part
from vae import latent

MODEL, TRAINING, LADDER = "Model", "Its training, replayed", "The \u03b2 ladder"


def positions(subject: Trained) -> list[str]:
    """Names of the position's numbers, in the link and in the session."""
    return [f"z{i + 1}" for i in range(len(subject.order))]


def place(subject: Trained, z: np.ndarray) -> None:
    for name, value, (low, high) in zip(positions(subject), z, subject.ranges, strict=True):
        st.session_state[name] = float(np.clip(value, low, high))


def keep(subject: Trained, report: CanvasState) -> None:
    if report.positions is not None:
        place(subject, np.array(report.positions[0]))


def random_draw(subject: Trained) -> None:
    place(subject, latent.sample_prior(1, len(subject.order), int(np.random.default_rng().integers(2**31)))[0].numpy())


def ladder() -> None:
    """Rate and distortion of every rung."""
    st.subheader("What each \u03b2 pays for what")
    rungs = replay.rungs()
    measured = [rung.measures for rung in rungs]
    st.plotly_chart(
        figures.rate_distortion(
            [f"\u03b2 = {rung.settings.beta:g}" for rung in rungs],
            [m.rate for m in measured],
            [m.reconstruction for m in measured],
            emphasis="\u03b2 = 1",
        ),
        key="rate-distortion",
        config=figures.CONFIG,
        alt="Rate against distortion of the models of the beta ladder",
    )
    st.caption(
        "Test set. On a dotted line rate and distortion add up to the same negative ELBO. Look for the best bound near \u03b2 = 1, which "
        "minimises that sum: a smaller \u03b2 buys a little detail with many nats of KL, a larger one saves nats and loses the picture."
    )


@part
def explore(names: list[str]) -> None:
    """One model and everything there is to do with it."""
    controls = st.container(horizontal=True, vertical_alignment="bottom")
    name = controls.selectbox("Model", names, key="model", format_func=trained.label, persist_state="session", width=260)
    subject = trained.get(name)
    ranges = dict(zip(positions(subject), subject.ranges, strict=True))
    state.read_link(**{z: state.number(*r) for z, r in ranges.items()})
    for z, r in ranges.items():
        state.within(z, *r, otherwise=0.0)
    state.usual(**dict.fromkeys(ranges, 0.0))

    views = [MODEL] + [TRAINING] * replay.has_timeline(subject) + [LADDER] * replay.on_ladder(subject)
    with controls:
        st.button("Prior draw", on_click=random_draw, args=(subject,), help="Jump to a random draw from N(0, I)")
        st.button("Back to 0", on_click=place, args=(subject, np.zeros(len(ranges))))
        view = st.segmented_control("Show", views, key="view", default=MODEL, required=True) if len(views) > 1 else MODEL

    latent_canvas(
        [subject],
        key=f"canvas-{name}-{view}",
        position=[[st.session_state[z] for z in ranges]],
        series={TRAINING: replay.training, LADDER: replay.ladder}[view](subject) if view in (TRAINING, LADDER) else None,
        on_change=partial(keep, subject),
    )
    st.caption(
        "Move the pointer or a slider; click, or press Enter, to stay. "
        + ("Dotted: N(0, I) at 1, 2 and 3 standard deviations." if subject.is_vae else "An autoencoder has no prior.")
    )
    if view == LADDER:
        ladder()
    state.write_link(model=name, **{z: st.session_state[z] for z in ranges})


names = trained.names()
st.title("Explore")
st.html(
    '<p class="le-lead">Each point is a test image at its code; the picture is decoded where you are. <b>Look for how it changes as '
    "you cross from one colour into another</b>, and for what is decoded where there is no point at all.</p>"
)
state.read_link(model=run_models.one_of(names, "model"))
state.usual(model="mnist-vae-2d")
explore(names)
