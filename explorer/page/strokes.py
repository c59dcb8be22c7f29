"""A visitor's drawing: strokes of points (x, y) on a pad from 0 to 1, y downwards, in thousandths.

An address carries it, and models see it as an image like MNIST's. A test holds it against explorer/browser/js/strokes.js.
"""

import base64
import functools
import math
from typing import Any

import numpy as np

Strokes = tuple[tuple[tuple[float, float], ...], ...]

DRAWING = "drawing"  # the parameter and its key in the session: a drawing outlives a change of page
MOST = 140  # points of a drawing, which takes less than 600 characters of an address
OUTSIDE = 1.5  # how far outside its pad a stroke may go
SIDE, BOX = 28, 20
PEN = 1.15  # half the width of a stroke, in pixels
_LEVELS = 2**12  # of a coordinate; a point is 3 bytes, which are 4 characters
_STROKE = "."


def believe(value: Any) -> Strokes:
    """Read strokes from numbers that a browser sent; () if nothing is drawn, ValueError if they are no drawing."""
    try:
        strokes = tuple(tuple((_thousandths(x), _thousandths(y)) for x, y in stroke) for stroke in value or ())
    except (TypeError, ValueError, OverflowError):
        raise ValueError("This is no drawing.") from None
    if not all(strokes) or sum(map(len, strokes)) > MOST:
        raise ValueError("This is no drawing.")
    return strokes


def _thousandths(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError
    return round(min(1 + OUTSIDE, max(-OUTSIDE, value)), 3)


def to_text(strokes: Strokes) -> str:
    """Write strokes as text: four characters (base64url) for each point, strokes separated by full stops."""
    return _STROKE.join(base64.urlsafe_b64encode(b"".join(map(_bytes, stroke))).decode() for stroke in strokes)


def from_text(text: str) -> Strokes:
    """Read strokes from their text; ValueError if it is damaged."""
    strokes: list[list[tuple[float, ...]]] = []
    for part in text.split(_STROKE):
        packed = base64.b64decode(part, altchars=b"-_", validate=True)  # its Error is a ValueError
        if len(packed) % 3 or not packed:
            raise ValueError("This is no drawing.")
        numbers = [int.from_bytes(packed[i : i + 3]) for i in range(0, len(packed), 3)]
        strokes.append([tuple(level / 1000 - OUTSIDE for level in divmod(number, _LEVELS)) for number in numbers])
    return believe(strokes)


def _bytes(point: tuple[float, float]) -> bytes:
    across, down = (round(1000 * (value + OUTSIDE)) for value in point)
    return (across * _LEVELS + down).to_bytes(3)


@functools.lru_cache(maxsize=64)
def image(strokes: Strokes) -> np.ndarray:
    """Turn a drawing into an image like MNIST's, (28, 28) in [0, 1]; all black if nothing is drawn.

    As LeCun et al. 1998 did, it is scaled with its proportions kept to fit a box of 20 x 20 pixels, and its centre of mass is put in
    the middle of 28 x 28. Grey levels are rounded to 256.
    """
    if not strokes:
        return np.zeros((SIDE, SIDE))
    points = np.concatenate([np.array(stroke) for stroke in strokes])  # (N, 2)
    low, high = points.min(0), points.max(0)
    longest = float((high - low).max())
    scale = (BOX - 2 * PEN) / longest if longest > 0 else 1.0
    fitted = [(np.array(stroke) - (low + high) / 2) * scale + SIDE / 2 for stroke in strokes]
    ink = _ink(fitted)
    middles = np.arange(SIDE) + 0.5
    mass = np.array([ink.sum(0) @ middles, ink.sum(1) @ middles]) / ink.sum()
    return np.floor(255 * _ink([stroke + SIDE / 2 - mass for stroke in fitted]) + 0.5) / 255


def _ink(strokes: list[np.ndarray]) -> np.ndarray:
    """Ink (28, 28) from 0 to 1 of strokes, given in pixels, by the distance of each pixel to the nearest piece of a stroke."""
    middles = np.arange(SIDE) + 0.5
    places = np.stack(np.meshgrid(middles, middles), -1)  # (28, 28, 2)
    ink = np.zeros((SIDE, SIDE))
    for stroke in strokes:
        for start, end in zip(stroke, stroke[1:] if len(stroke) > 1 else stroke, strict=False):
            along, away = end - start, places - start
            share = (away @ along / max(along @ along, 1e-12)).clip(0, 1)  # of the way, at the nearest point
            distance = np.hypot(*np.moveaxis(away - share[..., None] * along, -1, 0))
            ink = np.maximum(ink, (PEN + 0.5 - distance).clip(0, 1))
    return ink
