"""What the lesson on the conditional VAE shows: two models, their codes of test digits, and hands that write every class."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from torch import Tensor

from explorer.browser.assets import Body
from explorer.canvas import payloads
from explorer.page import palette
from lessons.conditional import models as conditional
from lessons.conditional.models import CLASSES, Measured
from lessons.shared.shipped_models import Shipped
from vae import data, latent

CODES = 1_500  # test digits on a plane
NAMES = {"conditional-vae": "told the class", "plain-vae": "not told"}


@st.cache_resource(max_entries=2, show_spinner=False)
def shipped(name: str) -> Shipped[Measured]:
    """ "conditional-vae" or "plain-vae"; CheckpointError with a sentence where it is missing or damaged."""
    return conditional.load(name)


@dataclass(frozen=True)
class Codes:
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


def live_facts(z: tuple[float, float], digit: int) -> dict[str, Any]:
    """What the live part is told: the decoder, codes of test digits, and the place and class to begin with."""
    known = codes("conditional-vae")
    return {
        "weights": _decoder().announce(),
        "codes": known.means.round(3).tolist(),
        "labels": known.labels.tolist(),
        "classes": list(data.load("mnist").classes),
        "digits": list(palette.DIGITS),
        "at": {"z": list(z), "digit": digit},
    }


@dataclass(frozen=True)
class Hand:
    """A test digit, the style that the encoder sees in it, and every class in that style."""

    image: Tensor  # (1, C, H, W)
    label: int
    z: tuple[float, float]
    classes: Tensor  # (Y, C, H, W)


@st.cache_data(max_entries=64, show_spinner=False)
def hand(index: int) -> Hand:
    test, model = data.load("mnist").test, shipped("conditional-vae").model
    some = slice(index, index + 1)
    image, label = test.pixels(some), test.labels[some]
    z = latent.encode(model, image, label).mean  # (1, 2)
    at = z[0].tolist()
    return Hand(image, int(label), (at[0], at[1]), conditional.all_classes(model, z)[0])


def table() -> str:
    """Both models in nats per test image, as HTML; the class, which one of them is told for nothing, is charged in a row of its own."""
    plain, told = (shipped(name).measures for name in ("plain-vae", "conditional-vae"))

    def row(name: str, of_plain: float | None, of_told: float | None, unit: str = "", bold: bool = False) -> str:
        cells = "".join(
            f"<td>{'<b>' if bold else ''}{value:.1f}{unit}{'</b>' if bold else ''}</td>" for value in (of_plain, of_told)
        )
        return f'<tr><th scope="row">{name}</th>{cells}</tr>'

    weighted = [m.weighted.negative_log_likelihood for m in (plain, told)]
    charge = conditional.joint_bound(0.0, CLASSES)
    rows = [
        row("Reconstruction", plain.reconstruction, told.reconstruction),
        row("KL", plain.kl, told.kl),
        row("Negative ELBO", plain.negative_elbo, told.negative_elbo),
        row(f"Importance-weighted bound, K = {plain.weighted.samples}", weighted[0], weighted[1]),
        row("The class, log 10", 0.0, charge),
        row("Together", weighted[0], conditional.joint_bound(weighted[1], CLASSES), bold=True),
        row("k-NN accuracy of the codes", 100 * plain.knn_accuracy, 100 * told.knn_accuracy, " %"),
    ]
    head = "".join(f'<th scope="col">{text}</th>' for text in ("plain VAE", "conditional VAE"))
    return f'<table class="le-table"><thead><tr><td>nats per test image</td>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
