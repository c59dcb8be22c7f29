"""The posterior q(z|x) that an encoder gives for an image, and its KL to N(0, I) in closed form.

Kingma & Welling 2014, "Auto-Encoding Variational Bayes", section 3 and appendix B. Letters for shapes: B batch, D latent
dimensions.
"""

from typing import NamedTuple

import torch
from torch import Tensor


class Posterior(NamedTuple):
    """q(z|x): mean (B, D) and log variance (B, D), which is None if the code is a point."""

    mean: Tensor
    log_variance: Tensor | None

    @property
    def std(self) -> Tensor:
        """sigma (B, D); zeros for an autoencoder."""
        return torch.zeros_like(self.mean) if self.log_variance is None else torch.exp(0.5 * self.log_variance)

    def sample(self, noise: Tensor | None = None) -> Tensor:
        """z = mu + sigma * epsilon (Kingma & Welling 2014, eq. 4): differentiable in mu and log sigma^2.

        noise: epsilon (..., B, D), drawn from N(0, I) if it is not given. An autoencoder ignores it.
        """
        if self.log_variance is None:
            return self.mean
        epsilon = torch.randn_like(self.mean) if noise is None else noise
        return self.mean + self.std * epsilon


class KLParts(NamedTuple):
    """The three parts of KL(N(mu, sigma^2) || N(0, 1)) in nats, each (B, D) and 0 at the prior; they add up to the divergence."""

    mean: Tensor  # mu^2 / 2             pulls the centre to 0
    width: Tensor  # (sigma^2 - 1) / 2    keeps the width from growing
    entropy: Tensor  # -log sigma           keeps the width from vanishing

    def total(self) -> Tensor:
        return self.mean + self.width + self.entropy


def kl_parts(posterior: Posterior) -> KLParts:
    """KL(q(z|x) || N(0, I)) per image and dimension, in its parts (Kingma & Welling 2014, appendix B)."""
    mean, log_variance = _gaussian(posterior)
    return KLParts(0.5 * mean**2, 0.5 * (torch.exp(log_variance) - 1), -0.5 * log_variance)


def kl_per_dimension(posterior: Posterior) -> Tensor:
    """KL per image and latent dimension, (B, D) in nats."""
    mean, log_variance = _gaussian(posterior)
    # this order of the terms keeps shipped measures the same to the last bit
    return 0.5 * mean**2 + 0.5 * torch.exp(log_variance) + 0.5 * (-log_variance - 1)


def _gaussian(posterior: Posterior) -> tuple[Tensor, Tensor]:
    """Mean and log variance; ValueError for an autoencoder."""
    if posterior.log_variance is None:
        raise ValueError("The code of an autoencoder is a point; it has no KL to the prior.")
    return posterior.mean, posterior.log_variance
