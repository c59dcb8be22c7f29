"""Who is served when, and that a run has one worker at a time."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from material import PAIR, alter, at_work, moment, weights

from explorer.runs import jobs
from explorer.runs.store import Lost


def test_first_come_first_served_but_for_owners_who_have_their_share(store):
    runs = [store.create(owner, PAIR) for owner in ("ann", "ann", "ann", "ben", "ann")]
    given = [store.claim(f"w{i}", per_owner=2) for i in range(5)]
    assert [run and run.id for run in given] == [runs[0].id, runs[1].id, runs[3].id, None, None]
    assert store.begin(runs[0].id, 1)
    store.finish(runs[0].id, "done")
    assert store.claim("w3", per_owner=2).id == runs[2].id


def test_a_worker_gets_one_run_whoever_asks(store, another):
    for owner in ("ann", "ben"):
        store.create(owner, PAIR)
    assert store.claim("w", 1) is not None
    assert another().claim("w", 1) is None
    assert another().claim("v", 1) is not None


def test_many_dispatchers_give_every_run_once_and_nobody_more_than_a_share(store, another):
    runs = [store.create(f"owner-{i % 3}", PAIR).id for i in range(24)]
    given: list[tuple[str, str]] = []
    most: list[int] = []

    def dispatch(own, worker):
        idle = 0
        while idle < 40:
            run = own.claim(worker, per_owner=2)
            if run is None:
                idle += 1
                continue
            idle = 0
            given.append((worker, run.id))
            busy = [other.owner for other in own.at_work()]
            most.append(max(busy.count(owner) for owner in busy))
            assert own.begin(run.id, run.attempt)
            own.finish(run.id, "done")

    threads = [Thread(target=dispatch, args=(another(), f"w{i}")) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(run_id for _, run_id in given) == sorted(runs)
    assert max(most) <= 2


def test_there_are_never_fewer_workers_than_runs_at_work(store, monkeypatch):
    """Two apps with a worker each may share a store, and neither knows of the other's."""
    monkeypatch.setenv("DATABASE_URL", store.url)
    monkeypatch.setattr(jobs, "cores", lambda: 1)
    assert jobs.slots() == (1, 0, "")
    for worker, seen in (("mine", (1, 1, "")), ("another's", (2, 2, ""))):
        at_work(store, worker)
        assert jobs.slots() == seen


def test_a_lost_run_is_tried_once_more_at_its_old_place_then_failed_with_a_reason(store):
    first = at_work(store, "w1")
    store.write(first.id, moment(256, snapshot=True), weights(1.0))
    store.write(first.id, moment(512, snapshot=True))
    store.create("ben", PAIR)
    assert store.lost(first.id, first.attempt) is True
    assert [run.owner for run in store.queue()] == ["ann", "ben"]
    second = store.claim("w2", 1)
    assert (second.id, second.attempt, second.images_seen) == (first.id, first.attempt + 1, 256)
    assert store.lost(second.id, first.attempt) is False  # old news
    assert store.get(first.id).state == "running"
    assert store.lost(second.id, second.attempt) is False
    failed = store.get(first.id)
    assert (failed.state, "died twice" in failed.error, failed.active) == ("failed", True, False)
    assert len(store.records(first.id)) == 1
    store.resume(first.id, "ann")
    third = store.claim("w3", 2)
    assert third.error == ""
    assert store.lost(third.id, third.attempt) is True  # the owner's wish counts anew


def test_a_worker_that_comes_back_from_the_dead_changes_nothing(store, another):
    zombie = another()
    run = at_work(zombie, "w1")
    zombie.write(run.id, moment(0))
    store.lost(run.id, run.attempt)
    again = store.claim("w2", 1)
    assert store.begin(again.id, again.attempt)
    store.write(run.id, moment(256))
    before = store.get(run.id), store.records(run.id)
    for act in (
        lambda: zombie.write(run.id, moment(512), weights(9.0)),
        lambda: zombie.beat(run.id),
        lambda: zombie.finish(run.id, "done"),
    ):
        with pytest.raises(Lost):
            act()
    assert zombie.begin(run.id, run.attempt) is None
    assert (store.get(run.id), store.records(run.id)) == before
    store.write(run.id, moment(512))


def test_only_the_silent_are_interrupted(store, another):
    silent, alive, waiting = at_work(store, "w1"), at_work(store, "w2"), store.create("ann", PAIR)
    alter(store, silent, heartbeat=datetime.now(UTC) - timedelta(seconds=31))
    alter(store, alive, heartbeat=datetime.now(UTC) - timedelta(seconds=29))
    assert another().interrupted(30) == [silent.id]
    assert [store.get(run.id).state for run in (silent, alive, waiting)] == ["interrupted", "running", "queued"]
    assert "resumed" in store.get(silent.id).error
    with pytest.raises(Lost):
        store.beat(silent.id)
    store.resume(silent.id, "ann")
    assert [run.id for run in store.queue()] == [waiting.id, silent.id]


@pytest.mark.parametrize(("act", "state"), [("fail", "failed"), ("interrupt", "interrupted")])
def test_a_dispatcher_may_speak_for_a_worker_that_cannot(store, act, state):
    run = at_work(store)
    words = ("It could not begin.",) if act == "fail" else ()
    assert getattr(store, act)(run.id, run.attempt + 1, *words) is False
    assert store.get(run.id).state == "running"
    assert getattr(store, act)(run.id, run.attempt, *words) is True
    assert store.get(run.id).state == state
    assert store.get(run.id).error
    assert getattr(store, act)(run.id, run.attempt, *words) is False
