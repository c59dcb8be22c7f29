"""What the lesson on disentangling shows, computed once a process: models of shapes, their codes, and the table of measures."""

import numpy as np
import streamlit as st
from torch import Tensor

from explorer.models.trained import Trained
from explorer.page.address import Address
from explorer.page.words import Words
from lessons.disentangle import models
from lessons.disentangle.models import ANGLE, KIND, SHOWN, TRIANGLE, Measured
from vae import data
from vae.data import Dataset
from vae.model import latent

AROUND = 3  # latents shown over the angle: those that it moves most


def title(name: str, words: Words) -> str:
    """What a model is called."""
    return words.item("models", "ae") if SHOWN[name] is None else words.item("models", "vae", beta=SHOWN[name])


@st.cache_resource(show_spinner="Drawing 25,920 shapes")
def dataset() -> Dataset:
    return data.load("shapes")


def first_image() -> int:
    """The test image to begin with: a large triangle near the middle."""
    factors = dataset().test.factors
    assert factors is not None
    off = (factors[:, :2] - 5.5).abs().sum(1) + 20 * (4 - factors[:, 2]) + 1_000 * (factors[:, KIND] != TRIANGLE)
    return int(off.argmin())


def code(at: Address) -> tuple[float, ...]:
    """Where the canvas is: where the hand left it, or at the image's code. Another model or image begins at its own code."""
    name, image = at["dis_model"], at["dis_image"]
    if st.session_state.setdefault("dis_at", (name, image)) != (name, image):
        st.session_state["dis_at"] = name, image
        at.set(dis_z=())
    return at["dis_z"] or tuple(get(name).posterior.mean[image].tolist())


@st.cache_resource(show_spinner=False)
def get(name: str) -> Trained:
    """One of the shown models."""
    dataset()
    return Trained(models.load(name), [])


@st.cache_resource(show_spinner=False)
def rows() -> list[Measured]:
    return models.table()


def of(name: str) -> Measured:
    """What was measured of a shown model."""
    return models.row(rows(), SHOWN[name])


@st.cache_resource(max_entries=8, show_spinner="Encoding 25,920 shapes")
def codes(name: str) -> tuple[Tensor, Tensor]:
    """The mean code of every image (N, D), and its factors (N, F)."""
    images, factors = models.everything(dataset())
    return latent.encode(get(name).model, images).mean, factors


@st.cache_data(max_entries=8, show_spinner=False)
def responses(name: str) -> list[np.ndarray]:
    """For each factor the mean code at each of its values, (V, D)."""
    mean, factors = codes(name)
    return [models.responses(mean, factors, column).numpy() for column in range(factors.shape[1])]


@st.cache_data(max_entries=8, show_spinner=False)
def turning(name: str) -> dict[str, np.ndarray]:
    """The latents that the angle of a triangle moves most: the mean of each at each angle, (V,)."""
    mean, factors = codes(name)
    chosen = factors[:, KIND] == TRIANGLE
    found = models.responses(mean[chosen], factors[chosen], ANGLE)  # (V, D)
    return {f"z{d + 1}": found[:, d].numpy() for d in found.std(0).argsort(descending=True)[:AROUND].tolist()}
