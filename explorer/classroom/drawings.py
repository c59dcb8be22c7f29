"""A drawing that came from a phone: checked, made into an image like MNIST's, and placed on the planes of the class's map."""

import base64
import math
from collections.abc import Sequence
from typing import Any, TypedDict

import numpy as np

from explorer.canvas import drawn
from explorer.models import trained
from explorer.page.strokes import SIDE, Strokes, image
from vae.errors import VaeError

MAPS = ("mnist-ae-2d", "mnist-vae-2d")  # the planes of the map, unless the teacher wants others
MOST_STROKES, MOST_POINTS = 40, 600
LOW, HIGH = -0.5, 1.5  # how far outside its pad (0 to 1) a stroke may go
DIGITS = 10
DECIMALS = 3  # of a stroke's point and of a code: finer than any screen shows


class BadDrawing(VaeError):
    """What was sent is no drawing; the message is for whoever drew."""


class Received(TypedDict):
    """What a class keeps of a drawing, as JSON."""

    strokes: list[list[list[float]]]  # points [x, y] on a pad from 0 to 1, y downwards
    image: str  # 28 x 28 grey levels, a byte each, row by row, in base64
    codes: dict[str, list[float]]  # where it lies on the plane of each model: [x, y]


def received(strokes: Any, label: Any, models: Sequence[str] = MAPS) -> Received:
    """Check strokes that a browser sent as the digit `label`, and place them on the planes of these shipped models.

    A model's code is its posterior's mean on the plane's two axes. Raises BadDrawing, or CheckpointError for a model that is not there.
    """
    if not isinstance(label, int) or isinstance(label, bool) or not 0 <= label < DIGITS:
        raise BadDrawing("Say which digit it is: 0 to 9.")
    clean = believed(strokes)
    pixels = image(clean)
    return {
        "strokes": [[list(point) for point in stroke] for stroke in clean],
        "image": packed(pixels),
        "codes": {name: place(trained.shipped(name), pixels) for name in models},
    }


def believed(strokes: Any) -> Strokes:
    """Strokes in thousandths of the pad; BadDrawing where they are none, too many, or too far outside."""
    try:
        clean = tuple(tuple((_number(x), _number(y)) for x, y in stroke) for stroke in strokes)
    except (TypeError, ValueError):
        raise BadDrawing("This is no drawing. Clear the pad and draw again.") from None
    if not clean or not all(clean):
        raise BadDrawing("Nothing is drawn yet. Draw a digit, then send it.")
    if len(clean) > MOST_STROKES or sum(map(len, clean)) > MOST_POINTS:
        raise BadDrawing(
            f"This drawing has more than {MOST_STROKES} strokes or {MOST_POINTS} points. Clear the pad and draw it with fewer."
        )
    return clean


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or not LOW <= value <= HIGH:
        raise ValueError
    return round(float(value), DECIMALS)


def place(subject: trained.Trained, pixels: np.ndarray) -> list[float]:
    """Where a model puts an image (28, 28) in [0, 1] on its plane: [x, y]."""
    mean = drawn.posterior(subject, pixels).mean[0]
    return [round(float(mean[axis]), DECIMALS) for axis in subject.plane_axes]


def packed(pixels: np.ndarray) -> str:
    """An image (28, 28) in [0, 1] as bytes in base64."""
    return base64.b64encode(np.round(255 * pixels).astype(np.uint8).tobytes()).decode()


def unpacked(text: str) -> np.ndarray:
    """The grey levels (28, 28) uint8 of an image that `packed` wrote."""
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(SIDE, SIDE)
