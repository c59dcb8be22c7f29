"""What planes and sliders show of the codes of some images, whatever model gave them."""

from functools import cached_property
from math import ceil, floor

import torch

from vae.measuring import metrics
from vae.model.posterior import Posterior


class Coded:
    """Codes of images, and what follows from them, each once. A subclass may work out its posterior when it is first asked for."""

    posterior: Posterior  # of the images: mean (N, D), log variance (N, D) or None

    @cached_property
    def order(self) -> list[int]:
        """Latent dimensions, the most informative first (vae.measuring.metrics.kl_order)."""
        return metrics.kl_order(self.posterior)

    @property
    def plane_axes(self) -> list[int]:
        """The two dimensions that a plane shows: the most informative ones, in their natural order. One latent is given twice."""
        return sorted(self.order[:2]) if len(self.order) > 1 else [0, 0]

    @cached_property
    def ranges(self) -> list[tuple[float, float]]:
        """The interval of each slider, one for each dimension. It holds the prior and all codes but the most extreme 0.1 % on each side.

        Its ends have two decimals, so that a link can carry them exactly.
        """
        tails = torch.quantile(self.posterior.mean, torch.tensor([0.001, 0.999]), dim=0)  # (2, D)
        return [(min(-3.0, floor(100 * low) / 100), max(3.0, ceil(100 * high) / 100)) for low, high in tails.T.tolist()]
