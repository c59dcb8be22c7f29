"""The failures as a room of the gallery (explorer/takehome/gallery): each run that failed beside its mended sibling."""

from explorer.page import places
from explorer.takehome.gallery.exhibits import Exhibit, Room, titled
from explorer.takehome.views import View
from lessons.fails import models, screen
from lessons.fails.cases import CASES

SAID = ("notice", "cause")  # parts of the words on a failure
AT = {"digit": 0, "z": (), "axes": "own"}  # both planes begin at the code of one image


def room() -> Room:
    """All six, in the order of the lesson."""
    words, measured = places.PLACES["fails"].words, models.symptoms()
    names, mended, shown = words.items("predict"), words.items("pictures")["mended"], []
    for key in CASES:
        subjects, called = screen.pair(key), (names[key], mended)
        said = tuple(screen.said(words, key, part, measured) for part in SAID)
        view = View("pair", subjects, AT, called=called)
        shown.append(Exhibit(f"fails-{key}", names[key], dict(zip(called, subjects, strict=True)), view, said))
    return titled("failures", shown)
