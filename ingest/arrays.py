"""Arrays of images: find out from the shape how images lie in them, and turn each block into grey images of 28 x 28.

Letters for shapes: N images, K of a block, H W their size, C channels, P pixels.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import isqrt

import numpy as np

from ingest import scale
from ingest.levels import Extremes
from ingest.limits import MOST_PIXELS_TOGETHER, MOST_SIDE, SIDE, Refused, check_count

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
    def of(cls, shape: tuple[int, ...], what: str) -> "Layout":
        """Read a shape (N, P), (N, H, W), (N, H, W, C) or (N, C, H, W); Refused if it is another one, or too large."""
        if len(shape) == 2 and isqrt(shape[1]) ** 2 == shape[1] and shape[1] > 1:
            found = cls(shape[0], (isqrt(shape[1]),) * 2, 1)
        elif len(shape) == 3:
            found = cls(shape[0], (shape[1], shape[2]), 1)
        elif len(shape) == 4 and shape[3] in CHANNELS:
            found = cls(shape[0], (shape[1], shape[2]), shape[3])
        elif len(shape) == 4 and shape[1] in CHANNELS:
            found = cls(shape[0], (shape[2], shape[3]), shape[1], (0, 2, 3, 1))
        else:
            raise Refused(
                f"{what} has the shape {_words(shape)}; images are N \u00d7 height \u00d7 width, with 1 or 3 channels last or after N, or "
                "N \u00d7 pixels of square images."
            )
        check_count(found.count)
        if not all(1 <= side <= MOST_SIDE for side in found.side):
            raise Refused(f"{what} has images of {_words(found.side)} pixels; each side may be from 1 to {MOST_SIDE:,}.")
        if found.count * found.side[0] * found.side[1] > MOST_PIXELS_TOGETHER:
            raise Refused(
                f"{what} has {found.count * found.side[0] * found.side[1]:,} pixels; {MOST_PIXELS_TOGETHER:,} is the most."
            )
        return found

    @property
    def values(self) -> int:
        """How many numbers one image has."""
        return self.side[0] * self.side[1] * self.channels

    def grey(self, block: np.ndarray) -> np.ndarray:
        """A block of the array as (K, H, W)."""
        if self.axes is not None:
            block = block.transpose(self.axes)
        block = block.reshape(len(block), *self.side, self.channels)
        return block[..., 0] if self.channels == 1 else scale.to_grey(block)

    @property
    def told(self) -> str:
        colour = ", in colour, made grey as 0.299 red + 0.587 green + 0.114 blue" if self.channels == 3 else ""
        return f"{self.count:,} images of {_words(self.side)} pixels{colour}."


def gather(layout: Layout, blocks: Callable[[], Iterable[np.ndarray]], where: str) -> tuple[np.ndarray, list[str]]:
    """Images (N, 28, 28) uint8, and what was done to them. The blocks are read twice: for their range, then for their pixels."""
    seen = Extremes()
    for block in blocks():
        seen.see(block, where)
    levels = seen.levels()
    pixels, done = np.empty((layout.count, SIDE, SIDE), np.uint8), 0
    for block in blocks():
        for image in levels.grey(layout.grey(block)):
            pixels[done] = scale.fit(image)
            done += 1
    told = [layout.told, levels.told]
    return pixels, told if layout.side == (SIDE, SIDE) else [*told, scale.HOW]


def _words(shape: tuple[int, ...]) -> str:
    return " \u00d7 ".join(f"{side:,}" for side in shape) or "of a single number"
