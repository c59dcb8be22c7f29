"""Images that visitors bring: read by their owner alone, trained on by their owner's runs, deleted with those runs."""

import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from material import PAIR, at_work, moment, weights
from sqlalchemy import update

from explorer.runs.store import Denied, Gone, ImageSet, Lost, Store, StoreError, images_rule
from explorer.runs.store import image_sets as sets
from explorer.runs.store.tables import image_sets
from vae.learning.recipes import Recipe

CLASSES = ("ant", "bee", "fly")


def some_images(count: int = 60, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    return draw.integers(0, 256, (count, 28, 28), dtype=np.uint8), draw.integers(0, len(CLASSES), count)


def keep(store: Store, owner: str = "ann", name: str = "insects", count: int = 60, seed: int = 0) -> ImageSet:
    return store.keep_images(owner, name, *some_images(count, seed), CLASSES, ["Each was shrunk."])


def trained_on(images: ImageSet) -> tuple[Recipe, ...]:
    return tuple(Recipe(spec, replace(settings, dataset=images.dataset)) for spec, settings in PAIR)


def put_back(store: Store, images: ImageSet, days: float) -> None:
    """As if they had come so many days ago."""
    with store.writing() as connection:
        came = datetime.now(UTC) - timedelta(days=days)
        connection.execute(update(image_sets).where(image_sets.c.id == images.id).values(created=came))


def test_images_come_back_as_they_were_also_in_another_process(store, another):
    kept = keep(store)
    found, pixels, labels = another().images(kept.id, "ann")
    np.testing.assert_array_equal(pixels, some_images()[0])
    np.testing.assert_array_equal(labels, some_images()[1])
    assert (found, found.classes, found.told, found.count) == (kept, CLASSES, ("Each was shrunk.",), 60)
    assert 0 < found.size == store.image_sizes()[kept.id] < 60 * 28 * 28 + 500


def test_each_owner_lists_and_reads_their_own_alone(store):
    first, second, other = keep(store), keep(store, name="  more \n insects "), keep(store, owner="bob")
    assert store.image_sets("ann") == [second, first]
    assert second.name == "more insects"
    assert store.image_sets("bob") == [other]
    for call in (store.images, store.check_images, store.delete_images):
        with pytest.raises(Denied, match="private to the browser that brought them"):
            call(first.id, "bob")
    with pytest.raises(Gone):
        store.images("x" * 22, "ann")
    np.testing.assert_array_equal(store.images(first.id, "ann").pixels, some_images()[0])


def test_a_run_on_images_is_their_owners_alone(store):
    images = keep(store)
    run = store.create("ann", trained_on(images))
    assert run.image_set == images.id
    assert store.create("ann", PAIR).image_set is None
    with pytest.raises(Denied):
        store.create("bob", trained_on(images))
    with pytest.raises(Gone):
        store.create("ann", trained_on(replace(images, id="y" * 22)))
    assert (store.runs("bob"), store.runs_on(images.id)) == ([], 1)


def test_deleted_images_take_the_runs_that_learned_them_along_and_no_other(store):
    images, others = keep(store), keep(store, name="others")
    doomed, spared, unrelated = (store.create("ann", recipes) for recipes in (trained_on(images), trained_on(others), PAIR))
    claimed = store.claim("worker", 9)
    assert claimed is not None
    store.begin(doomed.id, claimed.attempt)
    store.write(doomed.id, moment(0, snapshot=True), weights(1.0))
    store.delete_images(images.id, "ann")
    assert store.image_sets("ann") == [others]
    assert {run.id for run in store.runs("ann")} == {spared.id, unrelated.id}
    assert (store.records(doomed.id), store.weights(doomed.id), store.snapshots(doomed.id)) == ([], None, [])
    with pytest.raises(Lost):  # the worker that was at it stops
        store.write(doomed.id, moment(256))
    with pytest.raises(Gone):
        store.images(images.id, "ann")


def test_a_browser_keeps_so_many_sets_and_a_server_so_many_bytes(store, monkeypatch):
    for i in range(sets.MOST_SETS):
        last = keep(store, seed=i)
    with pytest.raises(StoreError, match="Delete one first"):
        keep(store)
    store.delete_images(last.id, "ann")
    keep(store)
    monkeypatch.setenv("LATENT_EXPLORER_KEEP_GB", "0.00025")
    with pytest.raises(StoreError, match="no room for more images"):
        keep(store, owner="bob")


def test_images_go_when_they_are_old_and_no_run_needs_them(store):
    old, young, used = keep(store, name="old"), keep(store, name="young"), keep(store, name="used")
    run = store.create("ann", trained_on(used))
    for images in (old, used):
        put_back(store, images, 15)
    assert store.retain(14, 1e9) == [old.id]
    assert {images.id for images in store.image_sets("ann")} == {young.id, used.id}
    store.want(run.id, "ann", "stop")
    store.rename(run.id, "ann", "kept")
    assert store.retain(14, 0) == [young.id]  # the size alone; what a named run was trained on stays
    store.rename(run.id, "ann", "")
    assert store.retain(14, 0) == [run.id]
    assert store.retain(14, 1e9) == [used.id]


def test_the_oldest_go_first_whether_they_are_runs_or_images(store):
    images = keep(store)
    put_back(store, images, 2)
    run = at_work(store)
    store.write(run.id, moment(0), weights(1.0, 400))
    store.finish(run.id, "done")
    assert store.retain(14, store.sizes()[run.id]) == [images.id]
    assert [each.id for each in store.runs("ann")] == [run.id]


@pytest.mark.parametrize("damage", [b"", b"no zlib", zlib.compress(b"too short"), zlib.compress(bytes(10**6))])
@pytest.mark.parametrize("column", ["pixels", "labels"])
def test_damaged_images_are_a_sentence(store, column, damage):
    kept = keep(store)
    with store.writing() as connection:
        connection.execute(update(image_sets).where(image_sets.c.id == kept.id).values({column: damage}))
    with pytest.raises(StoreError, match="damaged"):
        store.images(kept.id, "ann")
    assert len(store.image_sets("ann")) == 1


def test_the_page_says_the_rule_in_force(monkeypatch):
    monkeypatch.setenv("LATENT_EXPLORER_KEEP_DAYS", "3")
    assert images_rule().startswith("Images are deleted 3 days after they came")
