"""The run store: what is trained, by whom, how it stands and what it has learned, in a SQL database.

Workers write, pages read; nothing about a run lives only in a process.
"""

import functools
import os
import threading
from pathlib import Path

from explorer.runs.store import class_tables, plan_tables  # noqa: F401  their tables are of the same schema
from explorer.runs.store.errors import READ_ONLY, Denied, Gone, Lost, StoreError, Unfit
from explorer.runs.store.image_sets import ImageSet, ImageSets
from explorer.runs.store.own_models import OwnModel, OwnModels
from explorer.runs.store.retention import Retention, images_rule, models_rule, rule
from explorer.runs.store.run import ACTIVE, Moment, Orders, Run, State
from explorer.runs.store.visitors import Visitors
from explorer.runs.store.workers import Workers
from vae import folders

__all__ = [
    "ACTIVE",
    "Denied",
    "Gone",
    "ImageSet",
    "Lost",
    "Moment",
    "Orders",
    "OwnModel",
    "Run",
    "State",
    "Store",
    "StoreError",
    "Unfit",
    "address",
    "images_rule",
    "models_rule",
    "rule",
    "store",
]

HOME = Path(__file__).resolve().parents[3] / "runs"
_opened: dict[str, "Store"] = {}
_opening = threading.Lock()


class Store(Visitors, Workers, ImageSets, OwnModels, Retention):
    """The run store at a URL: sqlite:///path/to/file or postgresql://user:password@host/name.

    A run's life, and who asks for each step:

        create, get, runs, records, snapshots, snapshot, weights, adam    a page (visitors.py)
        queue, at_work                                                    a page: how long it waits (visitors.py)
        claim, lost, fail, interrupt                                      the dispatcher (workers.py)
        begin, orders, beat, write, finish                                the worker that trains it (workers.py)
        want, step, change, resume, rename, delete, watched               its owner, on a page (visitors.py)
        interrupted, retain, sizes, image_sizes, model_sizes              whoever tidies up (retention.py)

    Images that visitors brought: keep_images, image_sets, images, check_images, runs_on, delete_images (image_sets.py); trained_on (visitors.py).
    Models that visitors brought: keep_model, models, model_weights, delete_model (own_models.py).
    Connections and transactions: reading, writing, close (database.py).
    """


def store(url: str | None = None) -> Store:
    """The process's one store at that URL, by default `address()`."""
    url = url or address()
    with _opening:
        if url not in _opened:
            _opened[url] = Store(url)
        return _opened[url]


def address() -> str:
    """Where this app keeps its runs: DATABASE_URL, or a file in the data folder.

    The data folder is LATENT_EXPLORER_DATA; without it `runs` beside the app or, where that cannot be written, one in the user's cache.
    """
    return os.environ.get("DATABASE_URL") or f"sqlite:///{data_folder() / 'runs.db'}"


def data_folder() -> Path:
    """A folder that can be written; StoreError where there is none."""
    chosen = os.environ.get("LATENT_EXPLORER_DATA")
    return _first_writable(*((Path(chosen),) if chosen else (HOME, folders.user_cache())))


@functools.lru_cache(maxsize=8)  # pages ask on every run; a refusal is not remembered
def _first_writable(*wanted: Path) -> Path:
    found = folders.first_writable(*map(Path.resolve, wanted))
    if found is None:
        raise StoreError(READ_ONLY.format(place=wanted[-1]))
    return found
