"""The same estimators on a trained VAE: gradients of one image's reconstruction in mu and log sigma^2 of its posterior, by draw."""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from vae.learning.objectives import reconstruction_nll
from vae.model.networks import Autoencoder
from vae.model.posterior import Posterior, kl_per_dimension

ESTIMATORS = ("pathwise", "with_baseline", "score_function")


class Gradients(NamedTuple):
    """One image's gradients for each draw, (K, 2, D): first in mu, then in log sigma^2; nats per unit."""

    pathwise: Tensor
    score_function: Tensor
    with_baseline: Tensor  # the score function of what is left when the mean of the other draws is taken off
    kl: Tensor  # (2, D)   of the KL, exact: no draw in it
    reconstruction: Tensor  # (K,)   -log p(x|z) itself, nats

    def by_estimator(self) -> dict[str, Tensor]:
        return {name: getattr(self, name) for name in ESTIMATORS}

    def in_first_mean(self) -> dict[str, np.ndarray]:
        """The estimates of the gradient in mu_1, (K,) each."""
        return {name: values[:, 0, 0].numpy() for name, values in self.by_estimator().items()}

    def wider(self) -> float:
        """How many times as widely the score function scatters as the pathwise estimator, the geometric mean over all gradients."""
        return float((self.score_function.std(0) / self.pathwise.std(0)).log().mean().exp())

    def loss(self) -> float:
        """The mean of -log p(x|z) over the draws, nats."""
        return float(self.reconstruction.mean())


def gradients(model: Autoencoder, image: Tensor, noise: Tensor) -> Gradients:
    """Gradients of -log p(x|z) at z = mu + sigma * epsilon, by autograd and by the score function, for the same draws.

    image (1, C, H, W); noise (K, D) is epsilon. d log q / d mu = epsilon / sigma, d log q / d log sigma^2 = (epsilon^2 - 1) / 2.
    """
    with torch.no_grad():
        found = model.encode(image)
    if found.log_variance is None:
        raise ValueError("The code of an autoencoder is a point; nothing is drawn.")
    heads = found.mean, found.log_variance  # (1, D) each
    mean, log_variance = (value.expand(len(noise), -1).clone().requires_grad_() for value in heads)  # (K, D)
    parameters = model.decode(Posterior(mean, log_variance).sample(noise))  # (K, C, H, W)
    nll = reconstruction_nll(model, parameters, image.expand(len(noise), *image.shape[1:]))  # (K,)
    through = torch.stack(torch.autograd.grad(nll.sum(), (mean, log_variance)), dim=1)  # (K, 2, D)
    scores = torch.stack([noise / found.std, (noise**2 - 1) / 2], dim=1)  # (K, 2, D)
    left = nll.detach() - nll.detach().mean()
    left = left * len(noise) / (len(noise) - 1)  # the mean of all draws but the one it is taken from: no bias
    point, spread = (value.clone().requires_grad_() for value in heads)  # (1, D)
    divergence = kl_per_dimension(Posterior(point, spread)).sum()
    exact = torch.cat(torch.autograd.grad(divergence, (point, spread)))  # (2, D)
    return Gradients(through, nll.detach()[:, None, None] * scores, left[:, None, None] * scores, exact, nll.detach())
