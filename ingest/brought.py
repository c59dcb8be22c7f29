"""The content of a file: images of one size with their classes, and what was done to them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ingest.limits import MOST_CLASSES, Refused, check_count

UNLABELLED = ("images",)


@dataclass(frozen=True)
class Brought:
    """Checked images.

    pixels   (N, 28, 28) uint8 grey levels
    labels   (N,) int64, indices of classes
    classes  names; one if the images have no labels
    told     sentences that say what was found, and what was done to it
    """

    pixels: np.ndarray
    labels: np.ndarray
    classes: tuple[str, ...]
    told: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.pixels)

    @property
    def rims_are_bright(self) -> bool:
        """Whether most images are dark on a bright ground; those of MNIST are bright on a black one."""
        rims = np.concatenate(
            [self.pixels[:, [0, -1], :].reshape(len(self), -1), self.pixels[:, :, [0, -1]].reshape(len(self), -1)], 1
        )
        return bool((np.median(rims, axis=1) > 127).mean() > 0.5)


def inverted(brought: Brought) -> Brought:
    """The same images, inverted."""
    return replace(brought, pixels=255 - brought.pixels, told=(*brought.told, "Black and white were exchanged."))


def assemble(pixels: np.ndarray, labels: Sequence[Any] | None, told: Sequence[str]) -> Brought:
    """Make a Brought from images and their labels, which may be any values, or None."""
    check_count(len(pixels))
    if int(pixels.min()) == int(pixels.max()):
        raise Refused("Every pixel of every image has the same grey level; there is nothing to learn.")
    indices, classes, words = _classes(labels, len(pixels))
    return Brought(pixels, indices, classes, (*told, words))


def _classes(labels: Sequence[Any] | None, count: int) -> tuple[np.ndarray, tuple[str, ...], str]:
    nothing = np.zeros(count, np.int64)
    if labels is None:
        return nothing, UNLABELLED, "There are no labels, so every point on a plane has one colour."
    if len(labels) != count:
        raise Refused(f"There are {len(labels):,} labels for {count:,} images; each image needs one.")
    texts = [_text(label) for label in labels]
    names = sorted(set(texts), key=_order)
    if len(names) > MOST_CLASSES:
        return (
            nothing,
            UNLABELLED,
            f"The labels have {len(names):,} different values; more than {MOST_CLASSES} are no classes, so they were left out.",
        )
    if len(names) == 1:
        return nothing, UNLABELLED, f"All images have one label, {names[0]}, so it was left out."
    index = {name: i for i, name in enumerate(names)}
    shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    return np.array([index[text] for text in texts], np.int64), tuple(names), f"{len(names)} classes: {shown}."


def _text(label: Any) -> str:
    text = label.decode("utf-8", "replace") if isinstance(label, bytes) else str(label)
    text = " ".join(text.split())[:40] or "(empty)"
    whole = re.fullmatch(r"(-?\d+)\.0*", text)
    return whole[1] if whole else text


def _order(name: str) -> tuple[bool, int, str]:
    """Sorts numbers by value, and before names."""
    number = re.fullmatch(r"-?\d{1,9}", name)
    return number is None, int(name) if number else 0, name
