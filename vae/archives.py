"""MNIST and the two sets made like it, from files that came with the project, were downloaded, or were put there by hand.

A file is known by what it holds, not by how it was packed: the four files of a set are taken as archives or unpacked, from any of its folders,
and each is checked against the IDX header, the size and the MD5 sum of the contents that were published. What is wrong is said of each file.
Names, folders and the addresses to download from are torchvision's.
"""

import functools
import hashlib
import http.client
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vae import folders, idx
from vae.errors import DataError
from vae.idx import NotIdx
from vae.torchvision_repair import import_torchvision

PROJECT_DATA = Path(__file__).resolve().parent.parent / "data"
TRAIN, TEST = (60_000, 28, 28), (10_000, 28, 28)
UNREACHABLE = (OSError, RuntimeError, http.client.HTTPException)  # what torchvision raises if a connection breaks


@dataclass(frozen=True)
class File:
    """One file of a set: its name, the shape of what it holds, and the MD5 sums by which it is known.

    contents  of the IDX file; "" if it is not known: then the header must fit, and the labels be as many of each class
    archive   of the archive as published, if `contents` is not known
    """

    name: str
    shape: tuple[int, ...]
    contents: str = ""
    archive: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """What it may be called: unpacked or not, with a hyphen or, as some programs unpack it, with a dot."""
        dotted = self.name.replace("-idx", ".idx")
        return self.name, f"{self.name}.gz", dotted, f"{dotted}.gz"


@dataclass(frozen=True)
class Archives:
    """A set in four files.

    folder   of torchvision's class for it, and the name of that class
    files    training images, training labels, test images, test labels
    package  the folder in which a package of the operating system installs it, if there is one
    """

    name: str
    title: str
    folder: str
    classes: tuple[str, ...]
    files: tuple[File, ...]
    package: str = ""

    @property
    def count(self) -> int:
        """How many images it has."""
        return sum(file.shape[0] for file in self.files if len(file.shape) == 1)

    def places(self) -> list[Path]:
        """Where its files are looked for, the place to put them first."""
        ours = [root / self.folder / "raw" for root in (PROJECT_DATA, cache_folder() / "data")]
        return [*ours, *([Path(self.package)] if self.package else [])]


def _files(sums: tuple[str, ...], which: str = "contents") -> tuple[File, ...]:
    parts = (("train", TRAIN), ("t10k", TEST))
    names = [(f"{part}-{what}-ubyte", shape) for part, whole in parts for what, shape in _holds(whole)]
    return tuple(File(name, shape, **{which: md5}) for (name, shape), md5 in zip(names, sums, strict=True))


def _holds(whole: tuple[int, ...]) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield "images-idx3", whole
    yield "labels-idx1", whole[:1]


MNIST = Archives(
    "mnist",
    "MNIST",
    "MNIST",
    tuple("0123456789"),
    _files(
        (
            "6bbc9ace898e44ae57da46a324031adb",
            "a25bea736e30d166cdddb491f175f624",
            "2646ac647ad5339dbf082846283269ea",
            "27ae3e4e09519cfbb04c329615203637",
        )
    ),
)
FASHION = Archives(
    "fashion-mnist",
    "Fashion-MNIST",
    "FashionMNIST",
    ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
    _files(
        (
            "f4a8712d7a061bf5bd6d2ca38dc4d50a",
            "9018921c3c673c538a1fc5bad174d6f9",
            "8181f5470baa50b63fa0f6fddb340f0a",
            "15d484375f8d13e6eb1aabb0c3f46965",
        )
    ),
    package="/usr/share/datasets/fashion-mnist",  # Debian's and Ubuntu's dataset-fashion-mnist
)
KMNIST = Archives(
    "kmnist",
    "KMNIST",
    "KMNIST",
    ("お o", "き ki", "す su", "つ tsu", "な na", "は ha", "ま ma", "や ya", "れ re", "を wo"),
    _files(
        (
            "bdb82020997e1d708af4cf47b453dcf7",
            "e144d726b3acfaa3e44228e80efcd344",
            "5c965bf0a639b31b8f53240b1b52f4d7",
            "7320c461ea6c1c855c0b718fb2a4b134",
        ),
        which="archive",
    ),
)
SETS = (MNIST, FASHION, KMNIST)


def read(wanted: Archives) -> list[np.ndarray]:
    """What its four files hold, in their order: images (N, 28, 28) and labels (N,), uint8.

    DataError with a sentence for each file that is missing or damaged, and with what to do.
    """
    found = [_look_for(file, wanted) for file in wanted.files]
    if wrong := [each for each in found if not isinstance(each, np.ndarray)]:
        raise DataError(_said(wanted, wrong))
    return [each for each in found if isinstance(each, np.ndarray)]


def trouble(wanted: Archives) -> str:
    """Why the set cannot be read; "" if it can. Its files are read again only after one of them has changed."""
    return _trouble(wanted, tuple(stamp for place in wanted.places() for stamp in _stamps(place)))


