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
    names, shown = words.items("predict"), []
    for key in CASES:
        subjects = screen.pair(key)
        said = tuple(screen.said(words, key, part, measured) for part in SAID)
        roles = dict(zip(words.items("pictures"), subjects, strict=False))
        called = {words.items("pictures")[role]: subject for role, subject in roles.items()}
        view = View("pair", subjects, AT, called=tuple(subject.label for subject in subjects))
        shown.append(Exhibit(f"fails-{key}", names[key], called, view, said))
    return titled("failures", shown)
