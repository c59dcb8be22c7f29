"""Votes of a class, on both databases: each counts once, in its round, and no more is told of it than its state allows."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from in_store import crowd, joined, newest, opened, put

from explorer.runs.store import StoreError
from explorer.runs.store.class_votes import NO_BALLOT, NO_CHOICE, NOT_A_MEMBER, OTHER_ROUND, SHUT
from explorer.runs.store.classes import Classes, Vote


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
