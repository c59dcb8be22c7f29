"""How strange is an image? Scores of an autoencoder, a VAE and principal components, and how well a score tells two sets apart.

Every score is higher for stranger images. Letters for shapes: N images, A anomalies, R resamples, B images of a batch, D latent
dimensions, P pixels.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from sklearn.metrics import average_precision_score, roc_auc_score
from torch import Tensor

from vae.learning.objectives import reconstruction_nll
from vae.measuring import bounds
from vae.model.networks import Autoencoder
from vae.model.posterior import kl_per_dimension
from vae.streams import Purpose, normal, numpy_stream, stream

DRAWS = 8  # of each posterior, behind the ELBO
IMPORTANCE_SAMPLES = 50


@dataclass(frozen=True)
class Codes:
    """Mean (D,) and inverse covariance (D, D) of the codes of training images."""

    mean: Tensor
    precision: Tensor

    def distance(self, codes: Tensor) -> Tensor:
        """Mahalanobis distance sqrt((z - m)^T S^-1 (z - m)) of codes (N, D) from the training codes, (N,) without a unit."""
        away = (codes - self.mean).double()
        return ((away @ self.precision.double()) * away).sum(1).sqrt()


def codes_of(codes: Tensor) -> Codes:
    """Fit training codes (N, D); the covariance is the maximum-likelihood one."""
    return Codes(codes.mean(0), torch.linalg.inv(torch.cov(codes.double().T, correction=0)).float())


def squared_error(images: Tensor, rebuilt: Tensor) -> Tensor:
    """sum over pixels of (x - m)^2; (N, ...) -> (N,)."""
    return (images - rebuilt).double().square().flatten(1).sum(1)


@torch.no_grad()
def reconstruct(model: Autoencoder, images: Tensor) -> tuple[Tensor, Tensor]:
    """Codes (N, D), a VAE's the means of its posteriors, and what they decode to (N, 1, H, W)."""
    codes = model.encode(images).mean
    return codes, model.expected_image(model.decode(codes))


@torch.no_grad()
def negative_elbo(model: Autoencoder, images: Tensor) -> Tensor:
    """-E_q[log p(x|z)] (averaged over draws) + KL(q(z|x) || p(z)) (exact) of each image, (N,) nats."""
    posterior = model.encode(images)
    rebuilt = [
        reconstruction_nll(model, model.decode(posterior.sample(noise)), images).double()
        for noise in normal(Purpose.CODES, DRAWS, *posterior.mean.shape)
    ]
    return torch.stack(rebuilt).mean(0) + kl_per_dimension(posterior).double().sum(1)


def negative_log_likelihood(model: Autoencoder, images: Tensor, samples: int = IMPORTANCE_SAMPLES) -> Tensor:
    """-log 1/K sum_k w_k of each image, nearer to -log p(x) than the ELBO (Burda et al. 2016); (N,) nats."""
    return -bounds.log_likelihoods(model, images, samples, stream(Purpose.WEIGHTS))


def effective_samples(model: Autoencoder, images: Tensor, samples: int = IMPORTANCE_SAMPLES) -> float:
    """How many of those K samples count, as if equally weighted: (sum_k w_k)^2 / sum_k w_k^2, median over images, 1 to K (Kong 1992)."""
    return float(bounds.weigh(model, images, samples, stream(Purpose.WEIGHTS)).effective_samples.median())


class Area(NamedTuple):
    """Area under the ROC curve, and the interval that holds 95 % of its bootstrap resamples."""

    value: float
    low: float
    high: float


def auroc(normal: np.ndarray, strange: np.ndarray, resamples: int = 1_000, seed: int = 0) -> Area:
    """The chance that a strange image (A,) scores higher than a normal one (N,), ties counting half (Hanley & McNeil 1982).

    The interval comes from drawing both sets anew, with replacement (Efron & Tibshirani 1993, chapter 13).
    """
    truth = np.repeat([0, 1], [len(normal), len(strange)])
    value = float(roc_auc_score(truth, np.concatenate([normal, strange])))
    generator = numpy_stream(Purpose.RESAMPLES, seed)
    weights = [
        generator.multinomial(len(scores), np.full(len(scores), 1 / len(scores)), resamples) / len(scores)  # (R, N), (R, A)
        for scores in (normal, strange)
    ]
    low, high = np.quantile(areas_of_resamples(normal, strange, *weights), [0.025, 0.975])
    return Area(value, float(low), float(high))


def areas_of_resamples(normal: np.ndarray, strange: np.ndarray, of_normal: np.ndarray, of_strange: np.ndarray) -> np.ndarray:
    """The area when images count with weights (R, N) and (R, A) that add up to 1; (R,)."""
    order = np.argsort(normal)
    below = np.concatenate([np.zeros((len(of_normal), 1)), of_normal[:, order].cumsum(1)], 1)  # (R, N + 1)
    left, right = (np.searchsorted(normal[order], strange, side) for side in ("left", "right"))
    return (of_strange * 0.5 * (below[:, left] + below[:, right])).sum(1)


def average_precision(normal: np.ndarray, strange: np.ndarray) -> float:
    """Mean precision over recalls, at the share of anomalies that these two sets have together."""
    truth = np.repeat([0, 1], [len(normal), len(strange)])
    return float(average_precision_score(truth, np.concatenate([normal, strange])))
