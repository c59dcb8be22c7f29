"""What members do together: draw for the map, train for the chart. Each is checked, made, kept and told to the class."""

import base64
import hashlib
import json
import threading
from collections.abc import Mapping
from typing import Any

from explorer.classroom.guard import Refused
from explorer.classroom.together import chart, drawings
from explorer.runs import jobs
from explorer.runs.store import ACTIVE, store
from explorer.runs.store.classes import Classes, Member

NO_DRAWINGS = "The class takes no drawings at the moment."
ONE_AT_A_TIME = "Your model is still learning. Train another one when it is done."
_submitting = threading.Lock()  # so that two taps at once start one run


def draw(kept: Classes, class_id: str, state: Mapping[str, Any], by: Member, said: Mapping[str, Any], word: str | None) -> int:
    """Keep a drawing and tell the class, or its teacher first. What the teacher asks for is what it was drawn as. The event's number; Refused."""
    asked = state["map"]
    if not (asked and asked["on"] and asked["accepts"]):
        raise Refused(NO_DRAWINGS)
    label = said["label"] if asked["label"] is None else asked["label"]
    came = drawings.received(said["strokes"], label, asked["models"])
    shown = not (asked["approve"] or state["settings"]["approve"])
    image = base64.b64decode(came["image"])
    return kept.draw(class_id, by, said["drawing"], came["strokes"], label, image, came["codes"], shown, word)


def train(
    kept: Classes, class_id: str, state: Mapping[str, Any], by: Member, owner: str, value: float, word: str | None
) -> int:
    """Queue the run that a member picked, and tell the class. The event's number; BadChart where it is not offered, Refused where one is at work."""
    made = chart.recipe_of(state["chart"], value, by.no)
    with _submitting:
        if word and kept.heard(class_id, word):
            return kept.numbers([class_id])[class_id]
        if any(each.member == by.member and each.state in ACTIVE for each in kept.runs(class_id)):
            raise Refused(ONE_AT_A_TIME)
        run = jobs.submit(owner, [made])
        try:
            return kept.add_run(class_id, by, run.id, chart.begun(made), word)
        except Exception:  # the class has ended meanwhile: nobody would see it
            store().delete(run.id, owner)
            raise


def follow(kept: Classes, class_id: str, n: int, state: Mapping[str, Any]) -> int:
    """Tell the class, whose state after its event `n` is known, how its runs stand now; how many have changed.

    Processes that notice the same change tell it once; a run that is twice in the same state is told twice.
    """
    found = chart.news(state["runs"], kept.runs(class_id))
    for body in found:
        changed = json.dumps([n, state["runs"][body["id"]], body], sort_keys=True)
        kept.emit(class_id, "run", body, hashlib.sha256(changed.encode()).hexdigest()[:22])
    return len(found)
