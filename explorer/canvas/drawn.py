"""How a model sees a drawing: its posterior, and the classes of the codes around it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st
import torch
from sklearn.neighbors import NearestNeighbors

from explorer.models.trained import Trained
from explorer.page import strokes, words
from vae.model import latent
from vae.model.posterior import Posterior
from vae.streams import Purpose, normal

DRAWS = 64  # from the posterior
NEIGHBOURS = 20  # codes around each draw


def pad() -> dict[str, str]:
    """The words of the drawing pad."""
    return words.load("explorer/canvas").items("pad")


def hear(report: dict[str, Any]) -> None:
    """Keep a drawing that the browser reports; one that makes no sense empties the pad."""
    if "drawing" in report:
        try:
            st.session_state[strokes.DRAWING] = strokes.believe(report["drawing"])
        except ValueError:
            st.session_state[strokes.DRAWING] = ()


def answer(drawing: strokes.Strokes, models: Sequence[Trained]) -> dict[str, Any]:
    """What the browser is told of a drawing: its strokes, and how each model sees it."""
    return {"strokes": drawing, "models": [encode(model, strokes.image(drawing)) for model in models]}


def posterior(subject: Trained, image: np.ndarray) -> Posterior:
    """A model's posterior of an image (28, 28) in [0, 1]: mean and log variance (1, D)."""
    pixels = torch.from_numpy(image).float().reshape(1, 1, *image.shape)
    pixels = torch.nn.functional.adaptive_avg_pool2d(pixels, subject.model.spec.image_shape[1:])  # for models of smaller digits
    return latent.encode(subject.model, pixels)


def encode(subject: Trained, image: np.ndarray) -> dict[str, Any]:
    """Encode an image (28, 28) in [0, 1]: mean and std (D), and each class's share of the codes around it.

    The shares are taken around draws from the posterior, not only around its mean, so a wide posterior that reaches several classes
    shows them. An autoencoder's code is a point: only the neighbours of that point count.
    """
    seen = posterior(subject, image)
    noise = normal(Purpose.CODES, DRAWS, 1, seen.mean.shape[1])
    draws = seen.sample(noise).reshape(-1, seen.mean.shape[1]).numpy()  # all the same for an autoencoder
    codes, labels = subject.posterior.mean.numpy(), subject.data.test.labels.numpy()
    around = NearestNeighbors(n_neighbors=min(NEIGHBOURS, len(codes))).fit(codes).kneighbors(draws, return_distance=False)
    counts = np.bincount(labels[around].ravel(), minlength=len(subject.data.classes))
    return {
        "mean": seen.mean[0].tolist(),
        "std": None if seen.log_variance is None else seen.std[0].tolist(),
        "shares": (counts / counts.sum()).tolist(),
    }
