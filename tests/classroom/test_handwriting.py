"""The class's drawings as a data set, and the three runs on it."""

from types import SimpleNamespace

import numpy as np
import pytest

from explorer.classroom.together import handwriting
from explorer.classroom.together.handwriting import WAYS, TooFew
from explorer.runs import jobs, own_images
from explorer.runs.store import store
from explorer.runs.store.classes import classes
from vae import data


@pytest.fixture
def kept(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'runs.db'}")
    monkeypatch.setattr(jobs, "_services", [])  # nobody trains
    return classes()


def drawing(label: int | None, shown: bool = True, grey: int = 0) -> SimpleNamespace:
    return SimpleNamespace(label=label, shown=shown, image=bytes([grey]) * 784)


def test_drawings_that_the_class_sees_are_used_in_their_order() -> None:
    found = handwriting.collected([drawing(3, grey=1), drawing(4, shown=False), drawing(None), drawing(7, grey=2)])
    assert found.labels.tolist() == [3, 7]
    assert found.pixels[:, 0, 0].tolist() == [1, 2]
    assert handwriting.collected([]).pixels.shape == (0, 28, 28)


def test_the_set_is_a_data_set_of_the_classes_and_three_runs_are_queued_on_it(kept, mnist, monkeypatch) -> None:
    ours = kept.open("teacher", lambda class_id: "key", {})
    member = kept.join(ours.id, "ann", lambda taken: "")
    images, labels = mnist.test.images[:30, 0].numpy(), mnist.test.labels[:30].tolist()
    for k, (image, label) in enumerate(zip(images, labels, strict=True)):
        if k == 29:
            with pytest.raises(TooFew, match=r"29 drawings.*30 are the least"):
                handwriting.keep(kept, ours.id, "teacher", "ours", "told")
        kept.draw(ours.id, member, f"drawing{k}", [], label, image.tobytes(), {}, True)
    made = handwriting.keep(kept, ours.id, "teacher", "ours", "told")
    assert kept.events(ours.id, 0)[-1].body == {"id": made.id, "count": 30, "name": "ours"}
    found, pixels, kept_labels = store().images(made.id, "ann")
    np.testing.assert_array_equal(pixels, images)
    assert (kept_labels.tolist(), found.classes) == (labels, handwriting.CLASSES)

    handwriting.train(made, "teacher")
    trained = handwriting.runs(made.dataset, store().trained_on(made.id))
    assert list(trained) == list(WAYS)
    monkeypatch.setattr(own_images, "_visitors", [])
    own_images.serve(visitor=lambda: "ann")
    sizes = {way: len(data.load(run.recipes[0].settings.dataset).train) for way, run in trained.items()}
    assert sizes == {"alone": 10, "moved": 200, "mixed": 6_100}
    others = {way: run.recipes[0] for way, run in trained.items()}
    assert {(spec, settings.seed, settings.images) for spec, settings in others.values()} == {
        (others["alone"].spec, 0, 100_000)
    }

    handwriting.train(made, "teacher")  # the newest runs are looked at
    again = handwriting.runs(made.dataset, store().trained_on(made.id))
    assert not {run.id for run in again.values()} & {run.id for run in trained.values()}
