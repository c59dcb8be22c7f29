"""Classes in the store, on both databases: what happens has numbers without gaps, votes count once, and nothing is left of what is deleted."""

import base64
import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context

import numpy as np
import pytest
from material import PAIR
from sqlalchemy import func, insert, select, update

from explorer.classroom.hub import room_of
from explorer.classroom.room import Room
from explorer.runs.store import Denied, Gone, Store, StoreError, class_tables, tables
from explorer.runs.store.class_members import REMOVED
from explorer.runs.store.class_votes import NO_BALLOT, NO_CHOICE, NOT_A_MEMBER, OTHER_ROUND, SHUT
from explorer.runs.store.class_works import MOST_DRAWINGS
from explorer.runs.store.classes import ALPHABET, LENGTH, MOST_OF_ONE, Classes, Vote, member_id
from explorer.runs.tidying import Tidying

SETTINGS = {"names": "off", "approve": False, "pace": "free", "locked": []}
OPTIONS = [{"key": key, "text": key.upper()} for key in "ab"]
IMAGE = bytes(range(196)) * 4


@pytest.fixture
def kept(store) -> Classes:
    return Classes(store)


def opened(kept: Classes, owner: str = "teacher"):
    return kept.open(owner, lambda class_id: f"key of {class_id}", SETTINGS)


def joined(kept: Classes, class_id: str, owner: str = "ann"):
    return kept.join(class_id, owner, lambda taken: f"{owner} {len(taken)}")


def put(kept: Classes, class_id: str) -> str:
    kept.put(class_id, "", "Which?", OPTIONS, "a")
    return newest(kept, class_id).body["id"]


def crowd(kept: Classes, class_id: str, *who: str) -> list[str]:
    """Members of the class who are put there at once; their ids."""
    rows = [
        {
            "class_id": class_id,
            "member": each,
            "no": no,
            "nick": "",
            "teacher": False,
            "removed": False,
            "joined": datetime.now(UTC),
        }
        for no, each in enumerate(who, 1)
    ]
    with kept.base.writing() as connection:
        connection.execute(insert(class_tables.members), rows)
    return list(who)


def newest(kept: Classes, class_id: str):
    return kept.events(class_id, 0)[-1]


def draw(kept: Classes, class_id: str, by, drawing: str = "d" * 22, word: str | None = None) -> int:
    strokes = [[[0.1, 0.2], [0.3, 0.4]]]
    return kept.draw(class_id, by, drawing, strokes, 7, IMAGE, {"ae": [0.5, 1]}, True, word)


def test_a_class_is_found_by_its_code_however_it_is_written(kept):
    found = opened(kept)
    assert len(found.code) == LENGTH
    assert set(found.code) <= set(ALPHABET)
    assert kept.find(f" {found.code[:3].lower()} {found.code[3:]} ") == kept.get(found.id) == found
    assert kept.of_owner("teacher") == [found]
    for wrong in (found.code + "2", found.code[1:], ""):
        with pytest.raises(Gone):
            kept.find(wrong)


def test_what_happens_has_numbers_without_gaps_also_where_something_is_refused(kept):
    class_id = opened(kept).id
    kept.emit(class_id, "stage", {"stage": "map"})
    with pytest.raises(StoreError):
        kept.step(class_id, "shut")
    with pytest.raises(ZeroDivisionError):
        kept.emit(class_id, "stage", lambda _: 1 / 0)
    kept.emit(class_id, "stage", {"stage": "page"})
    assert [(each.n, each.kind) for each in kept.events(class_id, 0)] == [(1, "settings"), (2, "stage"), (3, "stage")]
    assert [each.n for each in kept.events(class_id, 2)] == [3]
    assert kept.numbers([class_id, "nothing"]) == {class_id: 3}


def test_a_word_that_comes_again_changes_nothing(kept):
    class_id = opened(kept).id
    assert kept.emit(class_id, "show", {"address": "kl"}, "w" * 22) == 2
    assert kept.emit(class_id, "show", {"address": "compare"}) == 3
    assert kept.emit(class_id, "show", {"address": "kl"}, "w" * 22) == 3
    assert newest(kept, class_id).body == {"address": "compare"}
    assert kept.heard(class_id, "w" * 22)
    assert not kept.heard(class_id, "v" * 22)


