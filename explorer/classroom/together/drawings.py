"""A drawing that came from a phone: checked, made into an image like MNIST's, and placed on the planes of the class's map."""

import base64
from collections.abc import Sequence
from typing import Any, TypedDict

import numpy as np

from explorer.canvas import drawn
from explorer.classroom import guard
from explorer.models import trained
from explorer.page.strokes import SIDE, image

MAPS = ("mnist-ae-2d", "mnist-vae-2d")  # the planes of the map, unless the teacher wants others
DECIMALS = 3  # of a code: finer than any screen shows
WHICH = "Say which digit it is: 0 to 9."


class Received(TypedDict):
    """What a class keeps of a drawing, as JSON."""

    strokes: list[list[list[float]]]  # points [x, y] on a pad from 0 to 1, y downwards
    image: str  # 28 x 28 grey levels, a byte each, row by row, in base64
    codes: dict[str, list[float]]  # where it lies on the plane of each model: [x, y]


def received(strokes: Any, label: Any, models: Sequence[str] = MAPS) -> Received:
    """Check strokes that a browser sent as the digit `label`, and place them on the planes of these shipped models.

    A model's code is its posterior's mean on the plane's two axes. Raises Refused, with a sentence for whoever drew, or CheckpointError for a model that
    is not there.
    """
    if not isinstance(label, int) or isinstance(label, bool) or label not in guard.DIGITS:
        raise guard.Refused(WHICH)
    clean = guard.strokes(strokes)
    pixels = image(tuple(tuple((x, y) for x, y in stroke) for stroke in clean))
    return {
        "strokes": clean,
        "image": packed(pixels),
        "codes": {name: place(trained.shipped(name), pixels) for name in models},
    }


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
