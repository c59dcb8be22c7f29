"""Where the mass of N(0, I) is in many dimensions: on a shell, along arcs, and never in the space between packed balls.

Letters for shapes: D dimensions, T steps of a path.
"""

from math import exp, lgamma, log, pi, sqrt

import numpy as np
from scipy.stats import chi
from torch import Tensor

from vae.model import latent

# The densest way to pack equal balls: share of space inside a ball. Proved for D = 1, 2, 3 (Hales 2005), 8 (Viazovska 2017) and
# 24 (Cohn et al. 2017); for 4 to 7 the densest lattice (Conway & Sloane 1999, table 1.2).
DENSEST_PACKING = {
    1: 1.0,
    2: pi / sqrt(12),
    3: pi / sqrt(18),
    4: pi**2 / 16,
    5: pi**2 / (15 * sqrt(2)),
    6: pi**3 / (48 * sqrt(3)),
    7: pi**3 / 105,
    8: pi**4 / 384,
    24: pi**12 / 479_001_600,
}


def norm_density(radius: np.ndarray, dimensions: int) -> np.ndarray:
    """Density of |z| for z from N(0, I_D), at radii of any shape: the chi distribution, r^(D-1) exp(-r^2 / 2) up to a constant.

    The density of z itself is highest at the origin; the volume at radius r grows as r^(D-1), which outweighs it.
    """
    return chi.pdf(radius, dimensions)


def shell(dimensions: int, mass: float = 0.99) -> tuple[float, float]:
    """Inner and outer radius between which |z| lies with probability `mass`, as much left out inside as outside."""
    tail = (1 - mass) / 2
    return float(chi.ppf(tail, dimensions)), float(chi.ppf(1 - tail, dimensions))


def share_within(radius: float, dimensions: int) -> float:
    """Probability that |z| is at most `radius`."""
    return float(chi.cdf(radius, dimensions))


def path_norms(start: Tensor, end: Tensor, steps: int) -> dict[str, Tensor]:
    """|z| (T,) along the straight line and along the arc from start to end (D,), by the name of the way."""
    return {name: way(start, end, steps).norm(dim=1) for name, way in latent.INTERPOLATIONS.items()}


def ball_in_cube(dimensions: int) -> float:
    """Share of a cube that the ball inside it fills, pi^(D/2) / (2^D Gamma(D/2 + 1)): balls packed like boxes on a shelf."""
    return exp(dimensions / 2 * log(pi) - dimensions * log(2) - lgamma(dimensions / 2 + 1))
