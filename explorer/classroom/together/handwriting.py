"""A class's drawings as a data set, and three ways to train on it, one of which generalises.

There are few drawings. A model that sees them alone over and over learns them by heart; moved and turned copies, or MNIST's digits beside them, stand in
for those that nobody drew (vae/augmentation.py). What is held out are drawings as they came, the same in all three.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from explorer.page.strokes import SIDE
from explorer.runs import jobs
from explorer.runs.own_images import FEWEST_HELD_OUT
from explorer.runs.store import ImageSet, Run, store
from explorer.runs.store.classes import Classes
from vae.errors import VaeError
from vae.learning.recipes import Recipe, recipe

WAYS = {"alone": "", "moved": ":moved", "mixed": ":mixed"}  # what is added to the name of the data set
FEWEST = 3 * FEWEST_HELD_OUT  # drawings: some to learn from, some to watch, some for the test
CLASSES = tuple("0123456789")
LATENTS, BUDGET, SEED = 2, 100_000, 0


class TooFew(VaeError):
    """There are not enough drawings to train on."""


class Drawn(NamedTuple):
    """Drawings as a data set has them: grey levels (N, 28, 28) uint8, and what each was drawn as (N,) int64."""

    pixels: np.ndarray
    labels: np.ndarray


def collected(drawings: Sequence[Any]) -> Drawn:
    """The drawings (rows of the store) that the class sees and whose digit is known, in the order in which they came."""
    used = [each for each in drawings if each.shown and each.label is not None]
    pixels = np.frombuffer(b"".join(each.image for each in used), np.uint8).reshape(-1, SIDE, SIDE)
    return Drawn(pixels, np.array([each.label for each in used], np.int64))


def keep(kept: Classes, class_id: str, owner: str, name: str, told: str) -> ImageSet:
    """Make a data set of a class's drawings, and tell the class. `told` says how it was made. TooFew, or StoreError where there is no room."""
    pixels, labels = collected(kept.drawings(class_id))
    if len(labels) < FEWEST:
        raise TooFew(f"There are {len(labels)} drawings that the class sees; {FEWEST} are the least to train on. Draw more.")
    made = store().keep_images(owner, name, pixels, labels, CLASSES, [told], class_id=class_id)
    kept.emit(class_id, "set", {"id": made.id, "count": made.count, "name": made.name})
    return made


def recipe_of(way: str, dataset: str) -> Recipe:
    """How a VAE is trained on the set in one of WAYS; all three from the same weights, with the same budget."""
    return recipe("vae", LATENTS, BUDGET, dataset=dataset + WAYS[way], seed=SEED)


def train(found: ImageSet, owner: str) -> None:
    """Queue the three runs."""
    for way in WAYS:
        jobs.submit(owner, [recipe_of(way, found.dataset)])


def runs(dataset: str, trained: Sequence[Run]) -> Mapping[str, Run]:
    """The newest run of each way that was trained so; `trained` are the runs on the set, newest first."""
    newest = {run.recipes[0]: run for run in reversed(trained) if len(run.recipes) == 1}
    wanted = {way: recipe_of(way, dataset) for way in WAYS}
    return {way: newest[made] for way, made in wanted.items() if made in newest}
