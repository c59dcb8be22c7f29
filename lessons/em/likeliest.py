"""The digits of the lesson, and how probable factor analysis can make them: what scikit-learn's FactorAnalysis ends at.

That takes it thousands of iterations, so `python -m lessons em` writes down the number.
"""

from dataclasses import dataclass

import numpy as np
import torch
from sklearn.decomposition import FactorAnalysis
from torch import Tensor

from lessons.em.algorithms import LATENT_DIM
from lessons.shared.shipping import Shelf
from vae import data

SHELF, FILE = Shelf("em", "em"), "likeliest"
VARIES = 0.005  # variance below which a pixel says nothing


@dataclass(frozen=True)
class Digits:
    """The data: images without the pixels that never vary, minus their mean."""

    centred: Tensor  # (N, P)
    offset: Tensor  # (P,)
    varies: Tensor  # (64,) bool: which pixels of the 8 x 8 image are among the P
    labels: Tensor  # (N,)

    def picture(self, values: Tensor) -> np.ndarray:
        """Values of the P pixels (P,) as an image (8, 8), zero where nothing varies."""
        image = torch.zeros(len(self.varies), dtype=values.dtype)
        image[self.varies] = values
        return image.view(8, 8).numpy()


def digits() -> Digits:
    """The training split of scikit-learn's digits."""
    train = data.load("digits").train
    pixels = train.pixels().flatten(1).double()
    varies = pixels.var(0) > VARIES
    kept = pixels[:, varies]
    return Digits(kept - kept.mean(0), kept.mean(0), varies, train.labels)


def log_likelihood(centred: Tensor) -> float:
    """Mean log p(x) of images (N, P), nats, under the model that FactorAnalysis ends at."""
    images = centred.numpy()
    return float(FactorAnalysis(LATENT_DIM, tol=1e-8, max_iter=5_000, svd_method="lapack").fit(images).score(images))


def write() -> None:
    SHELF.write_numbers(FILE, {"log_likelihood": log_likelihood(digits().centred)})


def load() -> float:
    """The number that ships, nats per image; CheckpointError with what to do where the file is missing or damaged."""
    contents = SHELF.numbers(FILE)
    with SHELF.reading(f"{FILE}.json"):
        return float(contents["log_likelihood"])
