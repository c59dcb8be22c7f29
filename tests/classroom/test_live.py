"""Who is told what: every event once and in its order, of the rest only the newest, and nothing is kept for whoever is slow."""

import json
import random

import pytest
from test_reducer import event

from explorer.classroom.room import CHANGES, EMPTY, Room, Word, after, seen_by
from explorer.classroom.telling.live import KEPT, Live, Subscriber
from explorer.runs.store.classes import Member


def member(no: int, view: str = "page") -> Subscriber:
    return Subscriber("member", view, f"browser {no}", Member(f"member {no}", no, "", False, False))


def words(live: Live, to: Subscriber) -> list[dict]:
    return [json.loads(frame) for frame in live.news(to)]


@pytest.fixture
def live() -> Live:
    return Live("class", Room(), "build")


@pytest.mark.parametrize("seed", range(6))
def test_whoever_looks_whenever_knows_the_class_as_it_may_be_seen(live, seed):
    dice = random.Random(seed)
    lookers = [Subscriber("teacher", "bar", "t"), Subscriber("teacher", "projector", "t"), member(1), member(2, "phone")]
    states: dict[Subscriber, dict] = {}
    numbers: dict[Subscriber, list[int]] = {each: [] for each in lookers}
    for n in range(1, 150):
        kind = dice.choice([kind for kind in CHANGES if kind != "here"])
        live.happened(Word(n, kind, event(kind, dice)))
        for each in lookers:
            if dice.random() < 0.2 or n == 149:
                for word in words(live, each):
                    hello = word["k"] == "hello"
                    states[each] = word["b"]["state"] if hello else after(states[each], word["k"], word["b"], word["n"])
                    numbers[each].append(word["n"])
    for each in lookers:
        assert states[each] == json.loads(json.dumps(seen_by(live.room.state(), each.role, each.view, each.no)))
        assert numbers[each] == sorted(set(numbers[each]))
        assert words(live, each) == []


def test_of_what_has_no_number_only_the_newest_is_told(live):
    slow, teacher, projector = member(1), Subscriber("teacher", "bar", "t"), Subscriber("teacher", "projector", "t")
    for each in (slow, teacher, projector):
        words(live, each)
    for i in range(1_000):
        live.tell("pointer", (teacher, {"codes": [[i, 0]], "models": ["ae"]}))
        live.tell("here", {"count": i, "drawn": 0})
        live.tell("counts", {"ballot": "b", "round": 1, "counts": {"a": i}, "answered": i, "of": 999})
    heard = {word["k"]: word["b"] for word in words(live, slow)}
    assert heard == {"pointer": {"codes": [[999, 0]], "models": ["ae"]}, "here": {"count": 999, "drawn": 0}}
    assert [word["k"] for word in words(live, teacher)] == ["here", "counts"]
    (counts,) = [word["b"] for word in words(live, projector) if word["k"] == "counts"]
    assert counts == {"ballot": "b", "round": 1, "counts": None, "right": "", "answered": 999, "of": 999}
    assert words(live, slow) == []


def test_who_has_missed_too_much_is_told_the_state_instead(live):
    slow, quick = member(1), member(2)
    words(live, slow)
    for n in range(1, KEPT + 2):
        live.happened(Word(n, "stage", {"stage": "map"}))
        assert len(words(live, quick)) == 1
    assert len(live.log) == KEPT
    (hello,) = words(live, slow)
    assert (hello["k"], hello["n"], hello["b"]["state"]["stage"]) == ("hello", KEPT + 1, "map")


def test_a_pointer_that_the_teacher_does_not_share_is_seen_on_the_projector_alone(live):
    off = {**EMPTY["follow"], "pointer": False}
    live.happened(Word(1, "follow", off))
    page, projector = member(1), Subscriber("teacher", "projector", "t")
    live.tell("pointer", (None, {"codes": [], "models": []}))
    assert [word["k"] for word in words(live, page)] == ["hello"]
    assert [word["k"] for word in words(live, projector)] == ["hello", "pointer"]


def test_who_may_follow_is_told_once(live):
    page = member(1)
    words(live, page)
    page.may_follow = 7
    assert words(live, page) == [{"k": "go", "b": {"n": 7}}]
    assert words(live, page) == []


def test_the_state_is_written_once_for_all_who_see_the_same(live, monkeypatch):
    """However many come at once; who sees another state is told their own."""
    for n, (no, shown) in enumerate(((1, True), (2, False)), 1):
        drawing = {"id": f"drawing-{n}", "label": 3, "codes": {}, "image": "", "member": no, "shown": shown}
        live.happened(Word(n, "drawing", drawing))
    live.happened(Word(3, "member", {"no": 1, "name": "Ann"}))
    written = []
    dumps = json.dumps
    monkeypatch.setattr(json, "dumps", lambda said, **how: written.append(said) or dumps(said, **how))
    many = [member(no) for no in range(1, 31) if no != 2]
    hellos = {each.no: words(live, each)[0] for each in many}
    assert len([said for said in written if "drawings" in said]) == 1
    everybody = [
        *many,
        member(2),
        member(1, "phone"),
        Subscriber("teacher", "bar", "t"),
        Subscriber("teacher", "projector", "t"),
    ]
    for each in everybody[len(many) :]:
        (hello,) = words(live, each)
        assert hello["b"]["state"] == json.loads(dumps(seen_by(live.room.state(), each.role, each.view, each.no)))
    assert [hello["b"]["state"]["members"] for no, hello in hellos.items() if no < 4] == [[{"no": 1, "name": "Ann"}], []]
    live.happened(Word(4, "stage", {"stage": "map"}))
    assert words(live, member(1))[0]["b"]["state"]["stage"] == "map"
