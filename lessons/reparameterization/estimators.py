"""Three ways to a gradient of E_{z ~ N(mu, sigma^2)}[f(z)], one draw each, beside the exact gradient where it is known.

score function   f(z) * d log q(z) / d phi          Williams 1992: f only has to be computed, never differentiated
pathwise         f'(z) * d z / d phi, z = mu + sigma * epsilon     Kingma & Welling 2014, section 2.4: the reparameterization trick
directly         nothing: a draw is a number, and no gradient goes through it

phi is mu or log sigma. Mohamed et al. 2020 compare both estimators in depth.
"""

from collections.abc import Callable
from math import cos, exp, pi, sin, sqrt
from typing import NamedTuple

import torch
from torch import Tensor
from torch.distributions import Normal

WAYS = ("direct", "score", "path")  # of taking a training step, as the browser names them


class Integrand(NamedTuple):
    """A function to take the mean of: f and f' elementwise, and the exact gradient of its mean in (mu, log sigma)."""

    f: Callable[[Tensor], Tensor]
    slope: Callable[[Tensor], Tensor]
    exact: Callable[[float, float], tuple[float, float]]


def _step_exact(mu: float, sigma: float) -> tuple[float, float]:
    """E[1(z > 0)] = Phi(mu / sigma)."""
    density = exp(-((mu / sigma) ** 2) / 2) / sqrt(2 * pi)
    return density / sigma, -density * mu / sigma


FUNCTIONS: dict[str, Integrand] = {
    # E[(z - 2)^2] = (mu - 2)^2 + sigma^2
    "square": Integrand(lambda z: (z - 2) ** 2, lambda z: 2 * (z - 2), lambda mu, sigma: (2 * (mu - 2), 2 * sigma**2)),
    # E[sin 2z] = exp(-2 sigma^2) sin 2mu
    "wave": Integrand(
        lambda z: torch.sin(2 * z),
        lambda z: 2 * torch.cos(2 * z),
        lambda mu, sigma: (2 * exp(-2 * sigma**2) * cos(2 * mu), -4 * sigma**2 * exp(-2 * sigma**2) * sin(2 * mu)),
    ),
    "step": Integrand(lambda z: (z > 0).to(z.dtype), torch.zeros_like, _step_exact),
}


def score_function(name: str, mu: float, sigma: float, noise: Tensor) -> Tensor:
    """f(z) d log q(z) / d (mu, log sigma) for each draw: noise (K,) -> (K, 2)."""
    value = FUNCTIONS[name].f(mu + sigma * noise)
    return torch.stack([value * noise / sigma, value * (noise**2 - 1)], dim=1)


def pathwise(name: str, mu: float, sigma: float, noise: Tensor) -> Tensor:
    """f'(z) d z / d (mu, log sigma) for each draw: noise (K,) -> (K, 2)."""
    slope = FUNCTIONS[name].slope(mu + sigma * noise)
    return torch.stack([slope, slope * sigma * noise], dim=1)


ESTIMATORS = {"score function": score_function, "pathwise": pathwise}


def direct_draw_carries_gradient(mu: float, sigma: float) -> bool:
    """Whether torch would send a gradient through a draw taken directly from N(mu, sigma^2), parameters asking for one."""
    parameters = torch.tensor([mu, sigma], requires_grad=True)
    return Normal(parameters[0], parameters[1]).sample().requires_grad