def test_many_at_once_get_one_number_each(kept, another):
    class_id = opened(kept).id
    stores = [Classes(another()) for _ in range(3)]
    with ThreadPoolExecutor(6) as threads:
        numbers = list(threads.map(lambda i: stores[i % 3].emit(class_id, "stage", {"stage": str(i)}), range(30)))
    assert sorted(numbers) == list(range(2, 32))
    told = {each.n: each.body["stage"] for each in kept.events(class_id, 1)}
    assert told == {n: str(i) for i, n in enumerate(numbers)}


def test_a_browser_joins_once_however_often_it_comes_at_once(kept, another):
    class_id = opened(kept).id
    stores = [Classes(another()) for _ in range(2)]
    with ThreadPoolExecutor(4) as threads:
        members = list(threads.map(lambda i: joined(stores[i % 2], class_id, f"browser {i % 3}"), range(12)))
    assert len(set(members)) == 3
    assert [each.no for each in kept.members(class_id)] == [1, 2, 3]
    assert len([each for each in kept.events(class_id, 0) if each.kind == "member"]) == 3


def test_a_member_of_two_classes_has_nothing_in_common(kept):
    one, other = opened(kept).id, opened(kept).id
    assert joined(kept, one).member != joined(kept, other).member == member_id(other, "ann")


def test_who_was_removed_cannot_join_again_and_its_drawings_are_gone(kept):
    class_id = opened(kept).id
    ann = joined(kept, class_id)
    draw(kept, class_id, ann)
    kept.remove(class_id, ann.no)
    assert kept.drawings(class_id) == []
    with pytest.raises(Denied, match=REMOVED):
        joined(kept, class_id)


def test_the_key_of_the_spare_link_makes_a_teacher_and_no_other_does(kept):
    found = opened(kept)
    with pytest.raises(Denied):
        kept.teach(found.id, "ann", "another key")
    with pytest.raises(Denied):
        kept.check_teacher(found.id, "ann")
    joined(kept, found.id)
    kept.teach(found.id, "ann", f"key of {found.id}")
    kept.teach(found.id, "bob", f"key of {found.id}")
    assert [kept.check_teacher(found.id, who).id for who in ("teacher", "ann", "bob")] == [found.id] * 3


def test_a_browser_can_have_few_classes_open(kept):
    ids = [opened(kept).id for _ in range(MOST_OF_ONE)]
    with pytest.raises(StoreError, match="End one first"):
        opened(kept)
    kept.end(ids[0])
    opened(kept)


def test_a_full_server_ends_the_oldest_class_in_which_nobody_is(kept, monkeypatch):
    monkeypatch.setattr("explorer.runs.store.classes.MOST_OPEN", 4)
    taught, held, older, newer = (opened(kept, who).id for who in ("ann", "bob", "eve", "joe"))
    joined(kept, held)
    with pytest.raises(StoreError, match="as many classes open"):
        opened(kept)
    with kept.base.writing() as connection:
        long_ago = update(class_tables.classes).where(class_tables.classes.c.id != taught)
        connection.execute(long_ago.values(taught=datetime.now(UTC) - timedelta(minutes=61)))
    opened(kept)
    assert newest(kept, older).kind == "end"
    opened(kept, "another")
    assert [kept.get(each).ended is None for each in (taught, held, older, newer)] == [True, True, False, False]
    with pytest.raises(StoreError, match="as many classes open"):
        opened(kept)


def test_processes_that_open_at_once_get_different_codes(kept, url, monkeypatch):
    """Even where they draw the same letters: the last code but one is taken by whoever comes first."""
    context = get_context("fork")
    gate, codes = context.Barrier(2), context.Queue()
    processes = [context.Process(target=_open, args=(url, gate, codes)) for _ in range(2)]
    for process in processes:
        process.start()
    drawn = {codes.get(timeout=30) for _ in processes}
    for process in processes:
        process.join(30)
    assert drawn == {"BBBBBB", "CCCCCC"}


def _open(url, gate, codes):
    from explorer.runs.store import classes

    letters = iter("BBBBBBCCCCCC")
    classes.secrets.choice = lambda _: next(letters)
    kept = Classes(Store(url))
    gate.wait(30)
    codes.put(kept.open("teacher", str, SETTINGS).code)


# --- votes


