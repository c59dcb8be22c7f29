"""Probabilistic PCA, a latent-variable model in which nothing has to be estimated: evidence, posterior and bound have closed forms.

    z ~ N(0, I),   x | z ~ N(W z + b, s^2 I)      (Tipping & Bishop 1999, "Probabilistic Principal Component Analysis")

For any q(z) = N(m, diag(sd^2)) and any image x, exactly,

    log p(x) = ELBO(q, x) + KL(q || p(z|x)),   ELBO(q, x) = E_q[log p(x|z)] - KL(q || p(z)).

Letters for shapes: N images, B of them at a time, P pixels, D latent dimensions. All numbers are float64 and in nats per image;
pixels are continuous here, so log p is a log density and may be positive.
"""

from dataclasses import dataclass
from math import log, pi
from typing import Any

import torch
from scipy.linalg import eigh
from torch import Tensor

from lessons.shared.shipping import Shelf
from vae import data

SHELF, FILE = Shelf("elbo", "elbo"), "linear_gaussian"
LATENTS = 2  # of the model that ships


@dataclass(frozen=True)
class LinearGaussian:
    """The decoder W z + b with noise of variance s^2 on every pixel."""

    offset: Tensor  # (P,)    b
    loadings: Tensor  # (P, D)  W
    variance: float  # s^2


@dataclass(frozen=True)
class Gaussian:
    """A Gaussian over codes for each image: means (B, D), one covariance (D, D) for all of them."""

    mean: Tensor
    covariance: Tensor


@dataclass(frozen=True)
class Evidence:
    """log p(x) and what a chosen q makes of it, each (B,) in nats per image; elbo + gap is log p(x) whatever q is."""

    reconstruction: Tensor  # E_q[log p(x|z)]
    rate: Tensor  # KL(q || p(z)), to the prior
    gap: Tensor  # KL(q || p(z|x)), to the posterior

    @property
    def elbo(self) -> Tensor:
        return self.reconstruction - self.rate


def fit(pixels: Tensor, latent_dim: int) -> LinearGaussian:
    """The most probable model for images (N, P): no iteration needed (Tipping & Bishop 1999, section 3).

    W = U_D (L_D - s^2 I)^(1/2) with the D largest eigenvalues L of the covariance and their eigenvectors U; s^2 is the mean of the
    eigenvalues left over.
    """
    offset = pixels.mean(0).double()
    second = torch.zeros(pixels.shape[1], pixels.shape[1], dtype=torch.float64)
    for some in pixels.split(8_000):  # float64 copies of a few images at a time
        centred = some.double() - offset
        second += centred.T @ centred
    covariance = (second / len(pixels)).numpy()
    size = len(covariance)
    found = eigh(covariance, subset_by_index=[size - latent_dim, size - 1])  # the D largest, in rising order
    values, vectors = (torch.from_numpy(part).flip(-1) for part in found)
    vectors = vectors * torch.sign(vectors.sum(0))  # an eigenvector's sign is arbitrary; this one is the same on every machine
    variance = (covariance.trace() - float(values.sum())) / (size - latent_dim)
    return LinearGaussian(offset, vectors * (values - variance).sqrt(), variance)


def log_evidence(model: LinearGaussian, images: Tensor) -> Tensor:
    """log p(x) = log N(x; b, W W^T + s^2 I) of images (B, P); (B,) nats.

    Through the D x D matrix M = W^T W + s^2 I instead of the P x P covariance C: log |C| = (P - D) log s^2 + log |M|, and
    C^-1 = (I - W M^-1 W^T) / s^2.
    """
    pixels, latent_dim = model.loadings.shape
    centred = images.double() - model.offset  # (B, P)
    scores = centred @ model.loadings  # (B, D)
    inner = model.loadings.T @ model.loadings + model.variance * torch.eye(latent_dim, dtype=torch.float64)  # (D, D)
    fitted = (scores * torch.linalg.solve(inner, scores.T).T).sum(1)  # (B,)
    distance = (centred.square().sum(1) - fitted) / model.variance
    log_determinant = (pixels - latent_dim) * log(model.variance) + torch.logdet(inner)
    return -0.5 * (pixels * log(2 * pi) + log_determinant + distance)


