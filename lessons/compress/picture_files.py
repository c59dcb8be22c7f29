"""The same images in files that everybody has: PNG, gzip and xz, which lose nothing, and JPEG, which does.

Images are uint8 (N, H, W).
"""

import gzip
import io
import lzma
from typing import NamedTuple

import numpy as np
from PIL import Image

TILE = 32  # JPEG works on squares of 8 x 8 pixels: each image gets a whole number of them


def png(image: np.ndarray) -> bytes:
    """One image (H, W) as PNG, packed as tightly as the library can."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def bytes_each(images: np.ndarray) -> dict[str, float]:
    """Bytes per image of lossless files: one for each image, and one for all of them together."""
    count = len(images)
    return {
        "png": sum(len(png(image)) for image in images) / count,
        "gzip": sum(len(gzip.compress(image.tobytes(), 9, mtime=0)) for image in images) / count,
        "png of all": len(png(images.reshape(-1, images.shape[-1]))) / count,
        "gzip of all": len(gzip.compress(images.tobytes(), 9, mtime=0)) / count,
        "xz of all": len(lzma.compress(images.tobytes(), preset=9)) / count,
    }


class Jpeg(NamedTuple):
    """All images in one JPEG of that quality."""

    quality: int
    bits: float  # per image
    squared_error: float  # per image, sum over pixels in [0, 1]


def jpeg(images: np.ndarray, quality: int, columns: int = 25) -> Jpeg:
    """All images on one sheet, so that the file's head is paid once."""
    count, height, width = images.shape
    padded = np.zeros((-(-count // columns) * columns, TILE, TILE), np.uint8)
    padded[:count, :height, :width] = images
    sheet = padded.reshape(-1, columns, TILE, TILE).swapaxes(1, 2).reshape(-1, columns * TILE)
    buffer = io.BytesIO()
    Image.fromarray(sheet).save(buffer, "JPEG", quality=quality, optimize=True)
    back = np.asarray(Image.open(buffer)).reshape(-1, TILE, columns, TILE).swapaxes(1, 2).reshape(-1, TILE, TILE)
    difference = (back[:count, :height, :width].astype(float) - images) / 255
    return Jpeg(quality, 8 * len(buffer.getvalue()) / count, float((difference**2).sum((1, 2)).mean()))


def bytes_binary(images: np.ndarray) -> dict[str, float]:
    """Bytes per image of binary images, bool (N, H, W), in lossless files: one bit a pixel, packed eight to a byte."""
    count = len(images)
    packed = np.packbits(images.reshape(count, -1), axis=1).tobytes()
    buffer = io.BytesIO()
    Image.fromarray(images.reshape(-1, images.shape[-1])).save(buffer, "PNG", optimize=True)
    return {
        "packed": len(packed) / count,
        "png": len(buffer.getvalue()) / count,
        "gzip": len(gzip.compress(packed, 9, mtime=0)) / count,
        "xz": len(lzma.compress(packed, preset=9)) / count,
    }