def test_a_vote_counts_once_however_often_and_from_wherever_it_is_sent(kept, another):
    class_id = opened(kept).id
    ballot = put(kept, class_id)
    stores = [Classes(another()) for _ in range(3)]
    crowd(kept, class_id, *(f"member {i}" for i in range(100)))
    given = [Vote(ballot, 1, f"member {i % 100}", "ab"[i % 100 % 2]) for i in range(300)]
    batches = [given[i : i + 7] for i in range(0, 300, 7)]
    with ThreadPoolExecutor(6) as threads:
        said = list(threads.map(lambda i: stores[i % 3].vote(batches[i]), range(len(batches))))
    assert {why for batch in said for why in batch} == {""}
    assert kept.counts(ballot, 1) == {"a": 50, "b": 50}


def test_the_newest_vote_of_a_round_counts_also_within_one_batch(kept):
    class_id = opened(kept).id
    crowd(kept, class_id, "ann", "bob", "eve")
    ballot = put(kept, class_id)
    assert kept.vote([Vote(ballot, 1, "ann", "a"), Vote(ballot, 1, "bob", "a"), Vote(ballot, 1, "ann", "b")]) == [""] * 3
    assert kept.choices(ballot, "ann") == {"1": "b"}
    kept.vote([Vote(ballot, 1, "ann", "a")])
    assert kept.counts(ballot, 1) == {"a": 2}


def test_votes_that_come_too_late_are_refused_and_those_beside_them_count(kept):
    class_id = opened(kept).id
    crowd(kept, class_id, "ann", "bob", "eve")
    ballot = put(kept, class_id)
    kept.vote([Vote(ballot, 1, "ann", "a")])
    kept.step(class_id, "shut")
    assert kept.vote([Vote(ballot, 1, "ann", "b"), Vote("nothing", 1, "ann", "a")]) == [SHUT, NO_BALLOT]
    kept.step(class_id, "again")
    said = kept.vote([Vote(ballot, 1, "ann", "b"), Vote(ballot, 2, "ann", "c"), Vote(ballot, 2, "bob", "b")])
    assert said == [OTHER_ROUND, NO_CHOICE, ""]
    assert kept.choices(ballot, "ann") == {"1": "a"}
    assert kept.counts(ballot, 2) == {"b": 1}
    kept.step(class_id, "close")
    assert kept.vote([Vote(ballot, 2, "bob", "a")]) == [NO_BALLOT]


def test_whoever_shuts_a_vote_shuts_it_for_every_process(kept, another):
    """What is told as the result is what stays in the store, whatever was being counted meanwhile."""
    class_id = opened(kept).id
    ballot = put(kept, class_id)
    other = Classes(another())
    crowd(kept, class_id, *(f"member {i}" for i in range(40)))

    def vote_on(_):
        return [why for i in range(40) for why in other.vote([Vote(ballot, 1, f"member {i}", "a")])]

    with ThreadPoolExecutor(2) as threads:
        voting = threads.submit(vote_on, None)
        while not kept.counts(ballot, 1):
            pass
        kept.step(class_id, "show")
        told = newest(kept, class_id).body["counts"]["1"]
        said = voting.result()
    assert kept.counts(ballot, 1) == told
    assert told["a"] == said.count("")
    assert set(said) <= {"", SHUT}


def test_what_is_told_of_a_vote_is_no_more_than_its_state_allows(kept):
    class_id = opened(kept).id
    crowd(kept, class_id, "ann", "bob", "eve")
    ballot = put(kept, class_id)
    kept.vote([Vote(ballot, 1, "ann", "a"), Vote(ballot, 1, "bob", "b"), Vote(ballot, 1, "eve", "b")])
    told = {"open": newest(kept, class_id).body}
    for do in ("shut", "discuss", "again"):
        kept.step(class_id, do, 60)
        told[do] = newest(kept, class_id).body
    kept.vote([Vote(ballot, 2, "ann", "a"), Vote(ballot, 2, "bob", "a")])
    assert all(body["counts"] == {} and body["right"] is None and body["moved"] == {} for body in told.values())
    assert 59_000 < told["discuss"]["until"] - 1000 * datetime.now(UTC).timestamp() < 61_000
    kept.step(class_id, "show")
    shown = newest(kept, class_id).body
    assert (shown["counts"], shown["right"]) == ({"1": {"a": 1, "b": 2}, "2": {"a": 2}}, None)
    kept.step(class_id, "reveal")
    revealed = newest(kept, class_id).body
    assert revealed["right"] == "a"
    assert revealed["moved"] == {"a>a": 1, "b>a": 1}
    kept.step(class_id, "close")
    assert newest(kept, class_id).body == {}


