"""What stands in place of a list of runs before there is one: the runs that made the shipped ladder of betas, compared."""

from explorer.canvas import replay
from explorer.page import places
from explorer.page.page import Page
from explorer.training.runs.comparison import compare
from explorer.training.runs.summary import curve


def draw(page: Page) -> None:
    """Every second rung of the ladder, as one's own runs will be shown."""
    page.say("example")
    places.link("train", page.words.say("first"))
    rungs = replay.rungs()[::2]
    compare(page, [f"\u03b2 = {rung.settings.beta:g}" for rung in rungs], [[curve("vae", rung.history)] for rung in rungs])
