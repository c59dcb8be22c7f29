"""Fashion-MNIST in small, for tests: a few hundred images in the four files of its format."""

import functools
import gzip
import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np

from vae import archives, data, idx
from vae.archives import Archives
from vae.data import Dataset

TRAIN, TEST = 960, 240


def contents(mnist: Dataset) -> dict[str, bytes]:
    """The four IDX files by their names: MNIST's digits, turned and in other classes, as many of each."""
    found = {}
    for part, split, count in (("train", mnist.train, TRAIN), ("t10k", mnist.test, TEST)):
        chosen = np.concatenate([np.flatnonzero(split.labels.numpy() == label)[: count // 10] for label in range(10)])
        chosen = np.random.default_rng(0).permutation(chosen)
        images = np.rot90(split.images[chosen, 0].numpy(), axes=(1, 2))
        labels = ((split.labels[chosen].numpy() + 3) % 10).astype(np.uint8)
        found[f"{part}-images-idx3-ubyte"] = idx.header(images.shape) + images.tobytes()
        found[f"{part}-labels-idx1-ubyte"] = idx.header(labels.shape) + labels.tobytes()
    return found


def small(wanted: Archives, held: dict[str, bytes], known: bool = True) -> Archives:
    """That set, except that its files hold this; whether the sums of their contents are known."""
    sums = {name: hashlib.md5(content).hexdigest() if known else "" for name, content in held.items()}
    shapes = {"train": TRAIN, "t10k": TEST}
    files = [
        replace(file, shape=(shapes[file.name.partition("-")[0]], *file.shape[1:]), contents=sums[file.name], archive="")
        for file in wanted.files
    ]
    return replace(wanted, files=tuple(files), package="")


def put(held: dict[str, bytes], folder: Path) -> None:
    """Write the four archives."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in held.items():
        (folder / f"{name}.gz").write_bytes(gzip.compress(content, 1))


def home(wanted: Archives) -> Path:
    """The folder in the project's data where the set's files belong."""
    return archives.PROJECT_DATA / wanted.folder / "raw"


def install(wanted: Archives, mnist: Dataset, folder: Path, monkeypatch) -> Archives:
    """Let the project find that set, in small, in a folder; what it knew of the set before is forgotten until the test has ended."""
    held, whole = contents(mnist), data._load
    put(held, folder)
    files = replace(small(wanted, held), folder=f"{wanted.folder} in small", package=str(folder))
    monkeypatch.setitem(data.LOADERS, wanted.name, data.of_archives(files))
    fresh = functools.lru_cache(whole.__wrapped__)
    monkeypatch.setattr(data, "_load", lambda name: (fresh if name == wanted.name else whole)(name))
    return files
