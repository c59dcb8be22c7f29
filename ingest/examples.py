"""Two example files to try, made on demand. They also show what a file should look like."""

import io
import zipfile
from collections.abc import Callable

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits, load_sample_images

from ingest.scale import to_grey

PATCH, PATCHES = 56, 800  # width of a patch in pixels, and patches from each photograph


def digits_in_folders() -> bytes:
    """scikit-learn's 1,797 handwritten digits of 8 x 8 pixels as a zip archive of PNG files, a folder for each class."""
    bunch = load_digits()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for i, (image, label) in enumerate(zip(bunch.images, bunch.target, strict=True)):
            png = io.BytesIO()
            Image.fromarray(np.rint(image * (255 / 16)).astype(np.uint8)).save(png, "PNG")
            archive.writestr(zipfile.ZipInfo(f"digits/{label}/{i:04}.png"), png.getvalue())
    return buffer.getvalue()


def patches_of_photographs() -> bytes:
    """Patches of scikit-learn's two photographs, a temple and a flower, as an .npz file of grey images with labels."""
    draw = np.random.default_rng(0)
    images, labels = [], []
    for name, photograph in zip(("temple", "flower"), load_sample_images().images, strict=True):
        grey = np.rint(to_grey(photograph)).astype(np.uint8)  # (H, W)
        corners = draw.integers(0, np.subtract(grey.shape, PATCH), (PATCHES, 2))
        images += [grey[top : top + PATCH, left : left + PATCH] for top, left in corners]
        labels += [name] * PATCHES
    buffer = io.BytesIO()
    np.savez_compressed(buffer, images=np.stack(images), labels=np.array(labels))
    return buffer.getvalue()


EXAMPLES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "Digits of 8 \u00d7 8": ("digits.zip", digits_in_folders),
    "Photo patches": ("patches.npz", patches_of_photographs),
}