def test_a_vote_has_two_rounds_and_its_steps_an_order(kept):
    class_id = opened(kept).id
    put(kept, class_id)
    for do in ("discuss", "again"):
        with pytest.raises(StoreError):
            kept.step(class_id, do)
    for do in ("shut", "discuss", "again", "shut"):
        kept.step(class_id, do)
    for do in ("discuss", "again", "shut"):
        with pytest.raises(StoreError):
            kept.step(class_id, do)
    kept.step(class_id, "reveal")
    with pytest.raises(StoreError):
        kept.step(class_id, "show")


def test_a_new_question_closes_the_one_before(kept):
    class_id = opened(kept).id
    crowd(kept, class_id, "ann", "bob", "eve")
    first = put(kept, class_id)
    put(kept, class_id)
    assert kept.vote([Vote(first, 1, "ann", "a")]) == [NO_BALLOT]


def test_only_who_is_in_the_class_votes_in_it(kept):
    here, elsewhere = opened(kept).id, opened(kept).id
    ann, eve = joined(kept, here), joined(kept, here, "eve")
    bob = joined(kept, elsewhere, "bob")
    kept.remove(here, eve.no)
    ballot = put(kept, here)
    said = kept.vote([Vote(ballot, 1, each.member, "a") for each in (ann, bob, eve)])
    assert said == ["", NOT_A_MEMBER, NOT_A_MEMBER]
    assert kept.counts(ballot, 1) == {"a": 1}


# --- drawings


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


# --- members


def test_who_was_removed_or_never_joined_has_no_name(kept):
    class_id = opened(kept).id
    ann = joined(kept, class_id)
    kept.remove(class_id, ann.no)
    n = newest(kept, class_id).n
    for no in (ann.no, 7):
        with pytest.raises(Gone):
            kept.rename(class_id, no, lambda taken: "another")
    with pytest.raises(Gone):
        kept.remove(class_id, 7)
    assert newest(kept, class_id).n == n


def test_who_was_removed_makes_room_for_another(kept, monkeypatch):
    monkeypatch.setattr("explorer.runs.store.class_members.MOST_MEMBERS", 2)
    class_id = opened(kept).id
    ann = joined(kept, class_id)
    joined(kept, class_id, "bob")
    with pytest.raises(StoreError, match="the most"):
        joined(kept, class_id, "eve")
    kept.remove(class_id, ann.no)
    assert joined(kept, class_id, "eve").no == 3


def test_two_who_change_different_parts_at_once_lose_neither(kept, another):
    class_id = opened(kept).id
    stores = [Classes(another()) for _ in range(3)]
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda i: stores[i % 3].change(class_id, "settings", lambda old: {**old, f"part {i}": i}), range(12)))
    assert newest(kept, class_id).body == SETTINGS | {f"part {i}": i for i in range(12)}


# --- the end


def test_what_is_told_of_the_end_is_how_long_the_class_is_kept(kept, monkeypatch):
    monkeypatch.setenv("LATENT_EXPLORER_KEEP_CLASS_DAYS", "3")
    for keep, until in ((False, timedelta(days=1)), (True, timedelta(days=3))):
        class_id = opened(kept).id
        kept.keep(class_id, keep)
        kept.end(class_id)
        assert newest(kept, class_id).body["until"] == round(1000 * kept.get(class_id).until.timestamp())
        assert kept.get(class_id).until == kept.get(class_id).ended + until


def test_a_class_that_has_ended_takes_nothing_and_its_code_is_free(kept):
    found = opened(kept)
    ann = joined(kept, found.id)
    kept.end(found.id)
    for refused in (
        lambda: kept.emit(found.id, "stage", {"stage": "map"}),
        lambda: draw(kept, found.id, ann),
        lambda: joined(kept, found.id, "bob"),
        lambda: kept.end(found.id),
        lambda: kept.find(found.code),
    ):
        with pytest.raises(Gone):
            refused()
    assert kept.get(found.id).code is None
    assert newest(kept, found.id).kind == "end"


