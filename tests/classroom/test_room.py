"""What a class is: events in their order, each once. What each kind makes of a state is compared with the browser's in test_reducer.py."""

import random

import pytest
from test_reducer import event

from explorer.classroom.hub import room_of
from explorer.classroom.room import CHANGES, EMPTY, Room, after
from explorer.runs.store import Gone, Store, StoreError
from explorer.runs.store.classes import Classes


def test_an_event_is_taken_once_and_one_that_comes_too_soon_is_no_event():
    room = Room().apply("stage", {"stage": "map"}, 1)
    assert room.apply("stage", {"stage": "page"}, 1) is room
    with pytest.raises(ValueError, match="Event 3 came after event 1"):
        room.apply("stage", {"stage": "page"}, 3)


def test_a_wish_has_a_number_that_grows_and_survives_the_steps_and_the_plans_after_it():
    place, wish = {"id": "45", "stage": "a", "step": 0, "began": 0}, {"stage": "a", "wish": "vote"}
    state, wished = EMPTY, []
    for n, body in enumerate([place, wish, {**place, "step": 1}, wish, {}, place], 1):
        state = after(state, "plan", body, n)
        wished.append(state["plan"] and state["plan"]["wished"])
    assert wished == [0, 2, 2, 4, None, 0]
    assert after(state, "plan", wish, 7)["plan"]["wished"] > max(filter(None, wished))


def test_what_a_stage_is_asked_changes_that_alone_and_goes_to_no_other_stage():
    place = {"id": "45", "stage": "a", "step": 3, "began": 5}
    state = after(EMPTY, "plan", place, 1)
    wished = after(state, "plan", {"stage": "a", "wish": "vote"}, 2)
    assert wished["plan"] == {**place, "wish": "vote", "wished": 2}
    turned = after(wished, "plan", {"stage": "a", "step": 4}, 3)
    assert turned["plan"] == {**place, "step": 4, "wish": None, "wished": 2}
    assert after(turned, "plan", {"stage": "b", "step": 9}, 4) == turned
    assert after(EMPTY, "plan", {"stage": "a", "wish": "vote"}, 1) == EMPTY


@pytest.mark.parametrize("seed", range(5))
def test_no_event_changes_the_state_that_it_came_to(seed):
    dice, state = random.Random(seed), EMPTY
    before = []
    for n in range(1, 100):
        before.append((state, repr(state)))
        kind = dice.choice(list(CHANGES))
        state = after(state, kind, event(kind, dice), n)
    assert all(repr(each) == said for each, said in before)
    assert set(state) == set(EMPTY)


@pytest.mark.parametrize("seed", range(3))
def test_a_snapshot_and_the_events_after_it_make_what_all_events_make(tmp_path, seed):
    store = Store(f"sqlite:///{tmp_path / 'runs.db'}")
    kept, dice = Classes(store), random.Random(seed)
    class_id = kept.open("teacher", str, dict(EMPTY["settings"])).id
    with pytest.raises(Gone):
        room_of(kept, "nothing")
    early = room_of(kept, class_id)
    for _ in range(40):
        kind = dice.choice([kind for kind in CHANGES if kind not in ("here", "end")])
        kept.emit(class_id, kind, event(kind, dice))
    whole = room_of(kept, class_id)
    middle = Room()
    for happened in kept.events(class_id, 0)[: dice.randrange(1, 40)]:
        middle = middle.apply(happened.kind, happened.body, happened.n)
    kept.keep_snapshot(class_id, middle.n, middle.state())
    assert kept.snapshot(class_id)[0] == middle.n
    assert room_of(kept, class_id) == room_of(kept, class_id, early) == whole
    store.close()


def test_whoever_reads_many_events_leaves_a_snapshot_for_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr("explorer.classroom.hub.SNAPSHOT", 5)
    store = Store(f"sqlite:///{tmp_path / 'runs.db'}")
    kept = Classes(store)
    class_id = kept.open("teacher", str, dict(EMPTY["settings"])).id
    for i in range(6):
        kept.emit(class_id, "show", {"address": f"kl?i={i}"})
        whole = room_of(kept, class_id)
    assert kept.snapshot(class_id)[0] == 5
    assert whole == room_of(kept, class_id)
    assert whole.state()["show"] == {"n": 7, "address": "kl?i=5"}
    store.close()


def test_a_database_that_cannot_be_written_is_read_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr("explorer.classroom.hub.SNAPSHOT", 1)
    store = Store(f"sqlite:///{tmp_path / 'runs.db'}")
    kept = Classes(store)
    class_id = kept.open("teacher", str, dict(EMPTY["settings"])).id

    def full(*_):
        raise StoreError

    monkeypatch.setattr(Classes, "keep_snapshot", full)
    assert room_of(kept, class_id).n == 1
    store.close()
