"""Own images as a data set: for the owner's pages and the owner's workers, for nobody else, and not for a moment longer than they are kept."""

import numpy as np
import pytest
import torch

from explorer.models import own_models
from explorer.runs import own_images
from explorer.runs.store import Denied, Gone, Store
from explorer.runs.worker import train_run
from explorer.training.form import MODELS, PSEUDO_INPUTS, FormValues
from vae import data
from vae.errors import DataError
from vae.learning.recipes import Recipe
from vae.learning.settings import TrainingSettings
from vae.model.networks import build
from vae.model.spec import ModelSpec


@pytest.fixture
def kept(tmp_path, monkeypatch) -> Store:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'runs.db'}")
    from explorer.runs.store import store

    return store()


@pytest.fixture
def looking(monkeypatch) -> list[str]:
    """Who looks at the page: its one entry."""
    who = ["ann"]
    monkeypatch.setattr(own_images, "_visitors", [])
    own_images.serve(visitor=lambda: who[0])
    return who


@pytest.fixture
def images(kept, mnist):
    first = mnist.train.images[:200, 0].numpy()
    return kept.keep_images("ann", "sevens", first, mnist.train.labels[:200].numpy(), mnist.classes)


def test_the_owner_gets_three_splits_of_exactly_these_images(images, looking, mnist):
    whole = data.load(images.dataset)
    assert (whole.image_shape, whole.classes) == ((1, 28, 28), mnist.classes)
    assert [len(part) for part in (whole.train, whole.validation, whole.test)] == [160, 20, 20]
    everything = torch.cat([part.images for part in (whole.train, whole.validation, whole.test)])
    brought = {image.tobytes() for image in mnist.train.images[:200].numpy()}
    assert {image.tobytes() for image in everything.numpy()} == brought


def test_a_test_set_that_was_brought_is_the_test_split(kept, looking, mnist):
    pixels, labels = mnist.train.images[:200, 0].numpy(), mnist.train.labels[:200].numpy()
    images = kept.keep_images("ann", "sevens", pixels, labels, mnist.classes, apart=60)
    assert kept.image_sets("ann")[0].apart == 60
    whole = data.load(images.dataset)
    assert [len(part) for part in (whole.train, whole.validation, whole.test)] == [126, 14, 60]
    np.testing.assert_array_equal(whole.test.images[:, 0].numpy(), pixels[140:])


def test_nobody_else_gets_them_not_even_after_the_owner_looked(images, looking):
    data.load(images.dataset)
    looking[0] = "bob"
    with pytest.raises(Denied, match="private to the browser that brought them"):
        data.load(images.dataset)
    own_images._visitors.clear()
    with pytest.raises(Denied):
        data.load(images.dataset)


def test_what_another_process_deleted_is_gone_here_too(images, looking, kept, monkeypatch):
    data.load(images.dataset)
    Store(kept.url).delete_images(images.id, "ann")
    monkeypatch.setattr(own_images, "FRESH", 0.0)
    with pytest.raises(Gone, match="not there, or no longer"):
        data.load(images.dataset)
    own_images.forget(images.id)
    with pytest.raises(Gone):
        data.load(images.dataset)


def test_a_worker_trains_on_its_owners_images_from_its_own_connection(images, kept, monkeypatch):
    monkeypatch.setattr(own_images, "_visitors", [])
    spec = ModelSpec("vae", 2, encoder_widths=(32,), decoder_widths=(32,))
    run = kept.create("ann", [Recipe(spec, TrainingSettings(dataset=images.dataset, images=5_000))])
    url = kept.url
    monkeypatch.delenv("DATABASE_URL")  # a worker elsewhere knows the store from what it was handed alone
    claimed = kept.claim("worker", 1)
    assert claimed is not None
    train_run(run.id, claimed.attempt, url)
    ended = kept.get(run.id)
    assert ended is not None
    assert (ended.state, ended.error) == ("done", "")
    losses = [moment.records[0].validation.total for moment in kept.records(run.id)]
    assert np.mean(losses[-3:]) < 0.9 * losses[0]


def test_a_worker_of_somebody_else_gets_nothing(images, kept):
    own_images.serve()
    with own_images.on_behalf_of("bob", kept), pytest.raises(Denied):
        data.load(images.dataset)


