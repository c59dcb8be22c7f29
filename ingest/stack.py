"""Images that lie in a file, and the one way in which all of them are read: block by block, each image made small at once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ingest import progress, scale
from ingest.choices import Choices
from ingest.levels import Levels, Seen
from ingest.limits import MOST_PIXELS_TOGETHER, MOST_SEEN, SIDE, TOO_MANY, Refused

STEPS = 65_535  # at most, from the least number of an image to its greatest
TOGETHER = 1_000  # images that are made grey at once


@dataclass(frozen=True)
class Block:
    """Some images of a stack, of which nothing is worked out before it is asked for.

    labels  one for each, if the stack has labels
    images  those at given places (K,), each (H, W) grey or (H, W, 3) in colour
    """

    count: int
    labels: Callable[[], Sequence[Any]]
    images: Callable[[np.ndarray], Iterable[np.ndarray]]


@dataclass(frozen=True)
class Stack:
    """Images of one origin. So far only as much was read as tells what they are.

    name      of the file, for sentences
    part      TRAIN, VALIDATION, TEST or "", by its name
    labelled  whether each image has a label
    blocks    reads them from the first
    told      what was found so far, in sentences
    """

    name: str
    part: str
    labelled: bool
    blocks: Callable[[], Iterable[Block]]
    told: tuple[str, ...] = ()

    def tally(self) -> tuple[int, list[Any]]:
        """How many images there are, and their labels, none where they have none. Refused if there are too many to look through."""
        count = 0
        labels: list[Any] = []
        for block in self.blocks():
            count += block.count
            if count > MOST_SEEN:
                raise Refused(TOO_MANY)
            labels += block.labels() if self.labelled else []
            progress.tell(count, 0)
        return count, labels


class Room:
    """Small images as they come, on the scale of their own numbers until all have been seen.

    Of each the least number is kept, and by how many steps each pixel lies above it, in 16 bits: half of what float32 takes, and 256 times as
    fine as grey levels.
    """

    def __init__(self, most: int):
        self.count = 0
        self._most = most
        self._steps = np.empty((most, SIDE, SIDE), np.uint16)
        self._ranges = np.empty((most, 2, 1, 1), np.float32)  # least number, and the size of a step
        self._kinds: dict[np.dtype, Seen] = {}  # pictures of 8 and of 16 bits have ranges of their own
        self._kind: list[np.dtype] = []  # of each image

    def fill(self, stack: Stack, used: np.ndarray) -> list[str]:
        """Read those images of a stack that are used (N,) bool; returns what was found and done."""
        before, begin, sizes, colour, together = self.count, 0, set(), False, 0
        for block in stack.blocks():
            for image in block.images(np.flatnonzero(used[begin : begin + block.count])):
                sizes.add(image.shape[1::-1])  # width, height
                together += image.shape[0] * image.shape[1]
                colour |= image.ndim == 3
                if together > MOST_PIXELS_TOGETHER:
                    raise Refused(
                        f"The images have more than {MOST_PIXELS_TOGETHER:,} pixels together. Shrink them first, or send fewer."
                    )
                self._add(image, stack.name)
                progress.tell(self.count, self._most)
            begin += block.count
        return [*_told(self.count - before, sizes, colour), *stack.told]

    def _add(self, image: np.ndarray, where: str) -> None:
        self._kinds.setdefault(image.dtype, Seen()).see(image, where)
        self._kind.append(image.dtype)
        fitted = scale.fit(scale.to_grey(image) if image.ndim == 3 else image)
        low, high = float(fitted.min()), float(fitted.max())
        step = 2.0 ** np.ceil(np.log2((high - low) / STEPS)) if high > low else 1.0  # so that halves stay halves
        self._ranges[self.count, :, 0, 0] = low, step
        self._steps[self.count] = np.rint((fitted - low) / step)
        self.count += 1

    def _restored(self, places: slice) -> np.ndarray:
        low, step = self._ranges[places, 0], self._ranges[places, 1]
        return low + step * self._steps[places]

    def pixels(self, choices: Choices) -> tuple[np.ndarray, list[str], Levels, tuple[Levels, ...]]:
        """The grey levels (N, 28, 28) uint8; what was taken for black and white, in words and numbers; and what else may be meant.

        A choice is for the images of most bits. The grey levels take the place of what was kept, from the front, so this can be asked once.
        """
        kinds = sorted(self._kinds, key=lambda kind: kind.itemsize)
        levels = [self._kinds[kind].levels() for kind in kinds[:-1]]
        levels.append(choices.levels if choices.levels is not None else self._kinds[kinds[-1]].levels())
        pixels = self._steps.reshape(-1).view(np.uint8)[: self.count * SIDE**2].reshape(-1, SIDE, SIDE)
        kind_of = np.array([kinds.index(kind) for kind in self._kind], np.uint8)
        outside, black, white = np.zeros(len(kinds)), 255, 0
        for begin in range(0, self.count, TOGETHER):
            restored, among = self._restored(slice(begin, begin + TOGETHER)), kind_of[begin : begin + TOGETHER]
            for i in np.unique(among):
                grey, share = levels[i].grey(restored[among == i])
                outside[i] += share * len(grey) / (kind_of == i).sum()
                pixels[begin + np.flatnonzero(among == i)] = grey
                if i == len(kinds) - 1:
                    black, white = min(black, int(grey.min())), max(white, int(grey.max()))
        last = self._kinds[kinds[-1]]
        if black == white:
            raise last.unclear(
                f"With {levels[-1].black:,.6g} as black and {levels[-1].white:,.6g} as white every pixel has the same grey level."
            )
        told = [self._kinds[kind].told(each, float(share)) for kind, each, share in zip(kinds, levels, outside, strict=True)]
        return pixels, told, levels[-1], tuple(dict.fromkeys((*last.offers(), levels[-1])))


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
