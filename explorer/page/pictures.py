"""Pixels to pictures: PNG, strips, tiles, and HTML images with a text alternative.

Small pictures are sent inside the page as data URIs: when input comes fast, a media URL can be gone before the browser asks for it.
Pixels are arrays (H, W) or (N, H, W) in [0, 1]; tensors (N, 1, H, W) are accepted.
"""

import base64
import html
import io
from collections.abc import Sequence

import numpy as np
from PIL import Image
from torch import Tensor


def grey(pixels: Tensor | np.ndarray) -> np.ndarray:
    """Pixels in [0, 1] of any accepted shape -> uint8 (N, H, W)."""
    array = np.asarray(pixels, dtype=np.float32)
    array = array.reshape(-1, *array.shape[-2:])
    return np.round(array.clip(0, 1) * 255).astype(np.uint8)


def png(image: np.ndarray) -> bytes:
    """uint8 (H, W), (H, W, 3) or (H, W, 4) -> PNG."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    return buffer.getvalue()


def tile(images: np.ndarray, columns: int) -> np.ndarray:
    """uint8 (N, H, W) -> one picture, filled row by row; what is left over is black."""
    count, height, width = images.shape
    rows = -(-count // columns)
    canvas = np.zeros((rows * height, columns * width), np.uint8)
    for i, image in enumerate(images):
        top, left = (i // columns) * height, (i % columns) * width
        canvas[top : top + height, left : left + width] = image
    return canvas


def data_uri(image: np.ndarray) -> str:
    """uint8 picture -> a PNG inside a data URI."""
    return "data:image/png;base64," + base64.b64encode(png(image)).decode()


def row_html(pixels: Tensor | np.ndarray, alts: Sequence[str], columns: int | None = None) -> str:
    """Several pictures side by side as HTML, `columns` in each row (all in one row by default)."""
    cells = "".join(
        f'<img class="le-cell" src="{data_uri(image)}" alt="{html.escape(alt)}">'
        for image, alt in zip(grey(pixels), alts, strict=True)
    )
    return f'<div class="le-row" style="--columns: {columns or len(alts)}">{cells}</div>'


def _favicon() -> np.ndarray:
    """Two overlapping Gaussians, one in each model's colour."""
    y, x = np.mgrid[0:64, 0:64] / 63
    left, right = (np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / 0.035) for cx, cy in ((0.34, 0.4), (0.66, 0.6)))
    weights = np.stack([left, right], -1)  # (64, 64, 2)
    colours = np.array([[201, 90, 30], [31, 111, 180]])
    rgb = (weights @ colours) / np.maximum(weights.sum(-1, keepdims=True), 1e-9)
    alpha = 255 * weights.max(-1, keepdims=True)
    return np.concatenate([rgb, alpha], -1).clip(0, 255).astype(np.uint8)


FAVICON = data_uri(_favicon())  # made once; Streamlit would encode a picture again on every run of a page
