"""Data sets in memory: each has a name and three splits of grey images with labels.

MNIST ships with the project (`data/MNIST/raw`, torchvision's layout); `digits` comes with scikit-learn; `shapes` is drawn
here (vae/shapes.py); torchvision downloads Fashion-MNIST and KMNIST if there is a network. The validation split is the last part of the
original training set, so that nothing need be chosen on the test set.
"""

import functools
import http.client
import os
import shutil
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import filelock
import numpy as np
import torch
from torch import Tensor

from vae import shapes
from vae.errors import DataError
from vae.torchvision_repair import import_torchvision

PROJECT_DATA = Path(__file__).resolve().parent.parent / "data"
VALIDATION_IMAGES = 5_000
# What torchvision raises if files are missing, cut short or filled with something else, or if a connection breaks.
DAMAGE = (OSError, RuntimeError, ValueError, EOFError, AssertionError, KeyError, TypeError, http.client.HTTPException)
ARCHIVES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)


@dataclass(frozen=True)
class Split:
    """Images (N, C, H, W) as uint8 grey levels 0..255 and their labels (N,) as int64.

    `factors` (N, F), if the factors of variation are known, holds the index of each factor's value (vae/shapes.py).
    """

    images: Tensor
    labels: Tensor
    factors: Tensor | None = None

    def __len__(self) -> int:
        return len(self.images)

    def pixels(self, index: Tensor | slice | None = None) -> Tensor:
        """The chosen images (all by default) as float32 in [0, 1]."""
        return (self.images if index is None else self.images[index]).float() / 255


@dataclass(frozen=True)
class Dataset:
    """Three disjoint splits of one data set and the names of its classes."""

    name: str
    train: Split
    validation: Split
    test: Split
    classes: tuple[str, ...]

    @property
    def image_shape(self) -> tuple[int, int, int]:
        channels, height, width = self.train.images.shape[1:]
        return channels, height, width


def load(name: str) -> Dataset:
    """The data set of that name. It is read once per process.

    A name such as "source:rest" is looked up in that source, if it is one of SOURCES. Raises DataError if the name is unknown or its
    files are missing or damaged; the message says what to do.
    """
    source, parted, rest = name.partition(":")
    if parted and source in SOURCES:
        return SOURCES[source](rest)
    if name not in LOADERS:
        raise DataError(f"There is no data set {name!r}. Choose one of: {', '.join(LOADERS)}.")
    with _reading:  # two threads must not unpack the same files at the same time
        return _load(name)


@functools.lru_cache(maxsize=5)
def _load(name: str) -> Dataset:
    return LOADERS[name].read()


_reading = threading.Lock()


def three_splits(name: str, images: Tensor, labels: Tensor, classes: tuple[str, ...], held_out: int, apart: int = 0) -> Dataset:
    """Split images (N, C, H, W) uint8 with labels (N,) into test and validation, `held_out` images each, and training, the rest.

    If the last images came as a test set, `apart` says how many, and those are the test images. Each class has about the same share in each
    split that is drawn: images are sorted by the share of their class that comes before them in a shuffled order, and this order is cut. The same
    images in the same order give the same splits.
    """
    rest = len(images) - apart
    order = _in_proportion(labels[:rest])
    held = [torch.arange(rest, len(images))] if apart else []
    cuts = [held_out] if apart else [held_out, 2 * held_out]
    test, validation, train = (Split(images[part], labels[part]) for part in (*held, *order.tensor_split(cuts)))
    return Dataset(name, train, validation, test, classes)


def _in_proportion(labels: Tensor) -> Tensor:
    """An order of images with these labels (N,) in which every part has about the same share of each class."""
    shuffled = torch.randperm(len(labels), generator=torch.Generator().manual_seed(0))
    place = torch.empty(len(labels), dtype=torch.float64)
    for label in labels.unique():
        members = shuffled[labels[shuffled] == label]
        place[members] = (torch.arange(len(members), dtype=torch.float64) + 0.5) / len(members)
    return shuffled[place[shuffled].argsort(stable=True)]


def _splits(name: str, images: Tensor, labels: Tensor, test: Split, classes: tuple[str, ...], held_out: int) -> Dataset:
    train, validation = (Split(images[part], labels[part]) for part in (slice(-held_out), slice(-held_out, None)))
    return Dataset(name, train, validation, test, classes)