@pytest.mark.parametrize(("count", "labelled"), [(50, True), (69, False)])
def test_every_kind_of_model_trains_on_a_small_set_as_the_form_orders_it(kept, looking, mnist, count, labelled):
    labels = mnist.train.labels[:count].numpy() * labelled
    few = kept.keep_images(
        "ann", "few", mnist.train.images[:count, 0].numpy(), labels, mnist.classes if labelled else ("images",)
    )
    left = own_images.trained_on(few)
    assert left == len(data.load(few.dataset).train)
    for models in MODELS:
        recipes = FormValues(models=models, latents=64 if models == "ae" else 2, images=256, data=few.dataset).recipes()
        run = kept.create("ann", recipes)
        claimed = kept.claim("worker", 1)
        assert claimed is not None
        train_run(run.id, claimed.attempt, kept.url)
        ended = kept.get(run.id)
        assert ended is not None
        assert (ended.state, ended.error) == ("done", "")
        assert [spec.prior_size for spec, _ in recipes] == [min(PSEUDO_INPUTS, left) if models == "vamp" else 0] * len(recipes)


@pytest.mark.parametrize("count", [1, 2, 3, 10, 29])
def test_a_set_that_leaves_too_few_to_train_on_is_refused_before_a_run_is_made(kept, looking, mnist, count):
    labels = mnist.train.labels[:count].numpy()
    few = kept.keep_images("ann", "few", mnist.train.images[:count, 0].numpy(), labels, mnist.classes)
    for models in MODELS:
        with pytest.raises(DataError, match=rf"There (is|are) {count} images?; 30 are the least, as 10 are set aside"):
            FormValues(models=models, data=few.dataset).recipes()


@pytest.mark.parametrize(("way", "count"), [("moved", 20 * 160), ("mixed", 10 * 160 + 6_000)])
def test_more_is_made_of_what_is_trained_on_and_what_is_held_out_stays(kept, looking, mnist, way, count):
    drawn = mnist.test.images[:200, 0].numpy()
    images = kept.keep_images("ann", "ours", drawn, mnist.test.labels[:200].numpy(), mnist.classes)
    plain, more = data.load(images.dataset), data.load(f"{images.dataset}:{way}")
    assert (more.name, len(more.train)) == (f"{images.dataset}:{way}", count)
    assert torch.equal(more.validation.images, plain.validation.images)
    assert torch.equal(more.test.images, plain.test.images)
    held_out = {image.tobytes() for image in plain.validation.images.numpy()}
    assert not held_out & {image.tobytes() for image in more.train.images[:1_000].numpy()}
    looking[0] = "bob"
    with pytest.raises(Denied):
        data.load(f"{images.dataset}:{way}")


def test_an_unknown_way_is_named(images, looking):
    with pytest.raises(DataError, match=r"'sideways'.*moved, mixed"):
        data.load(f"{images.dataset}:sideways")


def test_a_run_on_more_of_the_images_is_a_run_on_the_set(images, kept):
    recipe = Recipe(ModelSpec("vae", 2), TrainingSettings(dataset=f"{images.dataset}:moved", images=1_000))
    run = kept.create("ann", [recipe])
    assert run.image_set == images.id
    kept.delete_images(images.id, "ann")
    assert kept.get(run.id) is None


def test_brought_images_and_a_brought_model_are_never_taken_for_one_another(kept, images, looking, monkeypatch):
    spec = ModelSpec("vae", 2, encoder_widths=(32,), decoder_widths=(32,))
    weights = build(spec, seed=0).state_dict()
    recipe = Recipe(spec, TrainingSettings(dataset=images.dataset))
    model = own_models.Own(kept.keep_model("ann", "mine", recipe, weights))
    with pytest.raises(Gone):
        data.load(model.name)
    with pytest.raises(Gone):
        own_models.of("ann", images.dataset)
    monkeypatch.setattr("secrets.token_urlsafe", lambda _: images.id)  # and if one had the other's id
    twin = own_models.Own(kept.keep_model("ann", "twin", recipe, weights))
    assert twin.name == images.dataset
    assert own_models.of("ann", twin.name).whose == "yours: twin"
    assert len(data.load(images.dataset).train) == 160