@functools.lru_cache(maxsize=8)
def _trouble(wanted: Archives, stamps: tuple) -> str:
    try:
        read(wanted)
    except DataError as error:
        return str(error)
    return ""


def _stamps(place: Path) -> list[tuple[str, int, int]]:
    """What shows that a file in that folder has changed. Pages ask at every visit, so it is one look at the folder."""
    try:
        with os.scandir(place) as found:
            return sorted((each.path, (facts := each.stat()).st_mtime_ns, facts.st_size) for each in found if each.is_file())
    except OSError:
        return []


@dataclass(frozen=True)
class _Missing:
    name: str


@dataclass(frozen=True)
class _Damaged:
    why: str  # a clause for each of the files of that name


def _paths(file: File, wanted: Archives) -> list[Path]:
    return [place / name for place in wanted.places() for name in file.names]


def _look_for(file: File, wanted: Archives) -> np.ndarray | _Missing | _Damaged:
    """The first file of that name, wherever it lies, that is what it should be."""
    wrong = []
    for path in _paths(file, wanted):
        try:
            held = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            wrong.append(f"{path} cannot be read ({error.strerror})")
            continue
        try:
            return _checked(held, file, wanted)
        except NotIdx as error:
            wrong.append(f"{path} {error}")
    return _Damaged("; ".join(wrong)) if wrong else _Missing(file.name)


def _checked(held: bytes, file: File, wanted: Archives) -> np.ndarray:
    contents = idx.plain(held, file.shape)
    array = idx.array(contents, file.shape)
    md5 = _md5(contents)
    if md5 == file.contents or (file.archive and _md5(held) == file.archive):
        return array
    for other in SETS:
        for known in other.files:
            if md5 == known.contents:
                raise NotIdx(f"holds {other.title}'s {known.name}")
    if file.contents:
        raise NotIdx(
            f"does not hold what {wanted.title} has in this file: a byte at least was changed (MD5 of its contents {md5})"
        )
    if array.ndim == 1:
        counts = np.bincount(array, minlength=len(wanted.classes))
        if len(counts) > len(wanted.classes):
            raise NotIdx(f"has labels up to {len(counts) - 1}, and {wanted.title} has {len(wanted.classes)} classes, 0 to 9")
        if np.ptp(counts):
            raise NotIdx(f"has {counts.min():,} to {counts.max():,} labels of a class, and {wanted.title} has as many of each")
    return array


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _said(wanted: Archives, trouble: list[_Missing | _Damaged]) -> str:
    """All that is wrong with a set, in one line."""
    missing = [f"{file.name}.gz" for file in trouble if isinstance(file, _Missing)]
    damaged = [file.why for file in trouble if isinstance(file, _Damaged)]
    places = list(map(str, wanted.places()))
    said = [f"The data set {wanted.title} is damaged: {'; '.join(damaged)}."] if damaged else []
    if missing:
        how = "missing" if len(missing) == len(wanted.files) else "not complete"
        said.append(f"The data set {wanted.title} is {how}: {', '.join(missing)} not found in {' or '.join(places)}.")
    said.append(
        f"Put the files into {places[0]}, packed or unpacked, or download them: python -m vae data --download {wanted.name}."
    )
    return " ".join(said)


def download(wanted: Archives) -> Path:
    """Fetch those of its files that are not there or damaged; the folder in which they are. DataError where that fails."""
    folder = _writable(wanted)
    datasets = import_torchvision().datasets
    for file in wanted.files:
        if isinstance(_look_for(file, wanted), np.ndarray):
            continue
        with tempfile.TemporaryDirectory(dir=folder) as beginning:  # a file gets its name only when it is whole
            fetched = Path(beginning) / f"{file.name}.gz"
            trouble = []
            for mirror in getattr(datasets, wanted.folder).mirrors:
                try:
                    datasets.utils.download_url(mirror + fetched.name, beginning, fetched.name)
                    _checked(fetched.read_bytes(), file, wanted)
                    break
                except UNREACHABLE as error:
                    trouble.append(f"{mirror}{fetched.name} cannot be reached ({error})")
                except NotIdx as error:
                    trouble.append(f"what {mirror} sends {error}")
            else:
                raise DataError(f"{wanted.title} could not be downloaded: {'; '.join(trouble)}.")
            fetched.replace(folder / fetched.name)
    return folder


def _writable(wanted: Archives) -> Path:
    """The first of its folders that can be written: the project's, or the cache's."""
    ours = wanted.places()[:2]
    found = folders.first_writable(*ours)
    if found is None:
        raise DataError(f"Neither {ours[0]} nor {ours[1]} can be written. Set LATENT_EXPLORER_CACHE to a folder that can.")
    return found


def cache_folder() -> Path:
    """The folder for files that may be deleted: $LATENT_EXPLORER_CACHE, or a folder in the user's cache."""
    chosen = os.environ.get("LATENT_EXPLORER_CACHE")
    return Path(chosen) if chosen else folders.user_cache()
