"""The importance-weighted bound on log p(x), which is tighter than the ELBO.

log p(x) >= E[log 1/K sum_k w_k], w_k = p(x|z_k) p(z_k) / q(z_k|x), z_k from q(z|x), and the bound rises with K towards log p(x)
(Burda, Grosse & Salakhutdinov 2016, "Importance Weighted Autoencoders", theorem 1). With K = 5,000 it is what
papers report as the log-likelihood.

The pixels matter as much as the model: grey levels give a cross-entropy, binary pixels a log-probability, and the two cannot be
compared. Every result says which pixels it is for, and both bounds of a model are for the same ones.
Letters for shapes: N images, B of them at a time, K samples, D latent dimensions, R draws of the pixels.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import log
from typing import NamedTuple

import torch
from torch import Tensor

from vae.learning.objectives import judge_samples
from vae.model.networks import AnyModel
from vae.streams import Purpose, Seed, stream

MAX_SAMPLES = 5_000
IMAGES_AT_ONCE = 50
SAMPLES_AT_ONCE = 40  # times IMAGES_AT_ONCE codes are decoded together: enough to keep the processor busy, without much memory
STATIC_SEED = 2008
DYNAMIC = "dynamic"
PIXEL_DRAWS = 4  # of the pixels of each image, to tell what their chance does to a bound
PIXEL_SAMPLES = 50  # samples of z for each of them, at most: the chance of the pixels needs no tight bound


def _draw(images: Tensor, seed: Seed) -> Tensor:
    return torch.bernoulli(images, generator=stream(Purpose.PIXELS, seed))


# Each takes grey images (N, C, H, W) in [0, 1] and a seed.
MEASURED_PIXELS: dict[str, Callable[[Tensor, Seed], Tensor]] = {
    "grey": lambda images, _: images,
    "static": lambda images, _: _draw(images, STATIC_SEED),
    DYNAMIC: _draw,
}


@dataclass(frozen=True)
class ImportanceBound:
    """An upper bound on -log p(x), nats per image, over some images.

    negative_log_likelihood   mean over images of -log 1/K sum_k w_k
    standard_error            of that mean, over images and their pixels; None for one image
    samples                   K
    images                    N
    pixels                    "grey": levels as they are; the result is a cross-entropy
                              "static": binary, drawn once: 1 with the probability of the grey level
                              "dynamic": binary, drawn in the same way from the seed of the measurement
    effective_samples         median over images of the effective number of samples, (sum_k w_k)^2 / sum_k w_k^2, 1 to K (Kong 1992). Where
                              it is a small part of K, the bound would still rise with K
    pixel_error               of that mean, over draws of dynamic pixels of the same images
    """

    negative_log_likelihood: float
    standard_error: float | None
    samples: int
    images: int
    pixels: str
    effective_samples: float | None = None
    pixel_error: float | None = None


def mean_and_error(values: Tensor) -> tuple[float, float | None]:
    """The mean of one value for each image (N,), and its standard error; None for one image."""
    return float(values.mean()), float(values.std() / len(values) ** 0.5) if len(values) > 1 else None


def over_pixels(values: Tensor) -> float:
    """Standard deviation of the mean over images, from R draws of each image's pixels, (R, N): the images' variances added up, as they are independent."""
    return float(values.var(0).sum().sqrt() / values.shape[1])


def importance_bound(
    model: AnyModel,
    images: Tensor,
    samples: int = MAX_SAMPLES,
    pixels: str = "grey",
    seed: int = 0,
    labels: Tensor | None = None,
) -> ImportanceBound:
    """Measure a VAE on grey images (N, C, H, W) in [0, 1]; the same seed gives the same number. A conditional VAE needs labels (N,).

    "static" draws the same pixels for the same images, whatever the seed. The idea is that of the file of binary digits which some
    papers use (Salakhutdinov & Murray 2008), but the pixels are others.
    """
    if pixels not in MEASURED_PIXELS:
        raise ValueError(f"pixels is {pixels!r}; it must be one of: {', '.join(MEASURED_PIXELS)}.")
    if not 1 <= samples <= MAX_SAMPLES:
        raise ValueError(f"samples is {samples}; it must be a whole number from 1 to {MAX_SAMPLES:,}.")
    found = weigh(model, MEASURED_PIXELS[pixels](images, seed), samples, stream(Purpose.WEIGHTS, seed), labels)
    value, error = mean_and_error(-found.log_likelihoods)
    pixel_error = None
    if pixels == DYNAMIC:
        few = min(samples, PIXEL_SAMPLES)
        pixel_error = over_pixels(
            torch.stack(
                [
                    log_likelihoods(model, _draw(images, (seed, r)), few, stream(Purpose.WEIGHTS, (seed, r)), labels)
                    for r in range(PIXEL_DRAWS)
                ]
            )
        )
    effective = float(found.effective_samples.median())
    return ImportanceBound(value, error, samples, len(images), pixels, effective, pixel_error)


class Weighed(NamedTuple):
    """What importance weights say of each image, (N,) float64."""

    log_likelihoods: Tensor  # log 1/K sum_k w_k, nats
    effective_samples: Tensor  # (sum_k w_k)^2 / sum_k w_k^2, 1 to K


@torch.no_grad()
def weigh(
    model: AnyModel, images: Tensor, samples: int, generator: torch.Generator | None = None, labels: Tensor | None = None
) -> Weighed:
    """Weigh K samples of z for each image (N, C, H, W), with its pixels as they are.

    A conditional model needs the classes of the images, labels (N,); the bound is then one on log p(x|y).

    A few samples are added at a time, so the memory does not grow with their number.
    """
    sums, squares = [], []
    for start in range(0, len(images), IMAGES_AT_ONCE):
        at_once = slice(start, start + IMAGES_AT_ONCE)
        some, told = images[at_once], model.given(None if labels is None else labels[at_once])  # (B, C, H, W)
        posterior = told.encode(some)
        total = torch.full((len(some),), -torch.inf, dtype=torch.float64)  # log sum of the weights so far, (B,)
        of_squares = total.clone()  # log sum of their squares
        for done in range(0, samples, SAMPLES_AT_ONCE):
            now = min(SAMPLES_AT_ONCE, samples - done)
            noise = torch.randn(now, len(some), model.noise_dim, generator=generator, dtype=posterior.mean.dtype)
            log_weights = judge_samples(told, some, posterior, noise).log_weights().double()  # (k, B)
            total = torch.logaddexp(total, log_weights.logsumexp(0))
            of_squares = torch.logaddexp(of_squares, (2 * log_weights).logsumexp(0))
        sums.append(total)
        squares.append(of_squares)
    log_sum, log_squares = torch.cat(sums), torch.cat(squares)
    return Weighed(log_sum - log(samples), (2 * log_sum - log_squares).exp())


def log_likelihoods(
    model: AnyModel, images: Tensor, samples: int, generator: torch.Generator | None = None, labels: Tensor | None = None
) -> Tensor:
    """log 1/K sum_k w_k of each image (N, C, H, W) with its pixels as they are; (N,) float64 nats."""
    return weigh(model, images, samples, generator, labels).log_likelihoods
