"""What browsers make of a class's events, against what the server makes of them: random classes, seen by everybody who may look."""

import random
from typing import Any

import pytest

from explorer.classroom.room import CHANGES, EMPTY, Room, seen_by, told

SEEDS = range(12)
EVENTS = 120
LOOKERS = [("teacher", "bar", 0), ("teacher", "projector", 0), ("member", "phone", 2), ("member", "page", 1)]

MEMBER = {"one": 1, "two": 2, "three": 2, "constructor": 3, "7": 4}  # who drew or trained what


def event(kind: str, dice: random.Random) -> dict[str, Any]:
    """A body of that kind, of a small class, so that things meet, come again and go."""
    no, name = dice.randrange(1, 5), dice.choice(["Teal Otter", "", "\u00e9\U0001f600"])
    thing = dice.choice(list(MEMBER))
    some = {"label": dice.choice([None, 3, 0]), "shown": dice.random() < 0.6, "member": MEMBER[thing]}
    bodies: dict[str, Any] = {
        "show": {"address": dice.choice(["", "kl?kl_mu=1.5"])},
        "stage": {"stage": dice.choice(["page", "join", "ballot", "map", "chart"])},
        "plan": dice.choice(
            [
                {},
                *({"id": "45", "stage": stage, "step": dice.randrange(9), "began": 0} for stage in "ab"),
                *({"stage": "a", **change} for change in ({"step": 3}, {"began": 7}, {"wish": "reveal"})),
            ]
        ),
        "ballot": dice.choice(
            [{}, {"id": thing, "options": [{"key": "a", "text": "A"}], "round": 2, "counts": {"1": {"a": 3}}}]
        ),
        "drawing": {"id": thing, "codes": {"mnist-ae-2d": [dice.random(), -1.0]}, "image": "AA==", **some},
        "drawing-gone": {"id": thing},
        "run": {"id": thing, "member": MEMBER[thing], dice.choice(["rate", "distortion"]): dice.random(), "name": name},
        "member": {"no": no, "name": name},
        "member-gone": {"no": no},
        "here": {"count": dice.randrange(40), "drawn": dice.randrange(9)},
        "end": {"until": 1_800_000_000_000},
    }
    return bodies.get(kind, {"on": dice.random() < 0.5, "value": dice.randrange(4), "list": [thing, None]})


@pytest.mark.parametrize("seed", SEEDS)
def test_a_browser_and_the_server_make_the_same_of_random_events(javascript, seed):
    """Each looker comes at a random event, is told the state as it may see it, and then hears what it may hear."""
    dice = random.Random(seed)
    kinds = dice.choices([kind for kind in CHANGES if kind != "here"], k=EVENTS)
    happened = [(kind, event(kind, dice), n) for n, kind in enumerate(kinds, start=1)]
    rooms = [Room()]
    for each in happened:
        rooms.append(rooms[-1].apply(*each))
    comes = [dice.randrange(EVENTS) for _ in LOOKERS]
    heard = [
        [(*word, n) for kind, body, n in happened[since:] if (word := told(kind, body, *looker))]
        for since, looker in zip(comes, LOOKERS, strict=True)
    ]
    found = javascript(
        "explorer/classroom/js/reducer.js",
        ["replayed", happened],
        *(
            ["replayed", words, seen_by(rooms[since].state(), *looker)]
            for words, since, looker in zip(heard, comes, LOOKERS, strict=True)
        ),
    )
    assert found[0] == rooms[-1].state()
    assert found[1:] == [seen_by(rooms[-1].state(), *looker) for looker in LOOKERS]


def test_what_has_no_number_and_what_is_unknown(javascript):
    (found,) = javascript(
        "explorer/classroom/js/reducer.js",
        ["replayed", [["here", {"count": 3, "drawn": 1}, None], ["constructor", {"a": 1}, 1], ["later", {}, 2]]],
    )
    assert found == {**EMPTY, "count": 3, "drawn": 1}
