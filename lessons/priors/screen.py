"""What the lesson on priors shows: seven models, their codes over their priors, samples, and the one table."""

from typing import NamedTuple

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from explorer.models import trained
from explorer.page import pictures
from explorer.page.words import Words
from lessons.priors import relatives, vq
from lessons.priors.relatives import Measured, MeasuredSsim, ShippedVQ
from lessons.shared.shipping import Shipped
from vae import data
from vae.measuring import aggregate
from vae.model import latent
from vae.model.networks import Autoencoder
from vae.model.priors import VampPrior
from vae.streams import Purpose, normal, stream

POINTS = 1_500
SAMPLES = 12
PLANES = ("vamp", "two-level", "fixed-std", "learned-std", "ssim")


@st.cache_resource(max_entries=8, show_spinner=False)
def shipped(name: str) -> Shipped[Measured]:
    """A model that has a likelihood and Gaussian codes; CheckpointError with a sentence where it is missing or damaged."""
    return relatives.load(name)


@st.cache_resource(max_entries=1, show_spinner=False)
def similar() -> Shipped[MeasuredSsim]:
    return relatives.load_ssim()


def _model(name: str) -> Autoencoder:
    return similar().model if name == "ssim" else shipped(name).model


@st.cache_resource(max_entries=1, show_spinner=False)
def tokens() -> ShippedVQ:
    return relatives.load_vq()


@st.cache_data(max_entries=1, show_spinner=False)
def seeds() -> dict[str, list[float]]:
    """Negative ELBO of plain, vamp and two-level from several seeds, nats."""
    return relatives.load_seeds()


class Plane(NamedTuple):
    """Draws from a model's own prior and one draw of the posterior of each test digit, (N, 2) both."""

    prior: np.ndarray
    codes: np.ndarray


@st.cache_resource(max_entries=8, show_spinner=False)
def plane(name: str) -> Plane:
    model = _model(name)
    posterior = latent.encode(model, data.load("mnist").test.pixels(slice(POINTS)))
    return Plane(
        model.prior.sample(normal(Purpose.PRIOR, POINTS, model.noise_dim)).detach().numpy(),
        aggregate.aggregate_codes(posterior).numpy(),
    )


@st.cache_resource(max_entries=8, show_spinner=False)
def samples(name: str) -> Tensor:
    """Draws from the model's own prior, decoded: mean images (SAMPLES, C, H, W)."""
    if name == "vq":
        found = tokens().model
        return found.pictures(found.sample(SAMPLES, seed=3))
    model = _model(name)
    return latent.decode(model, latent.draw_prior(model, SAMPLES, seed=3))


@st.cache_resource(max_entries=1, show_spinner=False)
def loose_tokens() -> Tensor:
    """Pictures of tokens that were drawn each by itself, as if none knew of the others."""
    images = data.load("mnist").test.pixels(slice(2_000))
    model = tokens().model
    with torch.no_grad():
        found = model(images)[1].tokens  # (N, L)
    rows = torch.randint(len(found), (SAMPLES, vq.TOKENS), generator=stream(Purpose.EXAMPLES))
    return model.pictures(found.gather(0, rows))


@st.cache_resource(max_entries=1, show_spinner=False)
def pseudo_inputs() -> Tensor:
    """The pictures whose posteriors make up the VampPrior, the first of them, (SAMPLES, C, H, W)."""
    prior = shipped("vamp").model.prior
    assert isinstance(prior, VampPrior)
    return prior.pseudo_inputs[:SAMPLES].detach()


def weighted(name: str) -> float:
    """The importance-weighted bound on -log p(x), nats per test image."""
    return shipped(name).measures.weighted.negative_log_likelihood


RECORDS = {kind: f"mnist-{kind}-40d-binary" for kind in ("vae", "iwae", "flow")}  # the models with 40 latents


def records() -> dict[str, float]:
    """What the models with 40 latents give: the bound on -log p(x) of each, nats per test image, from how many draws and images."""
    found = {kind: trained.get(name).measures.weighted for kind, name in RECORDS.items()}
    return {
        **{kind: weighted.negative_log_likelihood for kind, weighted in found.items()},
        **{f"{kind}_draws": weighted.samples for kind, weighted in found.items()},
        "images": found["flow"].images,
    }


def errors() -> dict[str, float | None]:
    """What is not certain in the table, and how many test digits its other measures are of; by the slots of the words."""
    plain = shipped("plain").measures
    over = {"images": plain.negative_elbo_error, "pixels": plain.negative_elbo_pixel_error}
    return {**over, "similar": relatives.SIMILAR_ON, "gap_at": relatives.GAP_AT}


def spread(name: str) -> str:
    """From the lowest to the highest negative ELBO of that model's seeds, nats."""
    return f"{min(seeds()[name]):.1f} to {max(seeds()[name]):.1f}"


def row(images: Tensor, words: Words, alt: str, **values: str) -> str:
    """Pictures (N, C, H, W) as HTML; `alt` is the key of what their text alternatives say."""
    return pictures.row_html(images, [words.item("alts", alt, number=i + 1, **values) for i in range(len(images))])


def named_row(title: str, html: str) -> None:
    """Draw a row of pictures beside its name."""
    name, row = st.columns([1, 6.5], vertical_alignment="center", gap="small")
    name.html(f'<p class="le-name le-vae">{title}</p>')
    row.html(html)
