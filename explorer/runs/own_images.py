"""Images that visitors brought, as data sets that models are trained on: `vae.data.load("own:<id>")` for whoever may see them.

"own:<id>:moved" and "own:<id>:mixed" are the same images with more to train on (vae/augmentation.py). A page asks as the browser that looks at it, a worker on behalf of the run's owner; nobody else gets the images. Knows no Streamlit, so that
workers can do without.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import torch

from explorer.runs.store import ImageSet, Store, StoreError, store
from explorer.runs.store.image_sets import PREFIX
from vae import augmentation, data
from vae.data import Dataset
from vae.errors import DataError

KEPT = 4  # data sets in memory
FRESH = 2.0  # seconds after which the store is asked again whether the images are still there
FEWEST_HELD_OUT, SHARE_HELD_OUT = 10, 0.1  # images for each of test and validation

_worker: ContextVar[tuple[Store, str] | None] = ContextVar("worker", default=None)  # whose run this thread trains, kept where
_visitors: list[Callable[[], str]] = []  # who looks at the page that is being drawn
_read: OrderedDict[tuple[str, ...], tuple[float, Dataset]] = (
    OrderedDict()
)  # id, way, owner, store -> when last seen to be there
_lock = threading.Lock()


def serve(visitor: Callable[[], str] | None = None) -> None:
    """Let `data.load` know these images; pages say who is looking."""
    if visitor is not None:
        _visitors[:] = [visitor]
    data.SOURCES[PREFIX.rstrip(":")] = _load


@contextmanager
def on_behalf_of(owner: str, kept: Store) -> Iterator[None]:
    """This thread trains for that owner, and may read what the owner has in that store."""
    token = _worker.set((kept, owner))
    try:
        yield
    finally:
        _worker.reset(token)


def forget(set_id: str) -> None:
    """Let go of images that were deleted."""
    with _lock:
        for key in [key for key in _read if key[0] == set_id]:
            del _read[key]


def _load(name: str) -> Dataset:
    set_id, _, way = name.partition(":")
    if way and way not in augmentation.WAYS:
        raise DataError(f"There is no way {way!r} to make more of these images. Choose one of: {', '.join(augmentation.WAYS)}.")
    kept, owner = _worker.get() or (store(), _visitors[0]() if _visitors else "")
    key = set_id, way, owner, kept.url
    with _lock:
        seen, dataset = _read.get(key, (0.0, None))
    if dataset is None:
        whole = _from_store(kept, set_id, owner)
        dataset = augmentation.enlarged(whole, way) if way else whole
    elif time.monotonic() - seen < FRESH:
        return dataset
    else:
        try:
            kept.check_images(set_id, owner)
        except StoreError:
            forget(set_id)
            raise
    with _lock:
        _read[key] = time.monotonic(), dataset
        _read.move_to_end(key)
        while len(_read) > KEPT:
            _read.popitem(last=False)
    return dataset


def _from_store(kept: Store, set_id: str, owner: str) -> Dataset:
    found, pixels, labels = kept.images(set_id, owner)
    images = torch.from_numpy(pixels.copy()).unsqueeze(1)  # (N, 1, 28, 28)
    held_out = _held_out(found)
    return data.three_splits(found.dataset, images, torch.from_numpy(labels), found.classes, held_out, found.apart)


def _held_out(found: ImageSet) -> int:
    return max(FEWEST_HELD_OUT, round(SHARE_HELD_OUT * (found.count - found.apart)))


def trained_on(found: ImageSet) -> int:
    """How many of a set's images are left to train on."""
    return found.count - found.apart - (1 if found.apart else 2) * _held_out(found)
