"""What an encoder's output means for the width: the standard deviation itself, or the logarithm of the variance.

The KL's slope in each output says why training prefers the logarithm:

    sigma = o            d KL / d o = sigma - 1 / sigma       without bound near 0, and o <= 0 is no width at all
    log sigma^2 = o      d KL / d o = (sigma^2 - 1) / 2       never below -1/2, and every o is a width
"""

import torch
from torch import Tensor

OUTPUTS = {"standard deviation": lambda o: o, "log variance": lambda o: torch.exp(o / 2)}


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