def test_deleting_a_class_leaves_nothing_of_it_and_all_of_others(kept, store):
    ids = [opened(kept).id for _ in range(2)]
    for class_id in ids:
        ann = joined(kept, class_id)
        ballot = put(kept, class_id)
        kept.vote([Vote(ballot, 1, ann.member, "a")])
        draw(kept, class_id, ann)
        kept.add_run(class_id, ann, "r" * 22, {"state": "queued"})
        kept.keep_snapshot(class_id, 3, {"some": "state"})
        drawn = store.keep_images("ann", "drawn", np.zeros((20, 28, 28), np.uint8), np.zeros(20), ["digit"])
        run = store.create("ann", PAIR)
        with store.writing() as connection:
            connection.execute(update(tables.image_sets).where(tables.image_sets.c.id == drawn.id).values(class_id=class_id))
            connection.execute(update(tables.runs).where(tables.runs.c.id == run.id).values(image_set=drawn.id))
    own = store.create("ann", PAIR)
    kept.add_run(ids[0], kept.member(ids[0], "ann"), own.id, {"state": "queued"})  # for the chart
    kept.delete(ids[0])
    with store.reading() as connection:
        counts = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in tables.metadata.sorted_tables
            if table.name.startswith("class") or table.name in ("runs", "image_sets")
        }
    assert counts.pop("class_events") == len(kept.events(ids[1], 0)) == 5
    assert counts.pop("runs") == 2
    assert set(counts.values()) == {1}
    assert store.get(own.id) == own
    with pytest.raises(Gone):
        kept.get(ids[0])
    kept.delete(ids[0])


def test_a_class_without_its_teacher_ends_and_is_deleted_a_day_later_unless_it_is_kept(kept, store):
    left, taught, kept_one = (opened(kept, who).id for who in ("ann", "bob", "eve"))
    now = datetime.now(UTC)
    kept.keep(kept_one)
    assert kept.retain(now + timedelta(hours=11)) == ([], [])
    with store.writing() as connection:
        later = update(class_tables.classes).where(class_tables.classes.c.id == taught)
        connection.execute(later.values(taught=now + timedelta(hours=10)))
    ended, deleted = kept.retain(now + timedelta(hours=13))
    assert (set(ended), deleted) == ({left, kept_one}, [])
    assert kept.retain(now + timedelta(hours=26)) == ([taught], [left])
    assert kept.retain(now + timedelta(days=13)) == ([], [taught])
    assert kept.get(kept_one).until > now + timedelta(days=13)
    assert kept.retain(now + timedelta(days=15)) == ([], [kept_one])


def test_how_long_a_class_is_kept_is_a_setting(kept, monkeypatch):
    found = opened(kept)
    kept.end(found.id)
    monkeypatch.setenv("LATENT_EXPLORER_KEEP_CLASS_DAYS", "3")
    ended = kept.keep(found.id)
    assert ended.until - ended.ended == timedelta(days=3)
    ended = kept.keep(found.id, False)
    assert ended.until - ended.ended == timedelta(days=1)


def test_images_of_a_class_stay_as_long_as_it_does(kept, store):
    class_id = opened(kept).id
    drawn = store.keep_images("ann", "drawn", np.zeros((20, 28, 28), np.uint8), np.zeros(20), ["digit"])
    other = store.keep_images("ann", "other", np.zeros((20, 28, 28), np.uint8), np.zeros(20), ["digit"])
    with store.writing() as connection:
        connection.execute(update(tables.image_sets).where(tables.image_sets.c.id == drawn.id).values(class_id=class_id))
    assert store.retain(days=0, most=0) == [other.id]
    kept.delete(class_id)
    assert store.image_sets("ann") == []


def test_classes_that_nobody_teaches_are_ended_when_the_store_is_tidied(kept, store, url):
    class_id = opened(kept).id
    with store.writing() as connection:
        long_ago = datetime.now(UTC) - timedelta(hours=13)
        connection.execute(update(class_tables.classes).values(taught=long_ago))
    tidying = Tidying(url)
    tidying.start()
    until = time.monotonic() + 10
    while kept.get(class_id).ended is None and time.monotonic() < until:
        time.sleep(0.01)
    tidying.stop()
    assert newest(kept, class_id).kind == "end"


def test_a_snapshot_is_never_replaced_by_an_older_one(kept):
    class_id = opened(kept).id
    assert kept.snapshot(class_id) == (0, None)
    for n in (5, 9, 7):
        kept.keep_snapshot(class_id, n, {"after": n})
    assert kept.snapshot(class_id) == (9, {"after": 9})
