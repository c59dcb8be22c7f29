"""The data sets that this server offers to every visitor, and what pages call a data set and its images.

LATENT_EXPLORER_DATASETS names those beside MNIST and the digits, with commas between; "all", which is usual, stands for each whose files are
here. One that cannot be read is not offered: whoever runs the server reads why in its log, a visitor meets no menu that leads nowhere.
"""

import os

from explorer.models import own_sets
from explorer.page import state, words
from explorer.runs.store.image_sets import PREFIX, set_of
from vae import data

SETTING = "LATENT_EXPLORER_DATASETS"
ALWAYS, ALL = ("mnist", "digits"), "all"
OTHER = "other"  # in the words: images of which nothing is known


def offered() -> list[str]:
    """The names of the data sets that every visitor can choose. Files that have come or gone are noticed the next time a page runs."""
    return state.once("offered", lambda: [name for name in _wanted() if name in ALWAYS or not data.trouble(name)])


def installed() -> list[str]:
    """Those of them whose files were put there beside what ships: Fashion-MNIST and KMNIST."""
    return [name for name in offered() if name not in ALWAYS and data.LOADERS[name].files]


def choices() -> list[str]:
    """What this visitor can train on: these, and the images that this browser has brought."""
    return [*offered(), *own_sets.listed()]


def troubles() -> list[str]:
    """For the log: a sentence for each data set that the setting names and that cannot be offered."""
    named = _named()
    unknown = [name for name in named if name not in (*data.LOADERS, ALL)]
    said = [f"{SETTING} names {name!r}; there are {', '.join([*data.LOADERS, ALL])}." for name in unknown]
    return said + [trouble for name in data.LOADERS if name in named and (trouble := data.trouble(name))]


def _named() -> list[str]:
    return [name.strip() for name in os.environ.get(SETTING, "").split(",") if name.strip()]


def _wanted() -> list[str]:
    named = _named() or [ALL]
    return [name for name in data.LOADERS if name in (*ALWAYS, *named) or ALL in named]


def word(dataset: str) -> str:
    """What a sentence calls a data set: its own name, or the one that its visitor gave it."""
    if dataset in data.LOADERS:
        files = data.LOADERS[dataset].files
        return files.title if files else dataset
    if (set_id := set_of(dataset)) is None:
        return dataset
    own = own_sets.listed().get(PREFIX + set_id)
    name, way = own.name if own else "own images", dataset.removeprefix(PREFIX + set_id)
    return f"{name}, {words.load('explorer/models').items('ways')[way[1:]]}" if way else name


def one(dataset: str) -> str:
    """What a sentence calls one image of a data set, such as "a digit"."""
    return _called("one", dataset)


def many(dataset: str) -> str:
    """What a sentence calls its images, such as "digits"."""
    return _called("many", dataset)


def _called(block: str, dataset: str) -> str:
    said = words.load("explorer/models").items(block)
    return said.get(dataset, said[OTHER])
