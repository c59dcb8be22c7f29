"""What the lesson on priors shows: seven models, their codes over their priors, samples, and the one table."""

import html
from dataclasses import dataclass

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from lessons.priors import relatives, vq
from lessons.priors.relatives import Measured, MeasuredSsim, ShippedVQ
from lessons.shared.shipped_models import Shipped
from vae import aggregate, data, latent
from vae.models import Autoencoder
from vae.priors import VampPrior

POINTS = 1_500
SAMPLES = 12
TITLES = {
    "plain": "Plain VAE",
    "vamp": "VampPrior",
    "two-level": "Two levels",
    "vq": "Tokens (VQ-VAE)",
    "fixed-std": "Gaussian, \u03c3 = 1",
    "learned-std": "Gaussian, \u03c3 learned",
    "ssim": "SSIM loss",
}
GROUPS = {
    "Binary pixels, drawn with the probability of their grey level. Nats of probability: compare these four with one another.": (
        "plain",
        "vamp",
        "two-level",
        "vq",
    ),
    "Grey pixels, a Gaussian density. Negative where a density is above 1: compare these two with one another only.": (
        "fixed-std",
        "learned-std",
    ),
    "Structural similarity in place of a likelihood. An energy has no bound, so there are no nats to compare.": ("ssim",),
}
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


@dataclass(frozen=True)
class Plane:
    """Draws from a model's own prior and one draw of the posterior of each test digit, (N, 2) both."""

    prior: np.ndarray
    codes: np.ndarray


@st.cache_resource(max_entries=8, show_spinner=False)
def plane(name: str) -> Plane:
    model = _model(name)
    posterior = latent.encode(model, data.load("mnist").test.pixels(slice(POINTS)))
    return Plane(latent.draw_prior(model, POINTS, seed=1).numpy(), aggregate.aggregate_codes(posterior).numpy())


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
    generator = torch.Generator().manual_seed(3)
    rows = torch.randint(len(found), (SAMPLES, vq.TOKENS), generator=generator)
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


def table() -> str:
    """Every model in nats per test image, in groups whose numbers can be compared, as HTML."""
    head = ("reconstruction", "KL", "negative ELBO", f"IW bound, K = {relatives.SAMPLES}", "SSIM of reconstructions")
    rows = []
    for words, names in GROUPS.items():
        rows.append(f'<tr><th scope="colgroup" colspan="{len(head) + 1}"><small>{words}</small></th></tr>')
        rows += [_row(name) for name in names]
    heads = "".join(f'<th scope="col">{text}</th>' for text in head)
    return (
        '<div style="overflow-x: auto" role="region" tabindex="0" aria-label="All models in nats per test image"><table class="le-table">'
        f"<thead><tr><td>nats per test image</td>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _row(name: str) -> str:
    if name == "vq":
        vq_ = tokens().measures
        cells = [f"{vq_.pixels:.1f}", f"{vq_.tokens:.1f} for tokens", f"{vq_.total:.1f}", "none", f"{vq_.ssim:.2f}"]
    elif name == "ssim":
        cells = ["none", f"{similar().measures.kl:.1f}", "none", "none", f"{similar().measures.ssim:.2f}"]
    else:
        m = shipped(name).measures
        cells = [f"{nats:.1f}" for nats in (m.reconstruction, m.kl, m.negative_elbo)]
        cells += [f"<b>{weighted(name):.1f}</b>", f"{m.ssim:.2f}"]
    shown = "".join(f"<td>{cell.replace('-', chr(0x2212))}</td>" for cell in cells)
    return f'<tr><th scope="row">{html.escape(TITLES[name])}</th>{shown}</tr>'
