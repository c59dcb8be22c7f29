"""The sets of images that this browser has brought."""

from explorer.models import run_models
from explorer.page import owners, state
from explorer.runs.store import ImageSet, store


def listed() -> dict[str, ImageSet]:
    """This browser's sets by the names of their data sets, the newest first. The store is asked once each time a page runs."""
    return state.once("own_sets", lambda: {each.dataset: each for each in run_models.ask(_mine) or ()})


def _mine() -> list[ImageSet]:
    return store().image_sets(owners.owner())
