"""What the lesson on the conditional VAE shows: two models, their codes of test digits, and hands that write every class."""

from typing import Any, NamedTuple

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from explorer.browser.bodies import Body
from explorer.canvas import payloads
from explorer.page import palette, pictures
from explorer.page.words import Words
from lessons.conditional import models
from lessons.conditional.address import EDGE
from lessons.conditional.models import Measured
from lessons.shared.shipping import Shipped
from vae import data
from vae.model import latent

CODES = 1_500  # test digits on a plane
TITLES = {"plain-vae": "plain VAE", "conditional-vae": "conditional VAE"}


@st.cache_resource(max_entries=2, show_spinner=False)
def shipped(name: str) -> Shipped[Measured]:
    """ "conditional-vae" or "plain-vae"; CheckpointError with a sentence where it is missing or damaged."""
    return models.load(name)


class Codes(NamedTuple):
    """Means of the first test digits (N, 2) and their classes (N,)."""

    means: np.ndarray
    labels: np.ndarray


@st.cache_resource(max_entries=2, show_spinner=False)
def codes(name: str) -> Codes:
    test = data.load("mnist").test
    some, labels = test.pixels(slice(CODES)), test.labels[:CODES]
    return Codes(latent.encode(shipped(name).model, some, labels).mean.numpy(), labels.numpy())


@st.cache_resource(max_entries=1, show_spinner=False)
def _decoder() -> Body:
    return payloads.decoder(shipped("conditional-vae").model)


def live_part() -> dict[str, Any]:
    """What the live part is told beside its start and its words: the decoder, and codes of test digits."""
    known = codes("conditional-vae")
    return {
        "weights": _decoder().announce(),
        "codes": known.means.round(3).tolist(),
        "labels": known.labels.tolist(),
        "classes": list(data.load("mnist").classes),
        "digits": list(palette.DIGITS),
    }


def planes() -> dict[str, Codes]:
    """The same digits under the title of each model, with its k-NN accuracy."""
    return {f"{title}: k-NN {shipped(name).measures.knn_accuracy:.1%}": codes(name) for name, title in TITLES.items()}


class Hand(NamedTuple):
    """A test digit, the style that the encoder sees in it, and every class in that style."""

    image: Tensor  # (1, C, H, W)
    label: int
    z: tuple[float, float]
    classes: Tensor  # (Y, C, H, W)

    @property
    def place(self) -> dict[str, Any]:
        """Style and class as the address has them, the style within the plane."""
        z1, z2 = (round(max(-EDGE, min(EDGE, value)), 2) for value in self.z)
        return {"cvae_z1": z1, "cvae_z2": z2, "cvae_class": self.label}


@st.cache_data(max_entries=64, show_spinner=False)
def hand(index: int) -> Hand:
    test, model = data.load("mnist").test, shipped("conditional-vae").model
    some = slice(index, index + 1)
    image, label = test.pixels(some), test.labels[some]
    z = latent.encode(model, image, label).mean  # (1, 2)
    at = z[0].tolist()
    return Hand(image, int(label), (at[0], at[1]), models.all_classes(model, z)[0])


def row(index: int, words: Words) -> str:
    """A test digit beside every class in its hand, as HTML."""
    read, classes = hand(index), data.load("mnist").classes
    alts = [
        words.item("alts", "digit", index=index, name=classes[read.label]),
        *(words.item("alts", "class", index=index, name=name) for name in classes),
    ]
    return pictures.row_html(torch.cat([read.image, read.classes]), alts)