def _digits() -> Dataset:
    """scikit-learn's 8 x 8 digits: 1,197 training, 200 validation, 400 test images, grey levels 0..16 stretched to 0..255."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    images = torch.from_numpy(np.round(bunch.images * (255 / 16)).astype(np.uint8)).unsqueeze(1)  # (N, 1, 8, 8)
    labels = torch.from_numpy(bunch.target.astype(np.int64))
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))
    images, labels = images[order], labels[order]
    test = Split(images[-400:], labels[-400:])
    return _splits("digits", images[:-400], labels[:-400], test, tuple("0123456789"), held_out=200)


def _shapes() -> Dataset:
    """Each combination of five factors once, 25,920 images labelled by shape; a tenth each for validation and test.

    Images that look the same (a square turned by 90 degrees) are in the same split, so the test images are new.
    """
    indices = shapes.combinations()  # (N, 5)
    look, first = shapes.looks(indices)  # (N,), (M,)
    images = (255 * shapes.render(shapes.values(indices[first]))).round().to(torch.uint8)[look]
    generator = torch.Generator().manual_seed(0)
    place = torch.randperm(len(first), generator=generator)[look] / len(first)  # (N,) in [0, 1)
    order = torch.randperm(len(images), generator=generator)

    def split(low: float, high: float) -> Split:
        chosen = order[(low <= place[order]) & (place[order] < high)]
        return Split(images[chosen], indices[chosen, -1], indices[chosen])

    return Dataset("shapes", split(0, 0.8), split(0.8, 0.9), split(0.9, 1), shapes.OUTLINES)


def _idx(name: str, torchvision_class: str, classes: tuple[str, ...] | None = None) -> Dataset:
    """One of torchvision's sets of 60,000 + 10,000 images of 28 x 28 pixels in the MNIST file format."""
    datasets = import_torchvision().datasets
    kind = getattr(datasets, torchvision_class)
    root = _writable_root(torchvision_class)
    folder = root / torchvision_class / "raw"
    with filelock.FileLock(folder / "unpacking.lock"):  # other processes may be unpacking too
        try:
            parts = _read(kind, root)
        except DAMAGE:  # nothing there, or cut short: unpack afresh, once
            for archive in ARCHIVES:
                (folder / archive.removesuffix(".gz")).unlink(missing_ok=True)
            try:
                parts = _read(kind, root)
            except DAMAGE as error:
                raise DataError(
                    f"The data set {name} is missing or damaged and could not be downloaded. "
                    f"Put these four files into {folder} and try again: {', '.join(ARCHIVES)}."
                ) from error
    (images, labels), (test_images, test_labels) = ((part.data.unsqueeze(1), part.targets) for part in parts)
    names = classes or tuple(parts[0].classes)
    return _splits(name, images, labels, Split(test_images, test_labels), names, VALIDATION_IMAGES)


def _read(kind, root: Path) -> tuple:
    return kind(root, train=True, download=True), kind(root, train=False, download=True)


def _writable_root(folder: str) -> Path:
    """The project's data folder; if it cannot be written, a cache folder with copies of its archives."""
    raw = PROJECT_DATA / folder / "raw"
    try:
        raw.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=raw):
            return PROJECT_DATA
    except OSError:
        root = cache_folder() / "data"
        cached = root / folder / "raw"
        try:
            cached.mkdir(parents=True, exist_ok=True)
            for archive in ARCHIVES:
                if (raw / archive).exists():
                    _copy(raw / archive, cached / archive)
        except OSError as error:
            raise DataError(
                f"Neither {raw} nor {cached} can be written. Set LATENT_EXPLORER_CACHE to a folder that can."
            ) from error
        return root


def _copy(original: Path, copy: Path) -> None:
    """Copy a file, unless a copy of its size is there. The copy gets its name only when it is complete."""
    if copy.exists() and copy.stat().st_size == original.stat().st_size:
        return
    beginning = copy.with_name(f"{copy.name}.{os.getpid()}")
    shutil.copyfile(original, beginning)
    beginning.replace(copy)


def cache_folder() -> Path:
    """The folder for files that may be deleted: $LATENT_EXPLORER_CACHE, or a folder in the user's cache."""
    chosen = os.environ.get("LATENT_EXPLORER_CACHE")
    return Path(chosen) if chosen else Path.home() / ".cache" / "latent-explorer"


class Loader(NamedTuple):
    """A data set that comes with the project or is downloaded: what menus call it, and how it is read."""

    title: str
    read: Callable[[], Dataset]


LOADERS = {
    "mnist": Loader("MNIST", lambda: _idx("mnist", "MNIST", tuple("0123456789"))),
    "digits": Loader("Digits, 8 \u00d7 8", _digits),
    "shapes": Loader("Shapes", _shapes),
    "fashion-mnist": Loader("Fashion-MNIST", lambda: _idx("fashion-mnist", "FashionMNIST")),
    "kmnist": Loader("KMNIST", lambda: _idx("kmnist", "KMNIST")),
}
# Added by an application: data sets that are not files, with a check of who may read them.
SOURCES: dict[str, Callable[[str], Dataset]] = {}
