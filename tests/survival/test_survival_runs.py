"""Runs on real workers: the same models as alone, in order, obedient, and whole whatever happens to them."""

import os
import signal
import sqlite3
import threading
from pathlib import Path

import psutil
import pytest
import torch
from at_work import FOR_EVER, alone, current, ended, pair, process_of, same, seen, time_passes, under_way, until

from explorer.runs import jobs, workload
from explorer.runs.store import StoreError, database
from vae.learning.recipes import Recipe


def test_a_run_arrives_at_the_weights_that_the_generator_arrives_at_alone(runs):
    run = jobs.submit("ann", pair())
    assert ended(runs, run).error == ""
    assert same(runs.weights(run.id), alone(pair()))
    images = seen(runs, run)
    assert images[0] == 0
    assert images[-1] >= 4_000
    assert images == sorted(set(images))
    assert runs.snapshots(run.id) == list(range(len(images)))
    assert (current(runs, run).progress, current(runs, run).attempt) == (1.0, 1)


def test_sixteen_runs_at_once_end_in_order_and_as_if_alone(runs):
    recipes = [pair(images=1_000 + 500 * (seed % 3), seed=seed) for seed in range(16)]
    submitted = [jobs.submit(f"owner {seed % 4}", each) for seed, each in enumerate(recipes)]
    over = [ended(runs, run) for run in submitted]
    begun = [run.started for run in over]
    assert begun == sorted(begun)
    for run, each in zip(over, recipes, strict=True):
        assert same(runs.weights(run.id), alone(each)), run.id


def test_one_owner_leaves_room_for_another(runs, monkeypatch):
    monkeypatch.setenv("RUNS_PER_OWNER", "1")
    first, second = (jobs.submit("ann", pair(FOR_EVER)) for _ in range(2))
    other = jobs.submit("bob", pair(FOR_EVER))
    under_way(runs, first, moments=1)
    under_way(runs, other, moments=1)
    assert current(runs, second).state == "queued"
    place = jobs.place(second)
    assert (place.position, place.of) == (1, 1)
    assert place.wait_seconds > 10  # what is ahead has twenty million images to go
    assert jobs.slots()[:2] == (2, 2)
    runs.want(first.id, "ann", "stop")
    under_way(runs, second, moments=1)
    assert current(runs, other).state == "running", current(runs, other).error


def test_an_owner_pauses_steps_changes_and_stops(runs):
    run = under_way(runs, jobs.submit("ann", pair(FOR_EVER)))
    runs.want(run.id, "ann", "pause")
    until(lambda: current(runs, run).state == "paused", "the pause")
    before = runs.records(run.id)[-1]
    for _ in range(2):
        runs.step(run.id, "ann")
    until(lambda: len([moment for moment in runs.records(run.id) if moment.steps]) == 2, "two steps")
    steps = [moment for moment in runs.records(run.id) if moment.steps]
    batch = run.recipes[0].settings.batch_size
    assert [s.records[0].images_seen - before.records[0].images_seen for s in steps] == [batch, 2 * batch]
    assert runs.records(run.id)[-1] == steps[-1], "a pause is a while without steps"
    runs.change(run.id, "ann", beta=4.0)
    until(lambda: runs.records(run.id)[-1].note == "beta = 4", "the change")
    runs.want(run.id, "ann", "run")
    until(lambda: len(runs.records(run.id)) > steps[-1].index + 2, "training after the pause")
    assert current(runs, run).state == "running"
    runs.want(run.id, "ann", "stop")
    over = ended(runs, run, "stopped")
    assert (over.error, over.progress < 1) == ("", True)
    assert runs.weights(run.id) is not None


def test_a_run_that_was_stopped_goes_on_where_it_was(runs):
    run = under_way(runs, jobs.submit("ann", pair(100_000)))
    runs.want(run.id, "ann", "stop")
    left = ended(runs, run, "stopped")
    jobs.resume(run.id, "ann")
    assert ended(runs, run).attempt == 2
    images = seen(runs, run)
    assert images == sorted(set(images))
    assert left.images_seen in images
    assert 0 < left.images_seen < 100_000 <= images[-1]


def test_a_loss_that_is_no_number_ends_the_run_with_a_reason_and_its_last_good_weights(runs):
    over = ended(runs, jobs.submit("ann", pair(30_000, learning_rate=10.0)), "failed")
    assert over.error.startswith("The loss is no longer finite after ")
    assert over.error.endswith("The weights of the moment before were kept. Try a smaller learning rate.")
    kept = runs.weights(over.id)
    assert all(torch.isfinite(value).all() for model in kept for value in model.values())
    assert runs.records(over.id)


