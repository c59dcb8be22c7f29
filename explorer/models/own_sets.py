"""The images that this browser has brought: which there are, and what a page calls them."""

from explorer.models import run_models
from explorer.page import owners, state
from explorer.runs.store import ImageSet, store
from explorer.runs.store.image_sets import set_of


def listed() -> dict[str, ImageSet]:
    """This browser's sets by the names of their data sets, newest first; asked of the store once in each run of a page."""
    return state.once("own_sets", lambda: {each.dataset: each for each in run_models.ask(_mine) or ()})


def word(dataset: str) -> str:
    """The data set in a sentence: the name of the set that was brought, or the data set's own."""
    own = listed().get(dataset)
    return own.name if own else dataset if set_of(dataset) is None else "own images"


def _mine() -> list[ImageSet]:
    return store().image_sets(owners.owner())
