"""Labels: any values, one for each image, become indices of classes that have names."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from ingest.limits import MOST_CLASSES

UNLABELLED = ("images",)


def may_label(shape: tuple[int, ...], count: int) -> bool:
    """Whether an array of this shape may hold the labels of so many images: (N,), (N, 1), (1, N), or (N, classes) if it is one-hot."""
    return shape in ((count,), (count, 1), (1, count)) or (
        len(shape) == 2 and shape[0] == count and 2 <= shape[1] <= MOST_CLASSES
    )


def flat(labels: np.ndarray) -> np.ndarray | None:
    """Labels (N,) of an array of such a shape; of one-hot rows the index of the 1. None if its rows are something else."""
    if labels.ndim == 1 or 1 in labels.shape:
        return labels.reshape(-1)
    return labels.argmax(1) if is_one_hot(labels) else None


def is_one_hot(rows: np.ndarray) -> bool:
    """Whether each row (N, K) is 0 but for a single 1."""
    return rows.dtype.kind in "biuf" and bool(((rows == 0) | (rows == 1)).all() and (rows.sum(1) == 1).all())


def classes_of(labels: Sequence[Any] | None, count: int) -> tuple[np.ndarray, tuple[str, ...], str]:
    """Indices (N,) int64, names, and a sentence. One class of all images where labels are none, all alike or too many."""
    nothing = np.zeros(count, np.int64)
    if labels is None:
        return nothing, UNLABELLED, "There are no labels, so every point on a plane has one colour."
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
    number = re.fullmatch(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?", text)
    if number and (number[1] or number[2]) and abs(float(text)) < 1e15 and float(text).is_integer():
        return str(int(float(text)))
    return text


def _order(name: str) -> tuple[bool, int, str]:
    """Sorts numbers by value, and before names."""
    number = re.fullmatch(r"-?\d{1,9}", name)
    return number is None, int(name) if number else 0, name
