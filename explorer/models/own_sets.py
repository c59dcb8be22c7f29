"""The sets of images that this browser has brought, and what a page calls them."""

from explorer.models import run_models
from explorer.page import owners, state
from explorer.runs.store import ImageSet, store
from explorer.runs.store.image_sets import set_of


def listed() -> dict[str, ImageSet]:
    """This browser's sets by the names of their data sets, the newest first. The store is asked once each time a page runs."""
    return state.once("own_sets", lambda: {each.dataset: each for each in run_models.ask(_mine) or ()})


def word(dataset: str) -> str:
    """What a sentence calls a data set: the name that its visitor gave it, or its own."""
    own = listed().get(dataset)
    return own.name if own else dataset if set_of(dataset) is None else "own images"


def _mine() -> list[ImageSet]:
    return store().image_sets(owners.owner())
