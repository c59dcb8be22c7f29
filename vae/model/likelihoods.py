"""Likelihoods p(x|z): how the output of a decoder becomes a distribution of pixels. There is one record for each.

To add a likelihood, add a record to LIKELIHOODS. Losses are in nats per image, summed over pixels. Letters for shapes: B batch, C H W
image, P pixels, K samples of z for each image.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, log, pi

import torch
from torch import Tensor
from torch.nn import functional as F

SMALLEST_STD = exp(-6)  # Rybkin et al. clip log sigma here: a perfect reconstruction would have an infinite density

Spread = (
    float | Tensor
)  # a fixed standard deviation, or the logarithm of a learned one, (); ignored by a likelihood that has none


@dataclass(frozen=True)
class Likelihood:
    """Everything that the rest of the code needs to know of a likelihood.

    nll             -log p(x|z): output (B, C, H, W), images (B, C, H, W), spread -> (B,) nats
    nll_of_samples  the same for K codes an image: output (KB, C, H, W), images (B, C, H, W), spread -> (K, B) nats
    mean            output -> the mean image, within [0, 1]
    output_of_mean  mean image -> output that gives it; training starts there
    has_std         whether it has a standard deviation, fixed or learned
    slope           d nll / d output, computed in place of the output: output (KB, P), images (B, P), std; for vae/learning/engine.py
    quick_nll       nll up to a constant: output (KB, P), images (B, P), std -> (K, B) nats, float32; for vae/learning/engine.py
    in_browser      how the browser turns the output into the mean image (explorer/browser/js/decoder.js)
    """

    nll: Callable[[Tensor, Tensor, Spread], Tensor]
    nll_of_samples: Callable[[Tensor, Tensor, Spread], Tensor]
    mean: Callable[[Tensor], Tensor]
    output_of_mean: Callable[[Tensor], Tensor]
    has_std: bool
    slope: Callable[[Tensor, Tensor, float], Tensor]
    quick_nll: Callable[[Tensor, Tensor, float], Tensor]
    in_browser: str


def bernoulli_nll(logits: Tensor, images: Tensor) -> Tensor:
    """-log p(x|z) = -sum_i [x_i log m_i + (1 - x_i) log(1 - m_i)], m = sigmoid(logits); (B, C, H, W) -> (B,) nats.

    Kingma & Welling 2014, appendix C.1. For grey levels between 0 and 1 this is a cross-entropy: it is the usual
    objective, but not the logarithm of a normalised density, and its minimum is the entropy of the pixels, not zero.
    """
    return F.binary_cross_entropy_with_logits(logits, images, reduction="none").flatten(1).sum(1)


def bernoulli_mean(logits: Tensor) -> Tensor:
    """The probability that a pixel is 1."""
    return torch.sigmoid(logits)


def _bernoulli_of_samples(logits: Tensor, images: Tensor, _: Spread) -> Tensor:
    """The same as `bernoulli_nll`, in one pass over the pixels: log(1 + e^l) - x l."""
    logits = logits.view(-1, len(images), images[0].numel())  # (KB, C, H, W) -> (K, B, P)
    return F.softplus(logits).sum(-1) - torch.einsum("kbp,bp->kb", logits, images.flatten(1))


def _bernoulli_slope(logits: Tensor, images: Tensor, _: float) -> Tensor:
    """sigmoid(l) - x."""
    torch.sigmoid_(logits).view(-1, *images.shape).sub_(images)
    return logits


def _bernoulli_quick_nll(logits: Tensor, images: Tensor, _: float) -> Tensor:
    logits = logits.view(-1, *images.shape)  # (KB, P) -> (K, B, P)
    fit = torch.einsum("kbp,bp->kb", logits, images).float()
    return F.softplus(logits).sum(-1, dtype=torch.float32) - fit


def gaussian_nll(mean: Tensor, images: Tensor, std: float) -> Tensor:
    """-log N(x; m, s^2 I) = sum_i [(x_i - m_i)^2 / (2 s^2) + log s + log(2 pi) / 2]; (B, C, H, W) -> (B,) nats.

    Kingma & Welling 2014, appendix C.2, with one fixed s for every pixel. It is the density of continuous pixels, so it
    can be negative, and cannot be compared with the Bernoulli cross-entropy.
    """
    return ((mean - images) ** 2 / (2 * std**2) + (log(std) + 0.5 * log(2 * pi))).flatten(1).sum(1)


def shared_std_nll(mean: Tensor, images: Tensor, log_std: Tensor) -> Tensor:
    """-log N(x; m, sigma^2 I) with one learned sigma for all pixels (Rybkin et al. 2021, section 3.1); (B,) nats.

    mean, images (B, C, H, W); log_std () is learned with the weights.
    """
    log_std = log_std.clamp_min(log(SMALLEST_STD))
    scaled = (mean - images) * torch.exp(-log_std)
    return (0.5 * scaled**2 + log_std + 0.5 * log(2 * pi)).flatten(1).sum(1)


def optimal_std(mean: Tensor, images: Tensor) -> Tensor:
    """The one sigma under which a batch is most probable: sigma^2 = mean of (x - m)^2 over pixels and images; () .

    Rybkin, Daniilidis & Levine 2021, "Simple and Effective VAE Training with Calibrated Decoders", eq. 5.
    """
    return (mean - images).square().mean().sqrt().clamp_min(SMALLEST_STD)


def _gaussian(mean: Tensor, images: Tensor, spread: Spread) -> Tensor:
    return shared_std_nll(mean, images, spread) if isinstance(spread, Tensor) else gaussian_nll(mean, images, spread)


def _gaussian_of_samples(mean: Tensor, images: Tensor, spread: Spread) -> Tensor:
    samples = len(mean) // len(images)
    repeated = images.expand(samples, *images.shape).flatten(0, 1)  # (B, C, H, W) -> (KB, C, H, W)
    return _gaussian(mean, repeated, spread).view(samples, -1)  # (KB,) -> (K, B)


def _gaussian_slope(mean: Tensor, images: Tensor, std: float) -> Tensor:
    """(l - x) / s^2."""
    mean.view(-1, *images.shape).sub_(images)
    return mean.mul_(std**-2)


def _gaussian_quick_nll(mean: Tensor, images: Tensor, std: float) -> Tensor:
    mean = mean.view(-1, *images.shape)  # (KB, P) -> (K, B, P)
    return (mean - images).square().sum(-1, dtype=torch.float32) * (0.5 * std**-2)


LIKELIHOODS = {
    "bernoulli": Likelihood(
        nll=lambda logits, images, _: bernoulli_nll(logits, images),
        nll_of_samples=_bernoulli_of_samples,
        mean=bernoulli_mean,
        output_of_mean=torch.logit,
        has_std=False,
        slope=_bernoulli_slope,
        quick_nll=_bernoulli_quick_nll,
        in_browser="sigmoid",
    ),
    "gaussian": Likelihood(
        nll=_gaussian,
        nll_of_samples=_gaussian_of_samples,
        mean=lambda mean: mean.clamp(0, 1),
        output_of_mean=lambda mean: mean,
        has_std=True,
        slope=_gaussian_slope,
        quick_nll=_gaussian_quick_nll,
        in_browser="clamp",
    ),
}
