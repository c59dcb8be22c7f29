"""Which numbers of a file are black and white.

Files hold whole numbers of 1 to 16 bits, shares from 0 to 1, or numbers around 0, and arithmetic leaves some of them a little outside. A range
is taken only if it is a usual one and the images come near its white: a typical image reaches a quarter of it at least, and one whose numbers are
not whole fills a quarter. Otherwise whoever sent them is asked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.limits import Refused

BITS = (1, 2, 4, 6, 8, 10, 12, 14, 16)  # of whole numbers; each holds at most four times as much as the one before
FRACTIONS = (1, 16, 255, 1_023, 4_095, 16_383, 65_535)  # white, in files whose numbers are not whole
CENTRED = ((-0.5, 0.5), (-1, 1), (-127.5, 127.5))  # black and white, of numbers around 0
WHOLE_CENTRED = ((-1, 1), (-128, 127))
SLACK = 0.1  # part of a range that numbers may lie outside: interpolation overshoots, division by 254 too
FILLED = 0.25  # part of a range that a typical image fills at least; less would be nearly black
OFFERED = (1, 3, 15, 16, 63, 100, 255, 256, 1_023, 4_095, 16_383, 65_535)


@dataclass(frozen=True)
class Levels:
    """The numbers that are black and white. What lies outside becomes black or white too."""

    black: float
    white: float

    @property
    def span(self) -> float:
        return self.white - self.black

    def grey(self, images: np.ndarray) -> tuple[np.ndarray, float]:
        """Numbers (N, H, W) as grey levels uint8, and which share of them was more than half a grey level outside."""
        scaled = (images - np.float32(self.black)) * np.float32(255 / self.span)
        outside = int(((scaled < -0.5) | (scaled > 255.5)).sum())
        return np.rint(scaled.clip(0, 255)).astype(np.uint8), outside / max(images.size, 1)

    def __str__(self) -> str:
        return f"{self.black:,.6g} to {self.white:,.6g}"


class Unclear(Refused):
    """No usual range fits the numbers. `levels` are the ranges that may be meant."""

    levels: tuple[Levels, ...] = ()


class Seen:
    """The numbers of all images of one kind: the least and the greatest of each, and whether all are whole."""

    def __init__(self) -> None:
        self._lows: list[float] = []
        self._highs: list[float] = []
        self.whole = True

    def see(self, image: np.ndarray, where: str) -> None:
        """Add an image; Refused if it holds NaN or infinity."""
        low, high = float(image.min()), float(image.max())  # NaN, if there is one
        if not np.isfinite([low, high]).all():
            raise Refused(f"{where} holds NaN or infinity, which is not a grey level. Fill or remove it first.")
        self._lows.append(low)
        self._highs.append(high)
        if self.whole and image.dtype.kind == "f":
            self.whole = bool((image == np.rint(image)).all())

    @property
    def extremes(self) -> Levels:
        """The least and the greatest number of all."""
        return Levels(min(self._lows), max(self._highs))

    @property
    def typical(self) -> Levels:
        """The least and the greatest number of a typical image: medians. A few stray pixels do not move them."""
        return Levels(float(np.median(self._lows)), float(np.median(self._highs)))

    def levels(self) -> Levels:
        """The range that is likeliest; Unclear if no usual one fits."""
        if not self.extremes.span:
            raise Refused("Every pixel of every image has the same grey level; there is nothing to learn.")
        typical = self.typical
        for seen in (self.extremes, typical):
            found = next(_usual(seen, self.whole), None)
            if found is not None and typical.white - (found.black if self.whole else typical.black) >= FILLED * found.span:
                return found
        low, high = self.extremes.black, self.extremes.white
        raise self.unclear(
            f"The numbers run from {low:g} to {high:g}. Usual grey levels run from 0 to 1, 255, 4,095 or 65,535, or from -1 to 1, and reach "
            "white. Say which numbers are black and white, or scale them first."
        )

    def unclear(self, sentence: str) -> Unclear:
        """The question which of the ranges is meant."""
        found = Unclear(sentence)
        found.levels = self.offers()
        return found

    def offers(self) -> tuple[Levels, ...]:
        """All ranges that may be meant, the least white first; the last runs from the least number to the greatest."""
        seen = self.extremes
        near = [Levels(0, top) for top in OFFERED if top / 16 <= seen.white <= top * 64]
        centred = [Levels(*pair) for pair in (*CENTRED, *WHOLE_CENTRED[1:]) if seen.black < 0 and pair[1] * 2 >= seen.white]
        own = [seen] if seen.span > 0 else []
        return tuple(dict.fromkeys((*centred, *near, *own)))

    def told(self, levels: Levels, outside: float) -> str:
        """What was taken for black and white, and what it cost."""
        seen = self.extremes
        cut = f"; {outside:.1%} of the pixels lay outside and were cut off" if outside >= 0.001 else ""
        return (
            f"The numbers run from {seen.black:,.6g} to {seen.white:,.6g}: {levels.black:,.6g} was taken for black and {levels.white:,.6g} for white"
            f"{cut}."
        )


def _usual(seen: Levels, whole: bool) -> Iterator[Levels]:
    """The usual ranges that hold these numbers, but for some slack, and are filled by them; the narrowest first."""
    if whole and seen.black >= 0:
        tops: Sequence[float] = [
            max(2**bits - 1, seen.white) for bits in BITS if seen.white <= 2**bits
        ]  # 256 of 8 bits is white too
        yield from (Levels(0, top) for top in tops)
    elif whole:
        yield from (
            Levels(*pair) for pair in WHOLE_CENTRED if pair[0] <= seen.black <= 0.75 * pair[0] and seen.white <= pair[1]
        )
    for top in FRACTIONS:
        if seen.black >= -SLACK * top and FILLED * top <= seen.white <= (1 + SLACK) * top:
            yield Levels(0, top)
    for black, white in CENTRED:
        if (1 + SLACK) * black <= seen.black <= 0.75 * black and seen.white <= (1 + SLACK) * white:
            yield Levels(black, white)
