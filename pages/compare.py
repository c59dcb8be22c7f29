"""AE vs VAE: two latent spaces side by side, and what draws from the prior decode to in each."""

import streamlit as st

from explorer.canvas import CanvasState, latent_canvas
from explorer.models import measures, run_models, trained
from explorer.page import places as pages
from explorer.page import state
from explorer.page.fragments import part
from explorer.page.pictures import row_html
from vae import latent

DRAWS = 12


def keep(report: CanvasState) -> None:
    if report.digit is not None:
        st.session_state.digit = report.digit


@part
def prior_draws(pair: dict[str, trained.Trained], digit: int) -> None:
    """The same draws from the prior, decoded by both models."""
    st.subheader("The same draws from N(0, I), decoded by both")
    draw = st.number_input("Prior draws, seed", 0, 9_999, key="draw", persist_state="session", width=170)
    for kind, subject in pair.items():
        draws = latent.sample_prior(DRAWS, len(subject.order), draw)
        alts = [f"{subject.label}, prior draw {i + 1}" for i in range(len(draws))]
        st.html(f'<p class="le-name le-{kind}">{trained.KINDS[kind]}</p>' + row_html(latent.decode(subject.model, draws), alts))
    state.write_link(ae=pair["ae"].name, vae=pair["vae"].name, digit=digit, draw=draw)


st.title("AE vs VAE")
st.html(
    '<p class="le-lead">The same layers and the same digits; only the objective differs. <b>Look at the scales of the axes, then at '
    "the row of prior draws</b>: before you compare the two rows, predict which model turns random codes into digits.</p>"
)
options = {kind: trained.of_kind(kind) for kind in ("ae", "vae")}
state.read_link(
    ae=run_models.one_of(options["ae"], "autoencoder"),
    vae=run_models.one_of(options["vae"], "VAE"),
    digit=state.whole_number(0, 9_999),
    draw=state.whole_number(0, 9_999),
)
state.usual(ae="mnist-ae-2d", vae="mnist-vae-2d", digit=0, draw=0)
with st.container(horizontal=True, vertical_alignment="bottom"):
    pair = trained.choose_pair(options)
    test = pair["vae"].data.test
    state.within("digit", 0, len(test) - 1, otherwise=0)
    digit = st.number_input("Test image to follow", 0, len(test) - 1, key="digit", persist_state="session", width=170)
    scale = st.segmented_control("Axes", ["Own", "Equal"], default="Own", required=True, key="axes")

latent_canvas(
    list(pair.values()),
    key="canvas-" + "-".join(model.name for model in pair.values()),
    position=[subject.posterior.mean[digit].tolist() for subject in pair.values()],
    digit=digit,
    layers=("points", "prior", "ellipses"),
    draw=test.images.shape[2:] == (28, 28),
    equal_axes=scale == "Equal",
    on_change=keep,
)
classes = pair["vae"].data.classes
label = f", a {classes[int(test.labels[digit])]}" if len(classes) > 1 else ""
st.caption(
    f"Codes of the {len(test):,} test images; you start at test image {digit:,}{label}. Hover one plane and both models decode that "
    "place; hover a point and the same image is found in the other plane. Dotted: N(0, I) at 1, 2 and 3 standard deviations."
)

prior_draws(pair, digit)

st.subheader("The numbers")
st.html(measures.table(pair))

pages.link("interpolate", "Next, walk from one digit to another")