def test_a_run_without_its_data_fails_with_a_sentence(runs):
    recipes = [Recipe(spec, type(settings)(dataset="nothing")) for spec, settings in pair()]
    over = ended(runs, jobs.submit("ann", recipes), "failed")
    assert over.error.startswith("There is no data set 'nothing'. Choose one of: mnist, ")


def test_a_run_whose_worker_is_killed_goes_on_from_its_weights_then_fails_keeping_them_and_others_notice_nothing(runs):
    other = under_way(runs, jobs.submit("bob", pair(FOR_EVER)), moments=1)
    runs.want(other.id, "bob", "pause")  # so that it leaves its core to what is waited for
    until(lambda: current(runs, other).state == "paused", "the pause")
    run = under_way(runs, jobs.submit("ann", pair(FOR_EVER)))
    os.kill(process_of(runs, run).pid, signal.SIGKILL)
    before = len(seen(runs, run))
    assert under_way(runs, run, moments=before + 1, attempt=2).attempt == 2
    images = seen(runs, run)
    assert images == sorted(set(images)), "what it had learned after its newest weights was learned again"
    assert (current(runs, other).attempt, current(runs, other).state) == (1, "paused")

    os.kill(process_of(runs, run).pid, signal.SIGKILL)
    over = ended(runs, run, "failed")
    assert (
        over.error == "The worker process died twice while training this run, so it was given up. What it had learned is kept."
    )
    assert runs.weights(run.id) is not None
    moments = len(seen(runs, other))
    runs.want(other.id, "bob", "run")
    assert under_way(runs, other, moments + 1).attempt == 1


def test_a_run_that_nobody_looks_at_is_stopped_and_kept(runs):
    run = under_way(runs, jobs.submit("ann", pair(FOR_EVER)), moments=1)
    time_passes(runs, run, "watched", minutes=11)
    over = ended(runs, run, "stopped")
    assert over.error == "Nobody looked at this run for 10 minutes, so it was stopped. Resume it to go on."
    assert runs.weights(run.id) is not None


def test_two_watchers_see_the_same_run(runs):
    run = jobs.submit("ann", pair(20_000))
    watched: list[list] = [[], []]

    def watch(moments: list) -> None:
        while True:
            active = current(runs, run).active
            moments += runs.records(run.id, moments[-1].index if moments else -1)
            runs.watched(run.id)
            if not active:
                return

    watchers = [threading.Thread(target=watch, args=(moments,)) for moments in watched]
    for thread in watchers:
        thread.start()
    ended(runs, run)
    for thread in watchers:
        thread.join()
    assert watched[0] == watched[1] == runs.records(run.id)


def test_a_locked_database_costs_a_sentence_and_time_but_nothing_else(runs, monkeypatch):
    monkeypatch.setattr(database, "WAIT_SECONDS", 1)  # here; the workers have their own patience
    recipes = pair(60_000)
    run = under_way(runs, jobs.submit("ann", recipes))
    file = Path(os.environ["LATENT_EXPLORER_DATA"]) / "runs.db"
    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match=r"^The run store is busy: another process kept it locked for too long\."):
            jobs.submit("bob", pair())
        assert runs.records(run.id), "reading goes on"
        other.execute("ROLLBACK")
    assert ended(runs, run).attempt == 1
    assert same(runs.weights(run.id), alone(recipes))


def test_a_worker_does_not_grow_with_its_runs(runs):
    def memory() -> int:
        return sum(child.memory_info().rss for child in psutil.Process().children(recursive=True))

    def train(many: int) -> None:
        for run in [jobs.submit(f"owner {i}", pair(500)) for i in range(many)]:
            ended(runs, run)

    train(8)
    before = memory()
    train(16)
    assert memory() - before < 16 * 2**20, "a run leaves less than 1 MB behind"


def test_a_run_is_recorded_at_the_same_images_however_busy_its_machine(runs):
    run = ended(runs, jobs.submit("ann", pair(4_000)))
    moments = workload.moments(pair(4_000))
    batch = pair()[0].settings.batch_size
    steps = -(-4_000 // batch)
    assert seen(runs, run) == sorted({batch * round(steps * i / moments) for i in range(moments + 1)})
