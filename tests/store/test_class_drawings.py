"""Drawings of a class, on both databases: each is kept once, so many of each member, and nothing is left of what is deleted."""

import base64
import json

import pytest
from in_store import IMAGE, draw, joined, newest, opened
from sqlalchemy import select

from explorer.classroom.hub import room_of
from explorer.classroom.room import Room
from explorer.runs.store import Gone, StoreError, class_tables
from explorer.runs.store.class_works import MOST_DRAWINGS


def test_a_drawing_is_kept_once_however_often_it_is_sent(kept):
    class_id = opened(kept).id
    ann = joined(kept, class_id)
    n = draw(kept, class_id, ann, word="w" * 22)
    assert draw(kept, class_id, ann, word="w" * 22) == n
    assert draw(kept, class_id, ann, word="v" * 22) == n
    (row,) = kept.drawings(class_id)
    assert (row.label, row.strokes, row.image) == (7, [[[0.1, 0.2], [0.3, 0.4]]], IMAGE)
    assert newest(kept, class_id).body["member"] == ann.no


def test_only_who_drew_it_or_the_teacher_takes_a_drawing_back(kept):
    class_id = opened(kept).id
    ann, bob = joined(kept, class_id), joined(kept, class_id, "bob")
    draw(kept, class_id, ann)
    with pytest.raises(Gone):
        kept.undraw(class_id, "d" * 22, bob.member)
    kept.undraw(class_id, "d" * 22, ann.member)
    draw(kept, class_id, ann)
    n = kept.undraw(class_id, "d" * 22)
    assert kept.drawings(class_id) == []
    assert kept.undraw(class_id, "d" * 22) == n


def pictures(store) -> int:
    """How often the picture of a drawing stands in what happened, and in snapshots of it."""
    with store.reading() as connection:
        happened = connection.execute(select(class_tables.events.c.body)).scalars().all()
        states = connection.execute(select(class_tables.snapshots.c.state)).scalars().all()
    return json.dumps([happened, states]).count(base64.b64encode(IMAGE).decode())


@pytest.mark.parametrize("how", ["undraw", "remove"])
def test_a_deleted_drawing_leaves_no_picture_behind(kept, store, how):
    class_id = opened(kept).id
    ann, bob = joined(kept, class_id), joined(kept, class_id, "bob")
    for drawing, who in (("drawing_1", ann), ("drawingx1", bob), ("drawing_2", ann)):
        draw(kept, class_id, who, drawing)
    kept.show_drawing(class_id, {**kept.events(class_id, 3)[0].body}, False)
    before = room_of(kept, class_id)
    kept.keep_snapshot(class_id, before.n, before.state())
    assert pictures(store) == 7  # one was hidden, so it is told twice
    if how == "undraw":
        for drawing in ("drawing_1", "drawing_2"):
            kept.undraw(class_id, drawing, ann.member)
    else:
        kept.remove(class_id, ann.no)
    assert pictures(store) == 2  # Bob's
    after = room_of(kept, class_id)
    assert list(after.state()["drawings"]) == ["drawingx1"]
    fresh = Room()
    for event in kept.events(class_id, 0):
        fresh = fresh.apply(event.kind, event.body, event.n)
    assert fresh.state()["drawings"] == after.state()["drawings"]


def test_a_snapshot_that_is_kept_late_brings_no_deleted_picture_back(kept, store):
    class_id = opened(kept).id
    ann, bob = joined(kept, class_id), joined(kept, class_id, "bob")
    draw(kept, class_id, ann)
    draw(kept, class_id, bob, "e" * 22)
    late = room_of(kept, class_id)
    kept.undraw(class_id, "d" * 22)
    kept.remove(class_id, bob.no)
    kept.keep_snapshot(class_id, late.n, late.state())
    assert pictures(store) == 0
    assert room_of(kept, class_id).state()["drawings"] == {}


def test_a_class_keeps_so_many_drawings_and_events_and_can_always_end(kept, monkeypatch):
    monkeypatch.setattr("explorer.runs.store.class_works.MOST_OF_CLASS", 2)
    class_id = opened(kept).id
    ann, bob = joined(kept, class_id), joined(kept, class_id, "bob")
    draw(kept, class_id, ann, "drawing-1")
    draw(kept, class_id, bob, "drawing-2")
    with pytest.raises(StoreError, match="teacher can delete"):
        draw(kept, class_id, bob, "drawing-3")
    n = newest(kept, class_id).n
    monkeypatch.setattr("explorer.runs.store.class_events.MOST_EVENTS", n + 1)
    kept.emit(class_id, "stage", {"stage": "map"})
    with pytest.raises(StoreError, match="End it"):
        kept.emit(class_id, "stage", {"stage": "page"})
    assert kept.end(class_id) == n + 2


def test_a_member_draws_so_many_and_no_more(kept, monkeypatch):
    monkeypatch.setattr("explorer.runs.store.class_works.MOST_DRAWINGS", 2)
    class_id = opened(kept).id
    ann, bob = joined(kept, class_id), joined(kept, class_id, "bob")
    for i in range(2):
        draw(kept, class_id, ann, f"drawing-{i}")
    with pytest.raises(StoreError, match=str(MOST_DRAWINGS)):
        draw(kept, class_id, ann, "drawing-2")
    draw(kept, class_id, bob, "drawing-2")
