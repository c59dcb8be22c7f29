"""Classes in the store, on both databases: what happens has numbers without gaps, who is in them, and nothing is left of what is deleted."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context

import numpy as np
import pytest
from in_store import SETTINGS, draw, joined, newest, opened, put
from material import PAIR
from sqlalchemy import func, select, update

from explorer.runs.store import Denied, Gone, Store, StoreError, class_tables, tables
from explorer.runs.store.class_members import REMOVED
from explorer.runs.store.classes import ALPHABET, LENGTH, MOST_OF_ONE, Classes, Vote, member_id
from explorer.runs.tidying import Tidying


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
