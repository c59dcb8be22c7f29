"""The importance-weighted bound on log p(x), which is tighter than the ELBO.

log p(x) >= E[log 1/K sum_k w_k], w_k = p(x|z_k) p(z_k) / q(z_k|x), z_k from q(z|x), and the bound rises with K towards log p(x)
(Burda, Grosse & Salakhutdinov 2016, "Importance Weighted Autoencoders", theorem 1). With K = 5,000 it is what
papers report as the log-likelihood.

The pixels matter as much as the model: grey levels give a cross-entropy, binary pixels a log-probability, and the two cannot be
compared. Every result says which pixels it is for.
Letters for shapes: N images, B of them at a time, K samples, D latent dimensions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import log

import torch
from torch import Tensor

from vae.learning.objectives import judge_samples
from vae.model.networks import AnyModel

MAX_SAMPLES = 5_000
IMAGES_AT_ONCE = 50
SAMPLES_AT_ONCE = 40  # times IMAGES_AT_ONCE codes are decoded together: enough to keep the processor busy, without much memory
STATIC_SEED = 2008


def _draw(images: Tensor, seed: int) -> Tensor:
    return torch.bernoulli(images, generator=torch.Generator().manual_seed(seed))


# Each takes grey images (N, C, H, W) in [0, 1] and a seed.
MEASURED_PIXELS: dict[str, Callable[[Tensor, int], Tensor]] = {
    "grey": lambda images, _: images,
    "static": lambda images, _: _draw(images, STATIC_SEED),
    "dynamic": _draw,
}


@dataclass(frozen=True)
class ImportanceBound:
    """An upper bound on -log p(x), nats per image, over some images.

    negative_log_likelihood   mean over images of -log 1/K sum_k w_k
    standard_error            of that mean, over images
    samples                   K
    images                    N
    pixels                    "grey": levels as they are; the result is a cross-entropy
                              "static": binary, drawn once: 1 with the probability of the grey level
                              "dynamic": binary, drawn in the same way from the seed of the measurement
    """

    negative_log_likelihood: float
    standard_error: float
    samples: int
    images: int
    pixels: str


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
    values = -log_likelihoods(
        model, MEASURED_PIXELS[pixels](images, seed), samples, torch.Generator().manual_seed(seed + 1), labels
    )
    error = float(values.std() / len(values) ** 0.5)
    return ImportanceBound(float(values.mean()), error, samples, len(images), pixels)


@torch.no_grad()
def log_likelihoods(
    model: AnyModel, images: Tensor, samples: int, generator: torch.Generator | None = None, labels: Tensor | None = None
) -> Tensor:
    """log 1/K sum_k w_k of each image (N, C, H, W) with its pixels as they are; (N,) float64 nats.

    A conditional model needs the classes of the images, labels (N,); the result is then a bound on log p(x|y).

    A few samples are added at a time, so the memory does not grow with their number.
    """
    parts = []
    for start in range(0, len(images), IMAGES_AT_ONCE):
        at_once = slice(start, start + IMAGES_AT_ONCE)
        some, told = images[at_once], model.given(None if labels is None else labels[at_once])  # (B, C, H, W)
        posterior = told.encode(some)
        total = torch.full((len(some),), -torch.inf, dtype=torch.float64)  # log sum of the weights so far, (B,)
        for done in range(0, samples, SAMPLES_AT_ONCE):
            now = min(SAMPLES_AT_ONCE, samples - done)
            noise = torch.randn(now, len(some), model.noise_dim, generator=generator, dtype=posterior.mean.dtype)
            log_weights = judge_samples(told, some, posterior, noise).log_weights()  # (k, B)
            total = torch.logaddexp(total, log_weights.double().logsumexp(0))
        parts.append(total - log(samples))
    return torch.cat(parts)
