"""Data sets in memory: each has a name and three splits of grey images with labels.

MNIST ships with the project, Fashion-MNIST and KMNIST are read where their files are (vae/archives.py); `digits` comes with scikit-learn;
`shapes` is drawn here (vae/shapes.py). The validation split is the last part of the original training set, so that nothing need be chosen
on the test set.
"""

import functools
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from vae import archives, shapes
from vae.archives import Archives
from vae.errors import DataError

HELD_OUT = 12  # of the training images of four archives one in so many is for validation: 5,000 of 60,000


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
    with _reading:  # two threads that read the same files would need their room twice
        return _load(name)


def trouble(name: str) -> str:
    """Why one of the LOADERS cannot be read, in a sentence; "" if it can."""
    files = LOADERS[name].files
    return archives.trouble(files) if files else ""


@functools.lru_cache(maxsize=5)
def _load(name: str) -> Dataset:
    return LOADERS[name].read()


_reading = threading.Lock()


def three_splits(name: str, images: Tensor, labels: Tensor, classes: tuple[str, ...], held_out: int, apart: int = 0) -> Dataset:
    """Split images (N, C, H, W) uint8 with labels (N,) into test and validation, `held_out` images each, and training, the rest.

    If the last images came as a test set, `apart` says how many, and those are the test images. Each class has about the same share in each
    split that is drawn: images are sorted by the share of their class that comes before them in a shuffled order, and this order is cut. The same
    images in the same order give the same splits. Raises DataError if fewer images would be left to train on than each of the others gets.
    """
    rest = len(images) - apart
    held = [torch.arange(rest, len(images))] if apart else []
    cuts = [held_out] if apart else [held_out, 2 * held_out]
    if rest < (least := (1 + len(cuts)) * held_out):
        raise DataError(
            f"There {'is' if rest == 1 else 'are'} {rest:,} image{'s' * (rest != 1)}; {least:,} are the least, as "
            f"{held_out:,} are set aside for validation{'' if apart else f' and {held_out:,} for the test'}. Bring more images."
        )
    order = _in_proportion(labels[:rest])
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


def _of_archives(wanted: Archives) -> Dataset:
    """60,000 + 10,000 images of 28 x 28 pixels."""
    images, labels, test_images, test_labels = map(torch.from_numpy, map(np.copy, archives.read(wanted)))
    test = Split(test_images.unsqueeze(1), test_labels.long())
    return _splits(wanted.name, images.unsqueeze(1), labels.long(), test, wanted.classes, held_out=len(images) // HELD_OUT)


class Loader(NamedTuple):
    """A data set that every visitor may have: what menus call it, how it is read, and the files it needs, if any."""

    title: str
    read: Callable[[], Dataset]
    files: Archives | None = None


def of_archives(files: Archives) -> Loader:
    """A data set in four files of MNIST's format."""
    return Loader(files.title, lambda: _of_archives(files), files)


LOADERS = {
    "mnist": of_archives(archives.MNIST),
    "digits": Loader("Digits, 8 \u00d7 8", _digits),
    "shapes": Loader("Shapes", _shapes),
    "fashion-mnist": of_archives(archives.FASHION),
    "kmnist": of_archives(archives.KMNIST),
}
# Added by an application: data sets that are not files, with a check of who may read them.
SOURCES: dict[str, Callable[[str], Dataset]] = {}
