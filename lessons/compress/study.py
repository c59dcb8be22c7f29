"""What compression costs and keeps, measured for three coders at every step, beside ordinary files of the same images.

`python -m lessons compress` measures and ships it. Tables are counted on training images, everything is measured on test images.
"""

import functools
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lessons.compress import picture_files
from lessons.compress.quantised import Codec, Point, average_spread, measure
from lessons.shared import coders
from lessons.shared.coders import CODERS, LATENTS, Coder
from lessons.shared.shipping import Shelf
from vae import data

SHELF, FILE = Shelf("compress", "compress"), "compression"
STEPS = (4.0, 2.83, 2.0, 1.41, 1.0, 0.71, 0.5, 0.35, 0.25, 0.18, 0.125, 0.0625, 0.03125)  # in average spreads of a code
COUNTED = 5_000  # training images behind the tables
CODED = 2_000  # test images in the file
QUALITIES = (1, 2, 3, 5, 7, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90)


class Subject:
    """One coder with its codes of the images that are counted, and of those that are coded."""

    def __init__(self, coder: Coder):
        dataset = data.load("mnist")
        self.coder = coder
        self.images = dataset.test.pixels(slice(CODED)).flatten(1)  # (N, P)
        self.counted = coder.encode(dataset.train.pixels(slice(COUNTED)))
        self.codes = coder.encode(dataset.test.pixels(slice(CODED)))
        self.unit = average_spread(self.counted)

    @functools.lru_cache(maxsize=4)  # noqa: B019  subjects live as long as the process
    def codec(self, step: float) -> Codec:
        """Grid and tables for a step in average spreads."""
        return Codec.fit(self.counted, step * self.unit)

    def point(self, step: float) -> Point:
        return measure(self.coder, self.codec(step), self.codes, self.images, self.unit)


def cross_entropy(means: Tensor, images: Tensor) -> float:
    """-[x log m + (1 - x) log(1 - m)], summed over pixels, averaged over images (N, P): nats."""
    m = means.double().clamp(1e-7, 1 - 1e-7)
    return float(-(images * m.log() + (1 - images) * (1 - m).log()).sum(1).mean())


def curve(subject: Subject) -> dict[str, Any]:
    """Bits and errors at every step, and the grid in numbers that a browser can repeat."""
    points = [subject.point(step) for step in STEPS]
    low, high = subject.counted.double().min(0).values, subject.counted.double().max(0).values
    found = {
        "bits": [float(point.bits.mean()) for point in points],
        "squared_error": [point.squared_error for point in points],
        "centre": subject.counted.double().mean(0).tolist(),
        "low": low.tolist(),
        "high": high.tolist(),
        "unit": subject.unit,
    }
    if subject.coder.kind != "pca":
        found["nats"] = [cross_entropy(point.images, subject.images) for point in points]
    return found


def exact_error(coder: Coder, images: Tensor) -> float:
    """Squared error per image (sum over pixels) without any rounding of the code."""
    return float((coder.decode(coder.encode(images)) - images.flatten(1)).square().sum(1).mean())


def write() -> None:
    """Measure everything, and ship it."""
    test = data.load("mnist").test
    images = test.images[:CODED, 0].numpy()
    contents: dict[str, Any] = {
        "curves": {},
        "errors": {},
        "files": picture_files.bytes_each(images),
        "jpeg": [list(picture_files.jpeg(images, quality)) for quality in QUALITIES],
    }
    for latents in LATENTS:
        for kind, coder in coders.shipped(latents).items():
            contents["curves"][f"{kind}-{latents}"] = curve(Subject(coder))
            contents["errors"][f"{kind}-{latents}"] = exact_error(coder, test.pixels())
    SHELF.write_numbers(FILE, _short(contents))


def load() -> dict[str, Any]:
    """What ships; CheckpointError with what to do where the file is missing or damaged."""
    contents = SHELF.numbers(FILE)
    with SHELF.reading(f"{FILE}.json"):
        if {f"{kind}-{latents}" for kind in CODERS for latents in LATENTS} != contents["curves"].keys():
            raise KeyError("curves")
    return contents


def components_needed(squared_error: float, errors: Tensor | np.ndarray) -> int:
    """The least number of principal components whose error is no larger; errors (P,) for 1, 2, ... components."""
    enough = torch.as_tensor(errors) <= squared_error
    return int(enough.int().argmax()) + 1


def _short(value: Any) -> Any:
    """Numbers with seven digits: enough for a browser to repeat the rounding."""
    if isinstance(value, dict):
        return {name: _short(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_short(part) for part in value]
    return float(f"{value:.7g}") if isinstance(value, float) else value
