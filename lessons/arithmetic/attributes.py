"""What can be measured of a drawn digit: how thick its stroke is, how far it leans, how wide it is.

The idea of measuring such attributes of MNIST is that of Castro et al. 2019 ("Morpho-MNIST"), who trace a skeleton; here a grey level
is enough, so that a decoder's soft images can be measured as they are. Images are (N, ..., H, W) in [0, 1]; results (N,).
"""

from collections.abc import Callable

import torch
from torch import Tensor


def thickness(images: Tensor) -> Tensor:
    """Stroke width in pixels: 2 * ink / length of its outline.

    A stroke of length L and width w has w L ink and an outline of 2 L. The outline's length is the total variation of the grey
    levels, the sum of |gradient|: it is the same whether an edge is sharp or soft, and its ratio to the ink does not depend on
    how dark the stroke is.
    """
    x = torch.nn.functional.pad(_planes(images), (1, 1, 1, 1))  # strokes that touch the border have an outline there
    across = (x[:, 1:, 1:] - x[:, 1:, :-1] + x[:, :-1, 1:] - x[:, :-1, :-1]) / 2  # gradient at the corners between pixels
    down = (x[:, 1:, 1:] + x[:, 1:, :-1] - x[:, :-1, 1:] - x[:, :-1, :-1]) / 2
    outline = (across**2 + down**2).sqrt().sum((1, 2))
    return 2 * x.sum((1, 2)) / outline.clamp_min(1e-9)


def slant(images: Tensor) -> Tensor:
    """Lean to the right in degrees: atan of -cov(x, y) / var(y), x to the right and y down, weighted by ink.

    The shear that deskewing takes away: rows moved sideways by it leave x and y uncorrelated.
    """
    _, variance_y, covariance = _second_moments(images)
    return torch.atan(-covariance / variance_y.clamp_min(1e-9)).rad2deg()


def width(images: Tensor) -> Tensor:
    """Width in pixels: sqrt(12 var(x)), which for ink spread evenly is its extent. The slant's share is taken out first."""
    variance_x, variance_y, covariance = _second_moments(images)
    return (12 * (variance_x - covariance**2 / variance_y.clamp_min(1e-9))).clamp_min(0).sqrt()


ATTRIBUTES: dict[str, Callable[[Tensor], Tensor]] = {"thickness": thickness, "slant": slant, "width": width}
UNITS = {"thickness": "pixels", "slant": "degrees", "width": "pixels"}


def _planes(images: Tensor) -> Tensor:
    return images.reshape(-1, *images.shape[-2:])  # (N, H, W)


def _second_moments(images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """var(x), var(y), cov(x, y) of the ink, (N,) each, in square pixels."""
    ink = _planes(images)
    ink = ink / ink.sum((1, 2), keepdim=True).clamp_min(1e-9)
    height, wide = ink.shape[1:]
    y = torch.arange(height, dtype=ink.dtype)[:, None]
    x = torch.arange(wide, dtype=ink.dtype)[None]
    dx = x - (ink * x).sum((1, 2), keepdim=True)  # (N, 1, W)
    dy = y - (ink * y).sum((1, 2), keepdim=True)  # (N, H, 1)
    return (ink * dx**2).sum((1, 2)), (ink * dy**2).sum((1, 2)), (ink * dx * dy).sum((1, 2))
