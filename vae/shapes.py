"""Images whose factors are known: one white shape each, at every combination of place, size, angle and kind.

A data set for asking whether a code keeps apart what was varied apart, after the manner of dSprites (Matthey et al. 2017): every
combination of five factors once, so that the factors are independent of one another, and each is known for each image.
Lengths are in pixels; x runs to the right and y down from the image's upper left corner; angles run clockwise as seen.
"""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

SIDE = 28
STRETCH = 2.0  # an ellipse's long half-axis over its short one
STEEPNESS = 1.3  # a triangle's height over its base: not 0.87, so no turn but a whole one maps it onto itself
REACH = 1.08  # the farthest that any kind of size 1 reaches from its centre of mass
CHUNK = 180  # images at a time; in the order of `combinations` they lie at one place
PARTS = 2  # a pixel's coverage is the mean over so many by so many parts of it


class Factor(NamedTuple):
    """One thing that varies between images: its name, its unit, and the values it takes."""

    name: str
    unit: str
    values: tuple[float, ...]


def _spaced(low: float, high: float, count: int) -> tuple[float, ...]:
    return tuple(low + (high - low) * i / (count - 1) for i in range(count))


OUTLINES = ("square", "ellipse", "triangle")
SYMMETRY = (4, 2, 1)  # how many times in a whole turn each kind looks the same
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
    """Which images of indices (N, 5) look the same, as turns do that a kind's symmetry hides: a number for each look (N,), and where
    each look is first met (M,)."""
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

    A pixel is as white as the share of it that the shape covers. Each of its 2 x 2 parts counts by the signed distance d from
    its centre to the outline, in widths of a part: clamp(1/2 - d, 0, 1), which is exact where the outline runs straight along the
    pixels. Every kind of one size has the same area, size^2, and its centre of mass at (x, y).
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
    """The pixels, from and to, outside which all these shapes are black."""
    return max(0, int(centres.min() - reach)), min(SIDE, int(centres.max() + reach) + 1)


def _square(x: Tensor, y: Tensor) -> Tensor:
    return torch.maximum(x.abs(), y.abs()) - 0.5


def _ellipse(x: Tensor, y: Tensor) -> Tensor:
    """Signed distance to first order, f (f - 1) / |grad f^2 / 2| with f = |(x / a, y / b)|; exact on the outline itself."""
    b = (torch.pi * STRETCH) ** -0.5  # pi a b = 1
    a = STRETCH * b
    f = torch.sqrt((x / a) ** 2 + (y / b) ** 2)
    slope = torch.sqrt((x / a**2) ** 2 + (y / b**2) ** 2).clamp_min(1e-6)
    return f * (f - 1) / slope


def _triangle(x: Tensor, y: Tensor) -> Tensor:
    """An isosceles triangle, its apex up, its centre of mass at the origin: inside where it is on the right side of all three lines."""
    base = (2 / STEEPNESS) ** 0.5  # base * height / 2 = 1
    height = STEEPNESS * base
    length = (height**2 + base**2 / 4) ** 0.5
    legs = (height * x.abs() + base / 2 * (-y - 2 / 3 * height)) / length  # through the apex at y = -2/3 height
    return torch.maximum(legs, y - height / 3)


DISTANCES = {"square": _square, "ellipse": _ellipse, "triangle": _triangle}
