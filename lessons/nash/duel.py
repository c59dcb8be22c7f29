"""The GAN on a line: a fixed density p of data, a Gaussian generator q = N(m, s^2), and the best discriminator there can be.

Goodfellow et al. 2014, section 4. Integrals over x use the trapezoidal rule, exact to many digits for densities as smooth as these. Numbers are nats. N points of the grid; a density is a list of Gaussians (weight, centre, width).
"""

from collections.abc import Sequence
from math import log, pi
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

Mixture = Sequence[tuple[float, float, float]]
DATA: dict[str, Mixture] = {"one": ((1.0, 0.0, 1.0),), "two": ((0.5, -2.0, 0.5), (0.5, 2.0, 0.5))}
POINTS = 801
REACH = 8.0  # the grid goes this far either side of 0, and this many widths either side of the generator
LOSSES = ("minimax", "non-saturating")
RATE = 0.1


class Generator(NamedTuple):
    """Its draws are m + s * epsilon."""

    centre: Tensor  # ()
    log_width: Tensor  # ()


def generator(centre: float, log_width: float) -> Generator:
    """The generator at that place, in double precision."""
    return Generator(torch.tensor(centre, dtype=torch.float64), torch.tensor(log_width, dtype=torch.float64))


def log_density(mixture: Mixture, x: Tensor) -> Tensor:
    """log sum_k w_k N(x; m_k, s_k^2), (N,)."""
    parts = [log(w) - 0.5 * ((x - m) / s) ** 2 - log(s) - 0.5 * log(2 * pi) for w, m, s in mixture]
    return torch.logsumexp(torch.stack(parts), 0)


def log_generator(q: Generator, x: Tensor) -> Tensor:
    """log N(x; m, s^2), (N,)."""
    return -0.5 * ((x - q.centre) * torch.exp(-q.log_width)) ** 2 - q.log_width - 0.5 * log(2 * pi)


def grid(q: Generator, points: int = POINTS) -> Tensor:
    """Where integrals are taken, (N,): wherever data or generator have any density."""
    centre, width = float(q.centre.detach()), float(q.log_width.detach().exp())
    low, high = min(-REACH, centre - REACH * width), max(REACH, centre + REACH * width)
    return torch.linspace(low, high, points, dtype=torch.float64)


def value(mixture: Mixture, q: Generator) -> Tensor:
    """V(D*, G) = E_p[log D*] + E_q[log(1 - D*)] = 2 JSD(p, q) - log 4, (): the discriminator's gain where it plays its best.

    With l = log p - log q, log D* = -softplus(-l) and log(1 - D*) = -softplus(l), which no tail can make infinite.
    """
    x = grid(q)
    log_p, log_q = log_density(mixture, x), log_generator(q, x)
    gain = log_p.exp() * F.softplus(log_q - log_p) + log_q.exp() * F.softplus(log_p - log_q)
    return -torch.trapezoid(gain, x)


def slopes(mixture: Mixture, centre: float, log_width: float, loss: str) -> tuple[float, float]:
    """The generator's gradient in (m, log s) against the best discriminator, which it takes as fixed.

    With x = m + s epsilon and l = log p - log q, so that D* = sigmoid(l):

        minimax         E_q[log(1 - D*(x))]   d/dx = -D* l'          altogether the gradient of 2 JSD(p, q)
        non-saturating  E_q[-log D*(x)]       d/dx = -(1 - D*) l'    that of KL(q || p) - 2 JSD(p, q)

    (Arjovsky & Bottou 2017, theorem 2.5.) dx/dm = 1 and dx/dlog s = x - m.
    """
    q = generator(centre, log_width)
    x = grid(q)
    log_p, log_q = log_density(mixture, x), log_generator(q, x)
    weights = torch.stack([log(w) - 0.5 * ((x - m) / s) ** 2 - log(s) - 0.5 * log(2 * pi) for w, m, s in mixture]).softmax(0)
    score_p = sum(weight * (m - x) / s**2 for weight, (_, m, s) in zip(weights, mixture, strict=True))
    slope = score_p + (x - q.centre) * torch.exp(-2 * q.log_width)  # l'
    seen = torch.sigmoid(log_p - log_q)  # D*
    along = -slope * (seen if loss == "minimax" else 1 - seen)
    density = log_q.exp()
    return float(torch.trapezoid(density * along, x)), float(torch.trapezoid(density * along * (x - q.centre), x))


def descend(mixture: Mixture, centre: float, log_width: float, loss: str, steps: int) -> list[tuple[float, float]]:
    """(m, log s) after each step of gradient descent, the discriminator being the best one throughout."""
    path = [(centre, log_width)]
    for _ in range(steps):
        to_centre, to_width = slopes(mixture, *path[-1], loss)
        path.append((path[-1][0] - RATE * to_centre, path[-1][1] - RATE * to_width))
    return path
