"""What is kept: named runs and active ones always, the others for some days and up to some size, the youngest longest."""

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import log

import pytest
from material import PAIR, alter, at_work, moment, weights

from explorer.runs.store import StoreError, rule
from explorer.runs.store.workers import KEPT_SNAPSHOTS, least_missed


def a_class_of_runs(store) -> list[tuple[str, str, str, float, int]]:
    """Runs of many ages, names, states and sizes: (id, name, state, age in days, bytes)."""
    draw = random.Random(3)
    made = []
    for i in range(30):
        run = at_work(store, worker=f"w{i}")
        size = draw.choice([10, 400, 3_000])
        store.write(run.id, moment(0), weights(1.0, size))
        name, state = (
            draw.choice(["", "", "kept"]),
            draw.choice(["done", "stopped", "failed", "interrupted", "running", "paused"]),
        )
        age = draw.uniform(0, 30)
        alter(store, run, name=name, state=state, ended=datetime.now(UTC) - timedelta(days=age))
        made.append((run.id, name, state, age, store.sizes()[run.id]))
    return made


@pytest.mark.parametrize(("days", "share"), [(14, 1.0), (1_000, 0.5), (7, 0.3), (0, 1.0), (1_000, 0.0), (1_000, 1.0)])
def test_what_goes_is_what_the_rule_says(store, days, share):
    made = a_class_of_runs(store)
    most = share * sum(size for *_, size in made)

    left, expected = sum(size for *_, size in made), set()
    for run_id, name, state, age, size in sorted(made, key=lambda run: -run[3]):
        if name == "" and state not in ("running", "paused") and (age > days or left > most):
            expected.add(run_id)
            left -= size

    assert set(store.retain(days, most)) == expected
    assert {run.id for run in store.runs("ann")} == {run[0] for run in made} - expected
    assert sum(store.sizes().values()) == left
    assert store.retain(days, most) == []


def test_a_runs_size_is_that_of_its_stored_bytes(store):
    run = at_work(store)
    assert store.sizes() == {}
    store.write(run.id, moment(0), weights(1.0, 5_000))
    assert 2 * 5_000 * 4 * 4 < store.sizes()[run.id] < 2 * 5_000 * 4 * 4 + 1_000  # two models, (5000, 3) and (5000,), float32


def test_a_queued_run_is_never_too_old(store):
    run = store.create("ann", PAIR)
    alter(store, run, created=datetime.now(UTC) - timedelta(days=400))
    assert store.retain(1, 0) == []


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_the_file_shrinks_with_what_it_holds(store, tmp_path):
    for i in range(4):
        run = at_work(store, worker=f"w{i}")
        store.write(run.id, moment(0), weights(1.0, 100_000))
        store.finish(run.id, "done")
    store.close()  # the log goes into the file
    full = (tmp_path / "runs.db").stat().st_size
    assert full > 4 * 3_200_000
    assert len(store.retain(0, 0)) == 4
    store.close()
    assert (tmp_path / "runs.db").stat().st_size < full / 20


def test_the_page_says_the_rule_in_force(monkeypatch):
    assert rule() == (
        "Runs without a name are deleted after 14 days, the oldest sooner when all runs together exceed 5 GB. Name a run to keep it."
    )
    monkeypatch.setenv("LATENT_EXPLORER_KEEP_DAYS", "1")
    monkeypatch.setenv("LATENT_EXPLORER_KEEP_GB", "0.5")
    assert "after 1 day," in rule()
    assert "exceed 0.5 GB" in rule()


@pytest.mark.parametrize("wrong", ["a week", "-1", "nan", "inf"])
def test_a_setting_that_makes_no_sense_is_named(monkeypatch, wrong):
    monkeypatch.setenv("LATENT_EXPLORER_KEEP_DAYS", wrong)
    with pytest.raises(StoreError, match=r"LATENT_EXPLORER_KEEP_DAYS is '.*'; it must be a number from 0 up, such as 14"):
        rule()


def test_of_many_snapshots_the_first_and_last_stay_and_the_rest_is_even_in_the_logarithm(store):
    run = at_work(store)
    for i in range(3 * KEPT_SNAPSHOTS):
        store.write(run.id, moment(256 * i, snapshot=True))
    kept = store.snapshots(run.id)
    assert len(kept) == KEPT_SNAPSHOTS
    assert (kept[0], kept[-1]) == (0, 3 * KEPT_SNAPSHOTS - 1)
    assert len(store.records(run.id)) == 3 * KEPT_SNAPSHOTS


def test_thinned_out_for_a_thousand_moments_no_gap_is_far_wider_than_it_must_be():
    seen: list[int] = []
    for step in range(1_000):
        seen.append(256 * step)
        if len(seen) > KEPT_SNAPSHOTS:
            del seen[least_missed(seen)]
    widest = max(log((after + 1) / (before + 1)) for before, after in pairwise(seen[1:]))
    even = log(seen[-1] / seen[1]) / (KEPT_SNAPSHOTS - 2)
    assert widest < 2.5 * even
