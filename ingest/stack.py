"""Images that lie in a file, and the one way in which all of them are read: block by block, each image made small at once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ingest import scale
from ingest.choices import Choices
from ingest.levels import Levels, Seen
from ingest.limits import MOST_IMAGES, MOST_PIXELS_TOGETHER, SIDE, TOO_MANY, Refused

Block = tuple[Iterable[np.ndarray], Sequence[Any] | None]


@dataclass(frozen=True)
class Stack:
    """Images of one origin. So far only as much was read as tells what they are.

    name      of the file, for sentences
    part      TRAIN, VALIDATION, TEST or "", by its name
    labelled  whether each image has a label
    blocks    reads them from the first: some images, each (H, W) grey or (H, W, 3) in colour, and their labels
    told      what was found so far, in sentences
    """

    name: str
    part: str
    labelled: bool
    blocks: Callable[[], Iterable[Block]]
    told: tuple[str, ...] = ()


@dataclass
class Room:
    """Small images as they come, on the scale of their own numbers until all have been seen."""

    images: np.ndarray = field(default_factory=lambda: np.empty((MOST_IMAGES, SIDE, SIDE), np.float32))
    labels: list[Any] = field(default_factory=list)
    count: int = 0
    _kinds: dict[np.dtype, Seen] = field(default_factory=dict)  # pictures of 8 and of 16 bits have ranges of their own
    _kind: list[np.dtype] = field(default_factory=list)  # of each image

    def fill(self, stack: Stack) -> list[str]:
        """Read all images of a stack; returns what was found and done."""
        before, sizes, colour, together = self.count, set(), False, 0
        for images, labels in stack.blocks():
            for image in images:
                sizes.add(image.shape[1::-1])  # width, height
                together += image.shape[0] * image.shape[1]
                colour |= image.ndim == 3
                if together > MOST_PIXELS_TOGETHER:
                    raise Refused(
                        f"The images have more than {MOST_PIXELS_TOGETHER:,} pixels together. Shrink them first, or send fewer."
                    )
                self._add(image, stack.name)
            self.labels += labels if labels is not None else [None] * (self.count - len(self.labels))
        return [*_told(self.count - before, sizes, colour), *stack.told]

    def _add(self, image: np.ndarray, where: str) -> None:
        if self.count == MOST_IMAGES:
            raise Refused(TOO_MANY)
        self._kinds.setdefault(image.dtype, Seen()).see(image, where)
        self._kind.append(image.dtype)
        self.images[self.count] = scale.fit(scale.to_grey(image) if image.ndim == 3 else image)
        self.count += 1

    def pixels(self, choices: Choices) -> tuple[np.ndarray, list[str], Levels, tuple[Levels, ...]]:
        """The grey levels (N, 28, 28) uint8; what was taken for black and white, in words and numbers; and what else may be meant.

        A choice is for the images of most bits.
        """
        pixels, told = np.empty((self.count, SIDE, SIDE), np.uint8), []
        kinds = sorted(self._kinds, key=lambda kind: kind.itemsize)
        kind_of = np.array([kinds.index(kind) for kind in self._kind])
        for i, kind in enumerate(kinds):
            seen = self._kinds[kind]
            levels = choices.levels if choices.levels is not None and kind == kinds[-1] else seen.levels()
            here = slice(self.count) if len(kinds) == 1 else kind_of == i
            pixels[here], outside = levels.grey(self.images[: self.count][here])
            if kind == kinds[-1] and pixels[here].min() == pixels[here].max():
                raise seen.unclear(
                    f"With {levels.black:,.6g} as black and {levels.white:,.6g} as white every pixel has the same grey level."
                )
            told.append(seen.told(levels, outside))
        return pixels, told, levels, tuple(dict.fromkeys((*seen.offers(), levels)))


def _told(count: int, sizes: set[tuple[int, int]], colour: bool) -> list[str]:
    ordered = [f"{width:,} \u00d7 {height:,}" for width, height in sorted(sizes, key=lambda size: (size[0] * size[1], size))]
    many = (
        f"{len(ordered)} sizes, from {ordered[0]} to {ordered[-1]} pixels"
        if len(ordered) > 1
        else "".join(f"{size} pixels" for size in ordered)
    )
    grey = ", in colour, made grey as 0.299 red + 0.587 green + 0.114 blue" if colour else ""
    found = f"{count:,} image{'s' * (count != 1)} of {many}{grey}."
    return [found] if sizes == {(SIDE, SIDE)} else [found, scale.HOW]
