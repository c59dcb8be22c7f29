"""Factor analysis, the linear model that a VAE bends: one likelihood that every algorithm of lessons/em/algorithms.py is judged by.

    z ~ N(0, I),   x | z ~ N(W z + b, diag(psi))      (Rubin & Thayer 1982; Ghahramani & Hinton 1996)

Letters for shapes: N images, P pixels, D latent dimensions; float64; nats per image. `centred` images are (N, P) minus b.
"""

from dataclasses import dataclass
from math import log, pi

import torch
from torch import Tensor

SMALLEST_NOISE = 1e-6  # variance of a pixel; keeps a pixel that the factors explain from dividing by zero


@dataclass(frozen=True)
class Factors:
    """The decoder W z + b with a noise variance for each pixel."""

    loadings: Tensor  # (P, D)  W
    noise: Tensor  # (P,)    psi

    def pull(self, centred: Tensor) -> tuple[Tensor, Tensor]:
        """Precision L (D, D) and h (N, D) of every posterior p(z|x): proportional to exp(-z^T L z / 2 + h^T z).

        L = I + W^T psi^-1 W is the same for all images, h = W^T psi^-1 (x - b); the mean is L^-1 h.
        """
        weighted = self.loadings / self.noise.unsqueeze(1)  # (P, D)
        identity = torch.eye(self.loadings.shape[1], dtype=torch.float64)
        return identity + self.loadings.T @ weighted, centred @ weighted


@dataclass(frozen=True)
class Moments:
    """What the M-step needs of the codes: E[z] of each image, and E[z z^T] summed over images."""

    mean: Tensor  # (N, D)
    second: Tensor  # (D, D)


def log_likelihood(model: Factors, centred: Tensor) -> Tensor:
    """log p(x) = log N(x; b, W W^T + diag(psi)) of each image, (N,) nats, through D x D matrices."""
    precision, h = model.pull(centred)
    fitted = (h * torch.linalg.solve(precision, h.T).T).sum(1)  # (N,)
    distance = (centred.square() / model.noise).sum(1) - fitted
    return -0.5 * (centred.shape[1] * log(2 * pi) + model.noise.log().sum() + torch.logdet(precision) + distance)


def exact_moments(model: Factors, centred: Tensor) -> Moments:
    """The E-step in closed form: moments of the true posteriors N(L^-1 h, L^-1)."""
    precision, h = model.pull(centred)
    covariance = torch.linalg.inv(precision)
    mean = h @ covariance
    return Moments(mean, len(centred) * covariance + mean.T @ mean)


def maximise(centred: Tensor, moments: Moments) -> Factors:
    """The M-step: the loadings and the noise under which these codes make these images most probable.

    W = (sum x E[z]^T) (sum E[z z^T])^-1 and psi = diag(sum x x^T - W sum E[z] x^T) / N (Ghahramani & Hinton 1996, eqs. 5 and 6).
    """
    cross = centred.T @ moments.mean  # (P, D)
    loadings = torch.linalg.solve(moments.second, cross.T).T
    noise = (centred.square().sum(0) - (loadings * cross).sum(1)) / len(centred)
    return Factors(loadings, noise.clamp_min(SMALLEST_NOISE))


def elbo(model: Factors, centred: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    """ELBO of each image for q_n = N(mean_n, diag(std_n^2)), both (N, D); (N,) nats."""
    error = (centred - mean @ model.loadings.T).square() / model.noise  # (N, P)
    spread = std.square() @ (model.loadings.square() / model.noise.unsqueeze(1)).sum(0)  # (N,)
    fit = -0.5 * (error.sum(1) + spread + (2 * pi * model.noise).log().sum())
    return fit - 0.5 * (mean.square() + std.square() - 1 - 2 * std.log()).sum(1)
