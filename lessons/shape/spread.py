"""How wide posteriors are and what they fill: the spread of q(z|x) turned up and down, and the share of the prior inside any.

Letters for shapes: N images, M draws from the prior, D latent dimensions.
"""

from dataclasses import dataclass
from math import log

import torch
from scipy.stats import chi2
from torch import Tensor

from vae.learning.objectives import reconstruction_nll
from vae.model.networks import Autoencoder
from vae.model.posterior import Posterior, kl_per_dimension
from vae.streams import Purpose, normal

SPREADS = (0.0, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)
POINT = 1e-6  # a spread of 0 is shown as this: the KL of a point is infinite
DRAWS_AT_ONCE = 250


def scaled(posterior: Posterior, spread: float) -> Posterior:
    """The same centres with every width multiplied by `spread`: 1 leaves a VAE as it is, 0 (nearly) makes its codes points."""
    if posterior.log_variance is None:
        raise ValueError("The code of an autoencoder is a point already; it has no spread to change.")
    return Posterior(posterior.mean, posterior.log_variance + 2 * log(max(spread, POINT)))


@dataclass(frozen=True)
class SpreadBound:
    """The bound of a model whose posteriors are `spread` times as wide as its encoder says; nats per image."""

    spread: float
    reconstruction: float
    kl: float

    @property
    def negative_elbo(self) -> float:
        return self.reconstruction + self.kl


@torch.no_grad()
def bound_by_spread(
    model: Autoencoder, images: Tensor, posterior: Posterior, spreads: list[float], draws: int = 4, seed: int = 0
) -> list[SpreadBound]:
    """-E_q[log p(x|z)] (sampled) and KL (exact) of images (N, C, H, W) for each spread; the noise is the same for all of them."""
    noise = normal(Purpose.CODES, draws, *posterior.mean.shape, seed=seed)  # (draws, N, D)
    results = []
    for spread in spreads:
        wide = scaled(posterior, spread)
        nlls = [reconstruction_nll(model, model.decode(wide.sample(epsilon)), images).double().mean() for epsilon in noise]
        results.append(
            SpreadBound(spread, float(torch.stack(nlls).mean()), float(kl_per_dimension(wide).double().sum(1).mean()))
        )
    return results


def filled_share(posterior: Posterior, draws: Tensor, mass: float = 0.9) -> float:
    """Share of draws (M, D) that lie inside at least one posterior: inside the ellipsoid that holds `mass` of it.

    Inside: sum_d (z_d - mu_d)^2 / sigma_d^2 <= r^2, r^2 the quantile of the chi-square distribution with D degrees of freedom.
    """
    if posterior.log_variance is None:
        return 0.0  # a point has no inside
    precision = torch.exp(-posterior.log_variance.double())  # (N, D)
    centre = posterior.mean.double()
    reach = float(chi2.ppf(mass, draws.shape[1]))
    inside = 0
    for some in draws.double().split(DRAWS_AT_ONCE):
        distance = (
            some.square() @ precision.T - 2 * some @ (centre * precision).T + (centre.square() * precision).sum(1)
        )  # (M, N)
        inside += int((distance.amin(1) <= reach).sum())
    return inside / len(draws)
