"""Arrays of images: find out from the shape how images lie in them.

Letters for shapes: N images, K of a block, H W their size, C channels, P pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt
from typing import Any

import numpy as np

from ingest.limits import MOST_PIXELS_TOGETHER, MOST_SIDE, Refused, check_most
from ingest.stack import Block

CHANNELS = (1, 3)


@dataclass(frozen=True)
class Layout:
    """The layout of N images in an array.

    side     (H, W)
    axes     of a block (K, ...) before it is (K, H, W, C); None where it only needs a new shape
    channels 1, or 3: red, green, blue
    """

    count: int
    side: tuple[int, int]
    channels: int
    axes: tuple[int, ...] | None = None

    @classmethod
    def fits(cls, shape: tuple[int, ...]) -> "Layout | None":
        """How images lie in an array of a shape (N, P), (N, H, W), (N, H, W, C) or (N, C, H, W); None if it is another one."""
        if len(shape) == 2 and isqrt(shape[1]) ** 2 == shape[1] and shape[1] > 1:
            return cls(shape[0], (isqrt(shape[1]),) * 2, 1)
        if len(shape) == 3:
            return cls(shape[0], (shape[1], shape[2]), 1)
        if len(shape) == 4 and shape[3] in CHANNELS:
            return cls(shape[0], (shape[1], shape[2]), shape[3])
        if len(shape) == 4 and shape[1] in CHANNELS:
            return cls(shape[0], (shape[2], shape[3]), shape[1], (0, 2, 3, 1))
        return None

    @classmethod
    def of(cls, shape: tuple[int, ...], what: str) -> "Layout":
        """The same; Refused if the shape is another one, or too large."""
        found = cls.fits(shape)
        if found is None:
            raise Refused(
                f"{what} has the shape {_words(shape)}; images are N \u00d7 height \u00d7 width, with 1 or 3 channels last or after N, or "
                "N \u00d7 pixels of square images."
            )
        check_most(found.count)
        if not all(1 <= side <= MOST_SIDE for side in found.side):
            raise Refused(f"{what} has images of {_words(found.side)} pixels; each side may be from 1 to {MOST_SIDE:,}.")
        if found.count * found.side[0] * found.side[1] > MOST_PIXELS_TOGETHER:
            raise Refused(
                f"{what} has {found.count * found.side[0] * found.side[1]:,} pixels; {MOST_PIXELS_TOGETHER:,} is the most."
            )
        return found

    def images(self, block: np.ndarray) -> np.ndarray:
        """A block of the array as (K, H, W), or (K, H, W, 3) in colour."""
        if self.axes is not None:
            block = block.transpose(self.axes)
        block = block.reshape(len(block), *self.side, self.channels)
        return block[..., 0] if self.channels == 1 else block

    def block(self, block: np.ndarray, labels: Sequence[Any]) -> Block:
        """A block of the array with its labels."""
        return Block(len(block), lambda: labels, lambda places: self.images(block[places]))


def _words(shape: tuple[int, ...]) -> str:
    return " \u00d7 ".join(f"{side:,}" for side in shape) or "of a single number"
