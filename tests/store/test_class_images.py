"""Images that a class drew: its teacher's, read and trained on by its members, by nobody else, and gone with the class."""

import numpy as np
import pytest

from explorer.runs.store import Denied, Gone
from explorer.runs.store.classes import Class, Classes
from vae.learning.recipes import Recipe
from vae.learning.settings import TrainingSettings
from vae.model.spec import ModelSpec

PIXELS, LABELS = np.arange(40 * 784, dtype=np.uint32).astype(np.uint8).reshape(40, 28, 28), np.arange(40) % 10


def a_class(kept: Classes) -> Class:
    found = kept.open("teacher", lambda class_id: "key", {})
    for name in ("ann", "ben"):
        kept.join(found.id, name, lambda taken: "")
    return found


def test_members_read_and_train_and_only_the_teacher_deletes(store) -> None:
    kept = Classes(store)
    ours = a_class(kept)
    made = store.keep_images("teacher", "ours", PIXELS, LABELS, tuple("0123456789"), class_id=ours.id)
    for reader in ("teacher", "ann"):
        assert (store.images(made.id, reader).pixels == PIXELS).all()
        assert [each.id for each in store.image_sets(reader)] == [made.id]
    recipe = Recipe(ModelSpec("vae", 2), TrainingSettings(dataset=f"{made.dataset}:moved", images=1_000))
    run = store.create("ann", [recipe])
    assert [each.id for each in store.trained_on(made.id)] == [run.id]
    with pytest.raises(Denied):
        store.delete_images(made.id, "ann")
    for stranger in ("eve", ""):
        assert store.image_sets(stranger) == []
        with pytest.raises(Denied):
            store.images(made.id, stranger)
        with pytest.raises(Denied):
            store.create(stranger, [recipe])


def test_who_was_taken_out_of_the_class_reads_no_longer(store) -> None:
    kept = Classes(store)
    ours = a_class(kept)
    made = store.keep_images("teacher", "ours", PIXELS, LABELS, tuple("0123456789"), class_id=ours.id)
    kept.remove(ours.id, kept.members(ours.id)[0].no)
    with pytest.raises(Denied):
        store.check_images(made.id, "ann")
    store.check_images(made.id, "ben")


def test_a_members_own_images_stay_private(store) -> None:
    a_class(Classes(store))
    made = store.keep_images("ann", "mine", PIXELS, LABELS, tuple("0123456789"))
    for other in ("teacher", "ben"):
        assert store.image_sets(other) == []
        with pytest.raises(Denied):
            store.check_images(made.id, other)


def test_the_images_and_the_runs_on_them_go_with_the_class(store) -> None:
    kept = Classes(store)
    ours = a_class(kept)
    made = store.keep_images("teacher", "ours", PIXELS, LABELS, tuple("0123456789"), class_id=ours.id)
    run = store.create("ann", [Recipe(ModelSpec("vae", 2), TrainingSettings(dataset=made.dataset, images=1_000))])
    kept.delete(ours.id)
    assert store.get(run.id) is None
    with pytest.raises(Gone):
        store.check_images(made.id, "teacher")
