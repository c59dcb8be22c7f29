"""Ways to take noise off images, and how well it went.

Letters for shapes: N images of (1, H, W) in [0, 1], L levels of noise.
"""

from dataclasses import dataclass

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor

from lessons.shared.pca import PrincipalComponents
from vae.corruption import corrupt
from vae.model.networks import Autoencoder

WINDOW = 3  # pixels on a side, of the median filter


def median(images: Tensor) -> Tensor:
    """Each pixel becomes the median of the 3 x 3 pixels around it (Tukey 1977); beyond the rim the image is mirrored. (N, 1, H, W)."""
    return torch.from_numpy(ndimage.median_filter(images.numpy(), size=(1, 1, WINDOW, WINDOW), mode="reflect"))


def through_components(images: Tensor, basis: PrincipalComponents, count: int) -> Tensor:
    """Images (N, 1, H, W) projected onto the first principal components of clean digits, and back."""
    return basis.decode(basis.encode(images, count)).view_as(images)


@torch.no_grad()
def through_model(images: Tensor, model: Autoencoder) -> Tensor:
    """Images (N, 1, H, W) encoded and decoded; a VAE's code is its posterior's mean."""
    return model.expected_image(model.decode(model.encode(images).mean))


@dataclass(frozen=True)
class Mean:
    """A mean over images and its standard error: over which images, not over trainings."""

    mean: float
    error: float


def mean_of(values: Tensor) -> Mean:
    """Of (N,) values."""
    return Mean(float(values.mean()), float(values.std() / len(values) ** 0.5))


def growing_noise(image: Tensor, kind: str, levels: np.ndarray, seed: int) -> Tensor:
    """One image (1, H, W) under L levels of the same noise, (L, 1, H, W): it only grows, and pixels once hit stay hit."""
    return torch.stack([corrupt(image, kind, float(level), seed) for level in levels])
