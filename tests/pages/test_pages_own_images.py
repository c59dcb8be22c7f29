"""Own images on every page: for the browser that brought them, and for nobody who only has the link."""

import pytest
from app_driver import canvas, choose, go, owner_of, press, run, sentences, serve, stored, visit

from explorer.runs import own_images
from explorer.runs.store import store
from explorer.runs.store.classes import classes
from explorer.runs.store.image_sets import PRIVATE_IMAGES
from vae.learning.recipes import recipe


@pytest.fixture(scope="module")
def labels(mnist):
    return mnist.train.labels[:300].numpy()


def bring(owner: str, mnist, labels=None, name: str = "my digits"):
    """Images of that owner in the store."""
    pixels = mnist.train.images[:300, 0].numpy()
    classes = ("images",) if labels is None else mnist.classes
    return store().keep_images(owner, name, pixels, mnist.train.labels[:300].numpy() * (labels is not None), classes)


def train_on(app, images):
    """Train a pair on these images on the page Train, to its end."""
    go(app, "train")
    for name, value in {"data": images.dataset, "images": 30_000}.items():
        app.get_by_key(name).set_value(value)
    press(app, "Start training")
    serve()
    run(app)
    return stored(app.session_state["run"])


@pytest.fixture(scope="module", params=[True, False], ids=["labelled", "unlabelled"])
def owner_and_run(request, mnist, labels):
    app = visit("train")
    images = bring(owner_of(app), mnist, labels if request.param else None)
    yield app, images, train_on(app, images)
    if images in store().image_sets(images.owner):
        store().delete_images(images.id, images.owner)


def test_the_owner_trains_on_them_and_opens_the_models_on_every_page(owner_and_run):
    app, images, ended = owner_and_run
    assert (ended.state, ended.error, ended.image_set) == ("done", "", images.id)
    assert sentences(app) == []
    names = {kind: f"{ended.id}.{kind}" for kind in ("ae", "vae")}
    go(app, "explore")
    choose(app, "model", names["vae"])
    assert sentences(app) == []
    assert [model["name"] for model in canvas(app)["models"]] == [names["vae"]]
    assert any("my digits (yours" in label for label in app.selectbox(key="model").options)
    for path in ("compare", "interpolate"):
        go(app, path)
        for kind, name in names.items():
            app.get_by_key(kind).set_value(name)
        run(app)
        assert sentences(app) == []
        assert [model["name"] for model in canvas(app)["models"]] == list(names.values())
    go(app, "runs")
    assert sentences(app) == []
    assert any("images of my digits" in block.value for block in app.html)


def test_a_link_to_them_is_a_sentence_for_anybody_else_and_for_all_once_they_are_deleted(owner_and_run):
    app, images, ended = owner_and_run
    assert sentences(visit("train", run=ended.id)) == [PRIVATE_IMAGES]
    assert sentences(visit("runs", compare=ended.id)) == [PRIVATE_IMAGES]
    for path, key, kind in (("explore", "model", "vae"), ("compare", "vae", "vae"), ("interpolate", "ae", "ae")):
        stranger = visit(path, **{key: f"{ended.id}.{kind}"})
        assert sentences(stranger) == [f"The link says {key} = '{ended.id}.{kind}'. {PRIVATE_IMAGES}"]
        assert all(ended.id not in str(option) for option in stranger.selectbox(key=key).options)
    (said,) = sentences(visit("train", data=images.dataset))
    assert said == f"The link says data = '{images.dataset}'. There is no such data set; here is another."

    store().delete_images(images.id, images.owner)
    own_images.forget(images.id)
    for path in ("train", "explore", "compare", "interpolate", "runs"):
        go(app, path)
    assert sentences(visit("train", run=ended.id)) == ["There is no such run, or no longer: it may have been deleted."]
    go(app, "train")
    assert app.get_by_key("data").value == "mnist"


def test_members_of_a_class_see_its_drawings_and_what_was_trained_on_them(mnist):
    member, kept = visit("images"), classes()
    ours = kept.open("teacher", lambda class_id: "key", {})
    kept.join(ours.id, owner_of(member), lambda taken: "")
    pixels, labels = mnist.test.images[:40, 0].numpy(), mnist.test.labels[:40].numpy()
    images = store().keep_images("teacher", "our handwriting", pixels, labels, mnist.classes, class_id=ours.id)
    trained = store().create("teacher", [recipe("vae", 2, 20_000, dataset=f"{images.dataset}:moved")])
    go(member, "images")
    choose(member, "images_set", images.id)
    assert sentences(member) == []
    assert any("our handwriting" in option for option in member.selectbox(key="images_set").options)
    assert all("elete" not in button.label for button in member.button)  # only its teacher deletes it
    member.query_params["run"] = trained.id
    go(member, "train")
    assert any("our handwriting" in option for option in member.selectbox(key="data").options)
    assert sentences(member) == []
    assert sentences(visit("train", run=trained.id)) == [PRIVATE_IMAGES]
    kept.delete(ours.id)
