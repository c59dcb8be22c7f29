"""What the lesson on disentangling shows, computed once a process: models of shapes, their codes, and the table of measures."""

import streamlit as st
import torch
from torch import Tensor

from explorer.models.trained import Trained
from lessons.disentangle import mig
from lessons.disentangle import models as disentangle
from lessons.disentangle.models import BETAS, SEEDS, Measured
from vae import data, latent
from vae.data import Dataset

TITLES = {name: "Autoencoder" if beta is None else f"\u03b2 = {beta:g}" for name, beta in disentangle.SHOWN.items()}
FACTORS = ("horizontal position", "vertical position", "size", "angle", "kind")
STEPS = 9  # pictures of a traversal


@st.cache_resource(show_spinner="Drawing 25,920 shapes")
def dataset() -> Dataset:
    return data.load("shapes")


def first_image() -> int:
    """The test image to begin with: a large triangle near the middle."""
    factors = dataset().test.factors
    assert factors is not None
    off = (
        (factors[:, :2] - 5.5).abs().sum(1)
        + 20 * (4 - factors[:, 2])
        + 1_000 * (factors[:, disentangle.KIND] != disentangle.TRIANGLE)
    )
    return int(off.argmin())


@st.cache_resource(show_spinner=False)
def get(name: str) -> Trained:
    """One of the shown models."""
    dataset()
    return Trained(disentangle.load(name), [])


@st.cache_resource(show_spinner=False)
def rows() -> list[Measured]:
    return disentangle.table()


def of(name: str) -> Measured:
    """What was measured of a shown model."""
    return disentangle.row(rows(), disentangle.SHOWN[name])


def known(row: Measured) -> mig.Information:
    """What a model's latents say of the factors: by the paper's estimate, or where codes are points by bins."""
    information = row.known() or row.known("binned")
    assert information is not None
    return information


def gaps(row: Measured, estimate: str) -> Tensor:
    """The gap of each factor (F,)."""
    information = row.known(estimate)
    assert information is not None
    return mig.gaps(information)


def by_beta(estimate: str) -> Tensor:
    """The gap of each factor of every VAE, (betas, seeds, F)."""
    return torch.stack([torch.stack([gaps(disentangle.row(rows(), beta, seed), estimate) for seed in SEEDS]) for beta in BETAS])


def baseline(kind: str) -> Tensor:
    """The gap of each factor by bins of the autoencoders or of the principal components, (seeds, F)."""
    return torch.stack([gaps(row, "binned") for row in rows() if row.kind == kind])


@st.cache_resource(max_entries=8, show_spinner="Encoding 25,920 shapes")
def codes(name: str) -> tuple[Tensor, Tensor]:
    """The mean code of every image (N, D), and its factors (N, F)."""
    images, factors = disentangle.everything(dataset())
    return latent.encode(get(name).model, images).mean, factors


@st.cache_data(max_entries=8, show_spinner=False)
def responses(name: str) -> list[Tensor]:
    """For each factor the mean code at each of its values, (V, D)."""
    mean, factors = codes(name)
    return [disentangle.responses(mean, factors, column) for column in range(len(FACTORS))]


@st.cache_data(max_entries=8, show_spinner=False)
def triangles(name: str) -> Tensor:
    """The mean code of triangles at each angle, (V, D)."""
    mean, factors = codes(name)
    chosen = factors[:, disentangle.KIND] == disentangle.TRIANGLE
    return disentangle.responses(mean[chosen], factors[chosen], disentangle.ANGLE)
