"""What an encoder's output means for the width: the standard deviation itself, or the logarithm of the variance.

The KL's slope in each output says why training prefers the logarithm:

    sigma = o            d KL / d o = sigma - 1 / sigma       without bound near 0, and o <= 0 is no width at all
    log sigma^2 = o      d KL / d o = (sigma^2 - 1) / 2       never below -1/2, and every o is a width
"""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

OUTPUTS = {"standard deviation": lambda o: o, "log variance": lambda o: torch.exp(o / 2)}
STEP = 0.01  # an optimiser's, in units of the encoder's output


class Widths(NamedTuple):
    """Some widths in numbers, and what an encoder's output would do at the narrow end."""

    total: int  # how many there are
    median: float
    low: float  # one in a hundred is below
    band: tuple[float, float]  # where 90 % are
    slopes: dict[str, float]  # d KL / d o at `low`, for each output
    lost: float  # share that one STEP downwards takes to zero or below, if the output is sigma itself


def slope(output: str, values: Tensor) -> Tensor:
    """d KL / d o by autograd at those outputs, mu = 0; not a number where an output is no width."""
    o = values.clone().requires_grad_()
    sigma = OUTPUTS[output](o)
    kl = (sigma**2 - 1) / 2 - torch.log(sigma)
    (gradient,) = torch.autograd.grad(kl.sum(), o)
    return torch.where(sigma > 0, gradient, torch.nan)


def output_of(output: str, sigma: Tensor) -> Tensor:
    """The encoder's output that stands for these widths."""
    return sigma if output == "standard deviation" else 2 * torch.log(sigma)


def share_within_a_step(sigma: Tensor, step: float) -> float:
    """The share of widths that one step of that size downwards would take to zero or below, if the output were sigma itself."""
    return float((sigma <= step).float().mean())


def describe(widths: Tensor) -> Widths:
    low, first, median, last = np.quantile(widths.numpy(), [0.01, 0.05, 0.5, 0.95]).tolist()
    at = torch.tensor([low], dtype=torch.float64)
    slopes = {output: float(slope(output, output_of(output, at))) for output in OUTPUTS}
    return Widths(widths.numel(), median, low, (first, last), slopes, share_within_a_step(widths, STEP))


def curves() -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Widths (S,) from 0.006 to 2.5, and for each output the KL's slope at them (S,)."""
    sigma = torch.logspace(-2.2, 0.4, 120, dtype=torch.float64)
    return sigma.numpy(), {output: slope(output, output_of(output, sigma)).numpy() for output in OUTPUTS}
