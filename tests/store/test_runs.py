"""What a run store promises to pages and workers, on SQLite and PostgreSQL alike."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import torch
from material import PAIR, alter, at_work, moment, weights
from model_list import MODELS
from sqlalchemy import func, select

from explorer.runs.store import Denied, Gone, Lost, Store, StoreError
from explorer.runs.store.tables import metadata
from vae.errors import SpecError
from vae.learning.recipes import Recipe
from vae.learning.records import Change, Step
from vae.learning.settings import TrainingSettings
from vae.model.spec import ModelSpec

OWNERS_ALONE = {
    "stop": lambda store, run_id, who: store.want(run_id, who, "stop"),
    "change": lambda store, run_id, who: store.change(run_id, who, beta=4.0),
    "step": lambda store, run_id, who: store.step(run_id, who),
    "rename": lambda store, run_id, who: store.rename(run_id, who, "mine"),
    "delete": lambda store, run_id, who: store.delete(run_id, who),
    "resume": lambda store, run_id, who: store.resume(run_id, who),
}


def without_snapshots(records):
    return tuple(replace(record, snapshot=None) for record in records)


def test_a_run_is_what_was_asked_for_and_waits(store, another):
    before = datetime.now(UTC)
    run = store.create("ann", PAIR, "  a   pair ")
    assert (run.owner, run.name, run.recipes, run.state, run.wanted) == ("ann", "a pair", PAIR, "queued", "run")
    assert (run.images_seen, run.attempt, run.error, run.progress, run.active) == (0, 0, "", 0.0, True)
    assert before <= run.created <= datetime.now(UTC)
    assert (run.started, run.ended, run.heartbeat) == (None, None, None)
    assert another().get(run.id) == run
    assert store.queue() == [run]
    assert store.get("nobody") is None


def test_every_setting_of_every_kind_of_model_comes_back(store):
    settings = TrainingSettings(
        dataset="digits",
        images=777,
        batch_size=13,
        learning_rate=0.0123,
        beta=3.3,
        warmup=0.21,
        kl_ramp=0.43,
        seed=5,
        kl_cycles=3,
        weight_decay=0.017,
        pixels="dynamic",
        free_bits=0.7,
    )
    recipes = tuple(Recipe.stored(spec, settings) for spec in MODELS)
    assert store.get(store.create("ann", recipes).id).recipes == recipes


def test_a_run_of_an_earlier_version_that_gave_an_autoencoder_a_beta_still_opens(store):
    """That version ignored the beta, so the run is the one without."""
    earlier = Recipe._make((ModelSpec("ae"), TrainingSettings(beta=4.0, free_bits=0.5, seed=7)))
    assert store.get(store.create("ann", [earlier]).id).recipes == (Recipe(ModelSpec("ae"), TrainingSettings(seed=7)),)


def test_ids_cannot_be_guessed(store):
    ids = [store.create("ann", PAIR).id for _ in range(30)]
    assert len(set(ids)) == 30
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{22}", run_id) for run_id in ids)
    positions = list(zip(*ids, strict=True))[:21]  # the last carries only 2 bits of the 128
    assert all(len(set(letters)) > 5 for letters in positions)


def test_an_owner_sees_the_own_runs_newest_first_and_the_queue_is_first_come_first_served(store):
    order = [store.create(owner, PAIR).id for owner in ("ann", "ben", "ann", "ben", "ann")]
    assert [run.id for run in store.runs("ann")] == [order[4], order[2], order[0]]
    assert [run.id for run in store.queue()] == order
    assert store.runs("eve") == []


@pytest.mark.parametrize(
    ("recipes", "title"),
    [
        (PAIR, "AE + VAE, 2 latents, beta 1"),
        (PAIR[:1], "AE, 2 latents"),
        ([Recipe(ModelSpec("vae", 1), TrainingSettings(beta=0.5))], "VAE, 1 latent, beta 0.5"),
        ([Recipe(ModelSpec("vae", n), TrainingSettings(beta=n)) for n in (2, 10)], "VAE, 2 and 10 latents, beta 2 and 10"),
    ],
)
def test_a_run_without_a_name_says_what_it_trains(store, recipes, title):
    run = store.create("ann", recipes)
    assert run.title == title
    store.rename(run.id, "ann", "wide")
    assert store.get(run.id).title == "wide"


@pytest.mark.parametrize("act", OWNERS_ALONE.values(), ids=OWNERS_ALONE)
def test_orders_are_the_owners_alone_and_another_changes_nothing(store, act):
    run = at_work(store)
    store.want(run.id, "ann", "pause")
    before = store.get(run.id)
    with pytest.raises(Denied, match=r"^Only the browser that started this run can [a-z, ]+ it\.$"):
        act(store, run.id, "eve")
    assert store.get(run.id) == before
    assert store.orders(run.id).steps == 0
    assert store.orders(run.id).beta is None
    with pytest.raises(Gone, match="no such run"):
        act(store, "x" * 22, "ann")


def test_a_name_has_an_end(store):
    run = store.create("ann", PAIR)
    with pytest.raises(StoreError, match="61 characters; 60"):
        store.rename(run.id, "ann", "x" * 61)
    store.rename(run.id, "ann", " \u03b2 = 4; DROP TABLE runs; -- ")
    assert store.get(run.id).name == "\u03b2 = 4; DROP TABLE runs; --"
    store.rename(run.id, "ann", "")
    assert store.get(run.id).name == ""


def test_what_a_worker_writes_is_what_pages_read(store, another):
    run, page = at_work(store), another()
    written = [moment(images, snapshot=images % 2 == 0) for images in (0, 1, 2, 3)]
    losses = written[0][1].training
    steps = tuple(Step(9, 0.01, 0.5, *[Change(losses, written[0][0].validation)] * 3) for _ in range(2))
    for i, records in enumerate(written):
        given = weights(i + 1 / 3) if i in (0, 2) else None
        assert store.write(run.id, records, given, "beta = 4" if i == 3 else "", steps if i == 1 else ()) == i
    found = page.records(run.id)
    assert [(m.index, m.records) for m in found] == [(i, without_snapshots(records)) for i, records in enumerate(written)]
    assert [m.note for m in found] == ["", "", "", "beta = 4"]
    assert [m.steps for m in found] == [(), steps, (), ()]
    assert [m.index for m in page.records(run.id, after=1)] == [2, 3]
    assert page.records(run.id, after=3) == []
    assert page.snapshots(run.id) == [0, 2]
    assert page.get(run.id).images_seen == 3
    assert page.get(run.id).progress == 3 / 10_000


def test_snapshots_are_as_exact_as_their_formats_and_weights_are_exact(store):
    run = at_work(store)
    records = moment(0, snapshot=True)
    exact = [{"w": torch.randn(40, 7)}, {"w": torch.randn(3), "far": torch.tensor([1e9, -2.5])}]
    store.write(run.id, records, exact)
    for found, taken in zip(store.snapshot(run.id, 0), (record.snapshot for record in records), strict=True):
        torch.testing.assert_close(found.codes, taken.codes, rtol=2**-11, atol=1e-7)  # half a unit in float16's last place
        torch.testing.assert_close(found.reconstructions, taken.reconstructions, rtol=0, atol=0.5001 / 255)
        torch.testing.assert_close(found.samples, taken.samples, rtol=0, atol=0.5001 / 255)
    for found, given in zip(store.weights(run.id), exact, strict=True):
        assert all(torch.equal(found[name], given[name]) for name in given | found)
    for found, given in zip(store.weights(run.id, 0), exact, strict=True):
        assert found.keys() == given.keys()
        assert all(torch.equal(found[n], w if n == "far" else w.half().float()) for n, w in given.items())


def test_adams_moments_belong_to_the_newest_weights(store):
    run = at_work(store)
    adam = [{"0.exp_avg": torch.randn(5), "0.step": torch.tensor(3.0)} for _ in PAIR]
    store.write(run.id, moment(0), weights(0.0))
    assert store.adam(run.id) is None
    store.write(run.id, moment(256), weights(1.0), adam=adam)
    store.write(run.id, moment(512))
    found = store.adam(run.id)
    assert all(torch.equal(found[i][name], value) for i, model in enumerate(adam) for name, value in model.items())
    store.write(run.id, moment(768), weights(2.0), adam=[{}, {}])
    assert store.adam(run.id) is None


def test_what_was_not_stored_is_not_there(store):
    run = at_work(store)
    assert store.weights(run.id) is None
    store.write(run.id, moment(0))
    store.write(run.id, moment(1, snapshot=True))
    assert store.weights(run.id, 1) is None
    with pytest.raises(Gone, match="no pictures"):
        store.snapshot(run.id, 0)
    assert store.records("nobody") == []


def test_a_worker_obeys(store, another):
    run, page = at_work(store), another()
    assert store.orders(run.id) == replace(store.orders(run.id), wanted="run", steps=0, beta=None, learning_rate=None)
    with pytest.raises(StoreError, match="Pause it first"):
        page.step(run.id, "ann")
    page.want(run.id, "ann", "pause")
    for _ in range(3):
        page.step(run.id, "ann")
    page.change(run.id, "ann", beta=4)
    page.change(run.id, "ann", learning_rate=3e-4)
    orders = store.orders(run.id)
    assert (orders.wanted, orders.steps, orders.beta, orders.learning_rate) == ("pause", 3, 4.0, 3e-4)
    store.beat(run.id, paused=True)
    assert page.get(run.id).state == "paused"
    store.write(run.id, moment(0))  # the moment of a single step
    assert page.get(run.id).state == "paused"
    page.want(run.id, "ann", "run")
    store.beat(run.id)
    assert (page.get(run.id).state, store.orders(run.id).wanted) == ("running", "run")
    for wrong in ({"beta": -1.0}, {"learning_rate": 11.0}, {"beta": float("nan")}):
        with pytest.raises(SpecError, match=next(iter(wrong))):
            page.change(run.id, "ann", **wrong)
    assert store.orders(run.id).beta == 4.0


def test_a_queued_run_stops_at_once_and_is_never_claimed(store):
    run = store.create("ann", PAIR)
    store.want(run.id, "ann", "stop")
    stopped = store.get(run.id)
    assert (stopped.state, stopped.active) == ("stopped", False)
    assert stopped.ended >= run.created
    assert store.claim("w", 1) is None


def test_a_run_nobody_watches_is_abandoned_until_somebody_looks(store, another, monkeypatch):
    run, page = at_work(store), another()
    monkeypatch.setenv("LATENT_EXPLORER_ABANDONED_MINUTES", "10")
    alter(store, run, watched=datetime.now(UTC) - timedelta(minutes=9, seconds=55))
    assert not store.orders(run.id).abandoned
    alter(store, run, watched=datetime.now(UTC) - timedelta(minutes=10, seconds=5))
    assert store.orders(run.id).abandoned
    page.watched(run.id)
    assert not store.orders(run.id).abandoned


def test_a_deleted_run_leaves_nothing_and_its_worker_stops(store, another):
    run, page = at_work(store), another()
    store.write(run.id, moment(0, snapshot=True), weights(1.0))
    page.delete(run.id, "ann")
    with store.reading() as connection:
        counts = [connection.execute(select(func.count()).select_from(table)).scalar() for table in metadata.sorted_tables]
    assert set(counts) == {0}
    assert store.orders(run.id).wanted == "stop"
    for act in (
        lambda: store.write(run.id, moment(1)),
        lambda: store.beat(run.id),
        lambda: store.finish(run.id, "stopped"),
    ):
        with pytest.raises(Lost):
            act()


def test_an_end_is_an_end(store):
    run = at_work(store)
    store.write(run.id, moment(512))
    store.finish(run.id, "failed", "The loss is no longer finite.", weights(0.25))
    ended = store.get(run.id)
    assert (ended.state, ended.error, ended.images_seen) == ("failed", "The loss is no longer finite.", 512)
    assert ended.started <= ended.ended
    assert store.weights(run.id)[0]["decoder.0.bias"].unique().tolist() == [0.25]
    with pytest.raises(Lost):
        store.write(run.id, moment(1_024))
    assert len(store.records(run.id)) == 1


def test_what_is_resumed_goes_on_from_its_newest_weights(store):
    run = at_work(store)
    for i in range(5):
        store.write(run.id, moment(256 * i, snapshot=True), weights(float(i)) if i == 2 else None)
    store.finish(run.id, "stopped")
    store.resume(run.id, "ann")
    assert (store.get(run.id).state, store.get(run.id).ended) == ("queued", None)
    claimed = store.claim("w", 1)
    begun = store.begin(claimed.id, claimed.attempt)
    assert (begun.id, begun.images_seen, begun.state, begun.started) == (run.id, 512, "running", run.started)
    assert [m.index for m in store.records(run.id)] == store.snapshots(run.id) == [0, 1, 2]
    assert store.write(run.id, moment(768)) == 3


def test_a_run_without_weights_begins_again(store):
    run = at_work(store)
    store.write(run.id, moment(256))
    store.finish(run.id, "interrupted")
    store.resume(run.id, "ann")
    assert store.claim("w", 1).images_seen == 0
    assert store.records(run.id) == []


@pytest.mark.parametrize("state", ["queued", "running", "paused", "done"])
def test_what_is_active_or_done_cannot_be_resumed(store, state):
    run = store.create("ann", PAIR)
    alter(store, run, state=state)
    with pytest.raises(StoreError, match="cannot be resumed"):
        store.resume(run.id, "ann")


def test_the_store_lists_all_that_it_can_do():
    listed = set(re.findall(r"\w+", Store.__doc__ or ""))
    assert {name for name, what in vars(Store).items() if callable(what) and name[0] != "_"} <= listed
    assert {
        name for kind in Store.__mro__ for name in vars(kind) if callable(getattr(Store, name)) and name[0] != "_"
    } <= listed
