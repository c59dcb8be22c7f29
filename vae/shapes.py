"""Images with known factors of variation: one white shape, in each combination of position, size, angle and outline.

The data set tests whether a code separates the factors, as dSprites does (Matthey et al. 2017): it has each combination of five factors
once, so the factors are independent, and their values are known for each image. Lengths are in pixels; x runs to the right and y down
from the upper left corner of the image; angles are clockwise.
"""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

SIDE = 28
STRETCH = 2.0  # an ellipse's long half-axis over its short one
STEEPNESS = 1.3  # a triangle's height over its base; with 0.87 it would look the same after a third of a turn
REACH = 1.08  # the greatest distance of an outline of size 1 from its centre of mass
CHUNK = 180  # images at a time; in the order of `combinations` they have one position
PARTS = 2  # the coverage of a pixel is the mean over 2 x 2 parts of it


class Factor(NamedTuple):
    """A factor of variation: its name, its unit and its values."""

    name: str
    unit: str
    values: tuple[float, ...]


def _spaced(low: float, high: float, count: int) -> tuple[float, ...]:
    return tuple(low + (high - low) * i / (count - 1) for i in range(count))


OUTLINES = ("square", "ellipse", "triangle")
SYMMETRY = (4, 2, 1)  # how many times each outline looks the same in a full turn
FACTORS = (
    Factor("horizontal position", "pixels", _spaced(9.5, 18.5, 12)),
    Factor("vertical position", "pixels", _spaced(9.5, 18.5, 12)),
    Factor("size", "pixels", _spaced(5.0, 8.2, 5)),  # the square root of the area, whatever the kind
    Factor("angle", "degrees", tuple(30.0 * i for i in range(12))),
    Factor("kind", "", tuple(map(float, range(len(OUTLINES))))),
)


def combinations() -> Tensor:
    """Every combination of the factors as indices into their values, (N, 5) int64."""
    return torch.cartesian_prod(*(torch.arange(len(factor.values)) for factor in FACTORS))


def looks(indices: Tensor) -> tuple[Tensor, Tensor]:
    """Number the different looks of images, given by indices (N, 5); symmetric outlines look the same at several angles.

    Returns the number of each image's look (N,), and the first image of each look (M,).
    """
    *place, angle, kind = indices.T
    turns = len(FACTORS[3].values) // torch.tensor(SYMMETRY)[kind]
    seen = torch.stack([*place, angle % turns, kind], 1).numpy()
    _, first, inverse = np.unique(seen, axis=0, return_index=True, return_inverse=True)
    return torch.from_numpy(inverse.reshape(-1)), torch.from_numpy(first)


def values(indices: Tensor) -> Tensor:
    """Factor values (N, 5) float32 of indices (N, 5)."""
    return torch.stack([torch.tensor(f.values)[column] for f, column in zip(FACTORS, indices.T, strict=True)], 1)


def render(factors: Tensor) -> Tensor:
    """Grey images (N, 1, 28, 28) in [0, 1] of factor values (N, 5): x, y, size, angle in degrees, kind's index.

    The grey level of a pixel is the share of it that the shape covers. For each of its 2 x 2 parts that share is clamp(1/2 - d, 0, 1), where
    d is the signed distance from the part's centre to the outline, in widths of a part; this is exact if the outline is straight along the
    pixels. All outlines of one size have the same area, size^2, and their centre of mass at (x, y).
    """
    return torch.cat([_render(chunk) for chunk in factors.float().split(CHUNK)])


def _render(factors: Tensor) -> Tensor:
    x, y, size, angle, kind = factors.T[..., None, None]  # each (N, 1, 1)
    reach = REACH * float(size.max()) + 1
    left, right = _window(x, reach)
    top, bottom = _window(y, reach)
    across = (torch.arange(PARTS * left, PARTS * right) + 0.5) / PARTS - x  # (N, 1, W)
    down = ((torch.arange(PARTS * top, PARTS * bottom) + 0.5) / PARTS)[:, None] - y  # (N, H, 1)
    turn = torch.deg2rad(angle)
    cosine, sine = torch.cos(turn) / size, torch.sin(turn) / size
    u, v = across * cosine + down * sine, down * cosine - across * sine  # (N, H, W) in the shape's own axes, its size 1
    distance = torch.empty_like(u)
    for index, name in enumerate(OUTLINES):
        chosen = kind.flatten() == index
        distance[chosen] = DISTANCES[name](u[chosen], v[chosen])
    covered = functional.avg_pool2d((0.5 - distance * size * PARTS).clamp(0, 1), PARTS)  # (N, 2H, 2W) -> (N, H, W)
    return functional.pad(covered, (left, SIDE - right, top, SIDE - bottom)).unsqueeze(1)


def _window(centres: Tensor, reach: float) -> tuple[int, int]:
    """The range of pixels outside which all these images are black."""
    return max(0, int(centres.min() - reach)), min(SIDE, int(centres.max() + reach) + 1)


def _square(x: Tensor, y: Tensor) -> Tensor:
    return torch.maximum(x.abs(), y.abs()) - 0.5


def _ellipse(x: Tensor, y: Tensor) -> Tensor:
    """Signed distance to first order, f (f - 1) / |grad f^2 / 2| with f = |(x / a, y / b)|; exact on the outline."""
    b = (torch.pi * STRETCH) ** -0.5  # pi a b = 1
    a = STRETCH * b
    f = torch.sqrt((x / a) ** 2 + (y / b) ** 2)
    slope = torch.sqrt((x / a**2) ** 2 + (y / b**2) ** 2).clamp_min(1e-6)
    return f * (f - 1) / slope


def _triangle(x: Tensor, y: Tensor) -> Tensor:
    """An isosceles triangle with its apex up and its centre of mass at the origin: the points on the inner side of all three lines."""
    base = (2 / STEEPNESS) ** 0.5  # base * height / 2 = 1
    height = STEEPNESS * base
    length = (height**2 + base**2 / 4) ** 0.5
    legs = (height * x.abs() + base / 2 * (-y - 2 / 3 * height)) / length  # through the apex at y = -2/3 height
    return torch.maximum(legs, y - height / 3)


DISTANCES = {"square": _square, "ellipse": _ellipse, "triangle": _triangle}
