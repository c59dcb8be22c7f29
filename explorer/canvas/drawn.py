"""A drawing seen by a model: its posterior, and how the classes share the codes around it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st
import torch
from sklearn.neighbors import NearestNeighbors

from explorer.models.trained import Trained
from explorer.page import strokes, words
from vae import latent

DRAWS = 64  # of the posterior
NEIGHBOURS = 20  # codes around each draw


def pad() -> dict[str, str]:
    """What the pad says, for a part of a page that has one."""
    return words.load("explorer/canvas").items("pad")


def hear(report: dict[str, Any]) -> None:
    """Keep the drawing that the browser reports, if it reports one; what makes no sense is an empty pad."""
    if "drawing" in report:
        try:
            st.session_state[strokes.DRAWING] = strokes.believe(report["drawing"])
        except ValueError:
            st.session_state[strokes.DRAWING] = ()


def answer(drawing: strokes.Strokes, models: Sequence[Trained]) -> dict[str, Any]:
    """What the models say of a drawing, for the browser."""
    return {"strokes": drawing, "models": [encode(model, strokes.image(drawing)) for model in models]}


def encode(subject: Trained, image: np.ndarray) -> dict[str, Any]:
    """An image (28, 28) in [0, 1] as the model sees it: mean and std (D), and each class's share of the codes around it.

    The shares are taken around draws of the posterior, not around its mean alone: a wide posterior reaches several classes, and
    says so. An autoencoder's code is a point, and only its neighbours speak.
    """
    pixels = torch.from_numpy(image).float().reshape(1, 1, *image.shape)
    pixels = torch.nn.functional.adaptive_avg_pool2d(pixels, subject.model.spec.image_shape[1:])  # models of smaller digits
    posterior = latent.encode(subject.model, pixels)
    noise = torch.randn(DRAWS, 1, posterior.mean.shape[1], generator=torch.Generator().manual_seed(0))
    draws = posterior.sample(noise).reshape(-1, posterior.mean.shape[1]).numpy()  # an autoencoder gives one
    codes, labels = subject.posterior.mean.numpy(), subject.data.test.labels.numpy()
    around = NearestNeighbors(n_neighbors=min(NEIGHBOURS, len(codes))).fit(codes).kneighbors(draws, return_distance=False)
    counts = np.bincount(labels[around].ravel(), minlength=len(subject.data.classes))
    return {
        "mean": posterior.mean[0].tolist(),
        "std": None if posterior.log_variance is None else posterior.std[0].tolist(),
        "shares": (counts / counts.sum()).tolist(),
    }