def posterior(model: LinearGaussian, images: Tensor) -> Gaussian:
    """p(z|x) = N(M^-1 W^T (x - b), s^2 M^-1) of images (B, P) (Tipping & Bishop 1999, section 3)."""
    identity = torch.eye(model.loadings.shape[1], dtype=torch.float64)
    covariance = model.variance * torch.linalg.inv(model.loadings.T @ model.loadings + model.variance * identity)  # (D, D)
    return Gaussian((images.double() - model.offset) @ model.loadings @ covariance / model.variance, covariance)


def expected_log_likelihood(model: LinearGaussian, images: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    """E_q[log p(x|z)] for images (B, P) and q = N(mean, diag(std^2)), both (B, D); (B,) nats.

    The squared error at the centre of q, and what the width of q adds to it: |x - b - W m|^2 + sum_d |w_d|^2 sd_d^2.
    """
    error = (images.double() - model.offset - mean @ model.loadings.T).square().sum(1)  # (B,)
    spread = (std.square() * model.loadings.square().sum(0)).sum(1)  # (B,)
    return -0.5 * (model.loadings.shape[0] * log(2 * pi * model.variance) + (error + spread) / model.variance)


def divergence(mean: Tensor, std: Tensor, target: Gaussian) -> Tensor:
    """KL(N(mean, diag(std^2)) || target), (B, D) against means (B, D) and one covariance; (B,) nats."""
    precision = torch.linalg.inv(target.covariance)  # (D, D)
    difference = mean - target.mean  # (B, D)
    distance = torch.einsum("bi,ij,bj->b", difference, precision, difference)
    widths = (std.square() * precision.diagonal()).sum(1)
    log_widths = 2 * std.log().sum(1)
    return 0.5 * (widths + distance - mean.shape[1] + torch.logdet(target.covariance) - log_widths)


def split_evidence(model: LinearGaussian, images: Tensor, mean: Tensor, std: Tensor) -> Evidence:
    """What q = N(mean, diag(std^2)), (B, D), makes of the evidence of images (B, P): two sides of one sum."""
    prior = Gaussian(torch.zeros_like(mean), torch.eye(mean.shape[1], dtype=torch.float64))
    return Evidence(
        reconstruction=expected_log_likelihood(model, images, mean, std),
        rate=divergence(mean, std, prior),
        gap=divergence(mean, std, posterior(model, images)),
    )


def summary(model: LinearGaussian, image: Tensor) -> dict[str, Any]:
    """What evidence, posterior and bound of one image (P,) depend on, as JSON for the browser."""
    centred = image.double() - model.offset
    return {
        "model": {
            "gram": (model.loadings.T @ model.loadings).tolist(),
            "variance": model.variance,
            "pixels": model.loadings.shape[0],
        },
        "image": {"scores": (centred @ model.loadings).tolist(), "square": float(centred @ centred)},
    }


def write() -> None:
    """Fit the training images of MNIST and ship the model: the page cannot wait for it."""
    found = fit(data.load("mnist").train.pixels().flatten(1), LATENTS)
    variance = torch.tensor(found.variance, dtype=torch.float64)
    SHELF.write_arrays(FILE, {"offset": found.offset, "loadings": found.loadings, "variance": variance})


def load() -> LinearGaussian:
    """The model that ships; CheckpointError with what to do where the file is missing or damaged."""
    parts = SHELF.arrays(FILE)
    with SHELF.reading(f"{FILE}.safetensors"):
        return LinearGaussian(parts["offset"], parts["loadings"], float(parts["variance"]))
