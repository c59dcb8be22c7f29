"""Interpolate: walk from one digit to another, through an autoencoder's space and through a VAE's."""

from functools import partial

import streamlit as st

from explorer.canvas import CanvasState, Morph, latent_canvas
from explorer.models import run_models, trained
from explorer.page import picker, state
from explorer.page import places as pages
from explorer.page.fragments import part
from explorer.page.pictures import gif, grey, png, tile
from vae import latent

METHODS = list(latent.INTERPOLATIONS)
FORMS = {"png": "PNG strip", "gif": "animated GIF"}


def keep(report: CanvasState) -> None:
    if report.ends is not None:
        st.session_state.a, st.session_state.b = report.ends


def walk(form: str, subject: trained.Trained, a: int, b: int, method: str, steps: int) -> bytes:
    """The pictures on the way from test image a to test image b, in one file. Made when somebody asks for it."""
    path = latent.INTERPOLATIONS[method](subject.posterior.mean[a], subject.posterior.mean[b], steps)
    strip = grey(latent.decode(subject.model, path))
    return png(tile(strip, steps, gap=1), 4) if form == "png" else gif(strip)


@part
def between(options: dict[str, list[str]]) -> None:
    """Two models, two ends, and the way between them."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        pair = trained.choose_pair(options)
        data = pair["vae"].data
        for key in ("a", "b"):
            state.within(key, 0, len(data.test) - 1, otherwise=0)
        a, b = picker.pick_digit("a", "From", data), picker.pick_digit("b", "To", data)
        st.button("Random pair", on_click=picker.at_random, args=(data, "a", "b"))
        method = st.segmented_control("Way", METHODS, key="method", required=True, persist_state="session") or METHODS[0]
        steps = st.slider("Steps", 5, 30, key="steps", persist_state="session", width=180)

    latent_canvas(
        list(pair.values()),
        key="canvas-" + "-".join(model.name for model in pair.values()),
        morph=Morph((a, b), steps, method),
        on_change=keep,
    )
    ends = tuple(f", a {data.classes[int(data.test.labels[i])]}," if len(data.classes) > 1 else "" for i in (a, b))
    st.caption(
        f"From test image {a:,}{ends[0]} to test image {b:,}{ends[1]} through posterior means. Linear: equal steps on the straight "
        "line. Spherical: equal angles around the origin, which keeps to the shell where N(0, I) has its mass in many dimensions."
    )
    with st.container(horizontal=True):
        for kind, subject in pair.items():
            name = f"{subject.name}-{a}-to-{b}-{method}"
            for form, words in FORMS.items():
                make = partial(walk, form, subject, a, b, method, steps)
                label = f"{trained.KINDS[kind]}: {words}"
                st.download_button(label, make, f"{name}.{form}", f"image/{form}", on_click="ignore")
    state.write_link(ae=pair["ae"].name, vae=pair["vae"].name, a=a, b=b, method=method, steps=steps)


st.title("Interpolate")
st.html(
    '<p class="le-lead">Drag the two ends on either plane; the way between their codes is decoded as you go. <b>Look at the middle of '
    "each row</b>: is it a digit at every step, or does one picture fade into another?</p>"
)
options = {kind: trained.of_kind(kind) for kind in ("ae", "vae")}
state.read_link(
    ae=run_models.one_of(options["ae"], "autoencoder"),
    vae=run_models.one_of(options["vae"], "VAE"),
    a=state.whole_number(0, 9_999),
    b=state.whole_number(0, 9_999),
    method=state.one_of(METHODS, "way"),
    steps=state.whole_number(5, 30),
)
state.usual(ae="mnist-ae-2d", vae="mnist-vae-2d", a=0, b=3, method="linear", steps=12)
between(options)
pages.link("train", "Next, train a model of your own")
