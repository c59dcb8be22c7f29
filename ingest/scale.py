"""Scales images to 28 x 28. The aspect ratio is kept, and the rest is filled with the background of the image.

Shrinking averages over areas, so that thin lines turn grey and do not vanish; enlarging is bilinear. Letters for
shapes: K images, H W their size.
"""

import numpy as np
from PIL import Image

from ingest.limits import SIDE

HOW = (
    f"Each was scaled to {SIDE} \u00d7 {SIDE} with its aspect kept, shrunk by averaging over areas or enlarged bilinearly, and padded with "
    "the median of its own rim."
)
LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601, of red, green and blue


def fit(grey: np.ndarray) -> np.ndarray:
    """Scale one image (H, W) of any numbers to (28, 28) float32, on the same scale."""
    height, width = grey.shape
    grey = np.ascontiguousarray(grey, np.float32)
    if (height, width) == (SIDE, SIDE):
        return grey
    ratio = SIDE / max(height, width)
    size = tuple(max(1, round(ratio * side)) for side in (width, height))
    way = Image.Resampling.BOX if ratio < 1 else Image.Resampling.BILINEAR
    scaled = np.asarray(Image.fromarray(grey).resize(size, way))  # (h, w), one of them 28
    fitted = np.full((SIDE, SIDE), ground(grey), np.float32)
    top, left = ((SIDE - side) // 2 for side in scaled.shape)
    fitted[top : top + scaled.shape[0], left : left + scaled.shape[1]] = scaled
    return fitted


def ground(grey: np.ndarray) -> float:
    """The median along the edges of an image."""
    return float(np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])))


def to_grey(colours: np.ndarray) -> np.ndarray:
    """Turn red, green and blue (..., 3) into grey (...), float32 on the same scale."""
    return colours.astype(np.float32) @ LUMA
