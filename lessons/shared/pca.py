"""Principal components of the training digits, as a baseline for both models: a linear code, whose pictures are cut to [0, 1].

Pearson 1901; Eckart & Young 1936: among all linear maps to K numbers and back, none has a lower squared error on the images it
was fitted to. Cutting grey levels to [0, 1] is not linear, and lowers the error further. `python -m lessons pca` fits and ships them. Letters for shapes: N images, P pixels, K components.
"""

from dataclasses import dataclass

import numpy as np
import torch
from sklearn.decomposition import PCA
from torch import Tensor

from lessons.shared.shipping import Shelf
from vae import data
from vae.data import Dataset

SHELF, FILE = Shelf("shared", "pca"), "pca"
COMPONENTS = 100  # with their directions; variances and errors are kept for all


@dataclass(frozen=True)
class PrincipalComponents:
    """A fitted basis, float32.

    mean        (P,)    of the training images
    directions  (K, P)  orthonormal, the one with the largest variance first
    variances   (P,)    of the training images along every direction, all P of them
    errors      (P,)    squared error per image (sum over pixels) on the test set with 1, 2, ... P components, clamped to [0, 1]
    """

    mean: Tensor
    directions: Tensor
    variances: Tensor
    errors: Tensor

    def linear_errors(self, images: Tensor) -> Tensor:
        """Squared error per image (N, ...) with the first 1, 2, ... components, not clamped, (K,): Pythagoras, as they are orthonormal."""
        centred = images.flatten(1) - self.mean
        return centred.square().sum(1).mean() - (centred @ self.directions.T).square().mean(0).cumsum(0)

    def encode(self, images: Tensor, count: int) -> Tensor:
        """Images (N, ...) in [0, 1] to their first `count` components (N, count)."""
        return (images.flatten(1) - self.mean) @ self.directions[:count].T

    def decode(self, codes: Tensor) -> Tensor:
        """Codes (N, count) back to images (N, P), clamped to [0, 1] as every image is."""
        return (self.mean + codes @ self.directions[: codes.shape[1]]).clamp(0, 1)


def fit(dataset: Dataset, count: int = COMPONENTS) -> PrincipalComponents:
    """Fit the training images, and measure what every number of components gives back of the test images."""
    pixels = dataset.train.pixels().flatten(1).numpy()  # (N, P)
    pca = PCA(svd_solver="covariance_eigh").fit(pixels)
    directions = torch.from_numpy(pca.components_.astype(np.float32))  # (P, P)
    mean, variances = (torch.from_numpy(values.astype(np.float32)) for values in (pca.mean_, pca.explained_variance_))
    errors = errors_by_count(dataset.test.pixels().flatten(1), mean, directions)
    return PrincipalComponents(mean, directions[:count], variances, errors)


def errors_by_count(images: Tensor, mean: Tensor, directions: Tensor) -> Tensor:
    """Squared error per image (sum over pixels, mean over images) with the first 1, 2, ... components, (P,).

    One component at a time is added to what is there, and the sum clamped to [0, 1] before it is compared.
    """
    codes = (images - mean) @ directions.T  # (N, K)
    linear = mean.repeat(len(images), 1)  # (N, P)
    errors = []
    for component, direction in zip(codes.T, directions, strict=True):
        linear += torch.outer(component, direction)
        errors.append(float((linear.clamp(0, 1) - images).square().sum(1).mean()))
    return torch.tensor(errors)


def write() -> None:
    """Fit MNIST and ship the result, directions and mean as float16."""
    found = fit(data.load("mnist"))
    parts = {
        "mean": found.mean.half(),
        "directions": found.directions.half(),
        "variances": found.variances,
        "errors": found.errors,
    }
    SHELF.write_arrays(FILE, parts)


def load() -> PrincipalComponents:
    """What ships; CheckpointError with what to do where the file is missing or damaged."""
    parts = SHELF.arrays(FILE)
    with SHELF.reading(f"{FILE}.safetensors"):
        mean, directions = parts["mean"].float(), parts["directions"].float()
        return PrincipalComponents(mean, directions, parts["variances"], parts["errors"])
