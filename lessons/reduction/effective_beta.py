"""Sum or mean? What a reduction in the code of the loss makes of beta, the weight of the KL.

Written per image, the objective is reconstruction + beta * KL, each a sum: over P pixels, over D latents. A script that reduces
otherwise scales the two terms, each by its own factor:

    script = s_r * reconstruction + w * s_k * KL = s_r * (reconstruction + beta * KL),   beta = w * s_k / s_r

The common factor s_r acts as a learning rate (and Adam hardly feels it); the ratio is what the model is trained for.
Higgins et al. 2017 write the same as their normalised beta, beta * D / P.
"""

from collections.abc import Callable
from math import sqrt
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F


class Sizes(NamedTuple):
    """What a mean divides by: images in a batch, pixels in an image, latents."""

    batch: int
    pixels: int
    latents: int


class Reduction(NamedTuple):
    """A way to reduce a term: its code, and its factor on the sum within an image, averaged over images."""

    code: str
    scale: Callable[[Sizes], float]


class Error(NamedTuple):
    """A pixel's error: its code, and how many times -log p(x|z) it is; for squared error that of a Gaussian of width 1."""

    code: str
    scale: float


_SUMS = {
    "image": Reduction(".sum(1).mean()", lambda sizes: 1.0),
    "sum": Reduction(".sum()", lambda sizes: float(sizes.batch)),
}
RECONSTRUCTION = {**_SUMS, "mean": Reduction(".mean()", lambda sizes: 1 / sizes.pixels)}
KL = {**_SUMS, "mean": Reduction(".mean()", lambda sizes: 1 / sizes.latents)}
ERRORS = {
    "cross-entropy": Error("F.binary_cross_entropy_with_logits(logits, x, reduction='none')", 1.0),
    "squared": Error("(x_hat - x) ** 2", 2.0),
}
REDUCE: dict[str, Callable[[Tensor], Tensor]] = {"image": lambda term: term.sum(1).mean(), "sum": torch.sum, "mean": torch.mean}


def script(error: str, reconstruction: str, kl: str, weight: float = 1.0) -> str:
    """The loss as a script writes it."""
    return (
        f"errors = {ERRORS[error].code}\n"
        "divergences = -0.5 * (1 + log_variance - mean**2 - log_variance.exp())\n"
        f"loss = errors{RECONSTRUCTION[reconstruction].code} + {weight:.6g} * divergences{KL[kl].code}"
    )


def script_loss(
    output: Tensor, x: Tensor, mean: Tensor, log_variance: Tensor, error: str, reconstruction: str, kl: str, weight: float = 1.0
) -> Tensor:
    """What that script computes: output and x (B, P), mean and log_variance (B, D) -> ()."""
    cross_entropy = error == "cross-entropy"
    errors = F.binary_cross_entropy_with_logits(output, x, reduction="none") if cross_entropy else (output - x) ** 2
    divergences = -0.5 * (1 + log_variance - mean**2 - log_variance.exp())
    fit = REDUCE[reconstruction](errors)
    return fit + weight * REDUCE[kl](divergences)


def loss_scale(error: str, reconstruction: str, sizes: Sizes) -> float:
    """s_r: how many times the objective in nats per image the script's loss is. A learning rate in disguise."""
    return ERRORS[error].scale * RECONSTRUCTION[reconstruction].scale(sizes)


def effective_beta(error: str, reconstruction: str, kl: str, weight: float, sizes: Sizes) -> float:
    """The beta that the script trains with: reconstruction + beta * KL, in nats per image."""
    return weight * KL[kl].scale(sizes) / loss_scale(error, reconstruction, sizes)


def mending_weight(error: str, reconstruction: str, kl: str, sizes: Sizes) -> float:
    """The weight to write in front of the KL so that the script trains with beta = 1, the ELBO."""
    return 1 / effective_beta(error, reconstruction, kl, 1.0, sizes)


def implied_std(beta: float) -> float:
    """The observation noise that squared error with that beta assumes: |x - m|^2 / (2 s^2) + KL has the minima of beta = s^2."""
    return sqrt(beta)
