"""Models that a browser brings: read, kept, opened on every page by it alone, deleted; what does not fit is said."""

import json
from pathlib import Path

import pytest
import safetensors.torch
import torch
from app_driver import canvas, choose, go, markup, owner_of, pictures, press, run, sentences, visit
from hostile import zipped

from explorer.bringing import arrivals
from explorer.models import own_models, trained
from explorer.runs.store import store
from explorer.runs.store.own_models import GONE_MODEL
from lessons.images import few_images, panel
from vae import checkpoints
from vae.measuring import metrics
from vae.model.spec import ModelSpec

SHIPPED = checkpoints.SHIPPED / "mnist-vae-2d"
MAPPING = (Path(__file__).resolve().parents[2] / "docs" / "mappings" / "pytorch-example.json").read_bytes()
OF_EXAMPLE = {"fc1": (40, 784), "fc21": (2, 40), "fc22": (2, 40), "fc3": (40, 2), "fc4": (784, 40)}  # narrower


def folder(**changes: bytes) -> bytes:
    """The archive of a checkpoint."""
    files = {name: (SHIPPED / name).read_bytes() for name in ("spec.json", "model.safetensors", "history.json", "metrics.json")}
    return zipped([(f"my-vae/{name}", content) for name, content in {**files, **changes}.items()])


def foreign(**changes: tuple[int, ...]) -> bytes:
    """The archive of a model from elsewhere."""
    draw = torch.Generator().manual_seed(1)
    weights = {}
    for name, (outputs, inputs) in {**OF_EXAMPLE, **changes}.items():
        weights[f"{name}.weight"] = torch.randn(outputs, inputs, generator=draw) / inputs**0.5
        weights[f"{name}.bias"] = torch.randn(outputs, generator=draw)
    return zipped([("example.safetensors", safetensors.torch.save(weights)), ("mapping.json", MAPPING)])


def wide() -> bytes:
    """The archive of a checkpoint whose first layer makes more values than any may."""
    spec = ModelSpec(architecture="conv", encoder_widths=(335,))
    written = {"format": 1, "model": spec.to_json(), "training": {}}
    weights = {key: torch.zeros(shape) for key, shape in checkpoints.expected_shapes(spec).items()}
    return folder(**{"spec.json": json.dumps(written).encode(), "model.safetensors": safetensors.torch.save(weights)})


def send(app, contents: bytes, name: str = "model.zip"):
    """Send a file under the page's ticket, as its part in the browser does, and wait until it is read."""
    arrival = arrivals.of(app.session_state[panel.TICKET])
    arrival.begin()
    arrival.file.write(contents)
    arrival.parts.append((name, len(contents)))
    assert arrival.read().wait(60)
    return run(app)


@pytest.fixture
def app():
    app = visit("images")
    yield app
    for each in store().models(owner_of(app)):
        store().delete_model(each.id, each.owner)


def bring(app, contents: bytes) -> str:
    """Send a model and keep it; its name on pages."""
    send(app, contents)
    assert sentences(app) == []
    press(app, "Keep this model")
    return f"own:{store().models(owner_of(app))[0].id}"


def test_a_folder_of_train_is_shown_kept_and_computes_what_it_computed(app, mnist):
    send(app, folder())
    assert sentences(app) == []
    read = markup(app)
    count = sum(weight.numel() for weight in checkpoints.load(SHIPPED).model.parameters())
    assert f"VAE, 2 latent dimensions, {count:,} weights, for images of MNIST." in read
    assert "It was trained on 3,000,000 images" in read
    shown = pictures(read.partition("im-plain")[2])[:16]
    back = few_images.reconstruct(checkpoints.load(SHIPPED).model, mnist.test.pixels(slice(8)))
    for picture, expected in zip(shown[8:], back, strict=True):
        assert abs(picture / 255 - expected[0].numpy()).max() < 1 / 255
    press(app, "Keep this model")
    (kept,) = store().models(owner_of(app))
    assert kept.name == "my-vae"
    for key, weight in checkpoints.load(SHIPPED).model.state_dict().items():
        assert torch.equal(store().model_weights(kept.id, kept.owner)[key], weight)
    assert [button.label for button in app.button].count("Keep this model") == 0


@pytest.mark.parametrize(
    ("path", "key"),
    [("explore", "model"), ("compare", "vae"), ("interpolate", "vae"), ("kl", "kl_model"), ("shape", "shape_model")],
)
def test_it_is_listed_on_every_page_that_lets_one_choose_a_model(app, path, key, monkeypatch):
    measured = checkpoints.load_measures(SHIPPED, metrics.Measures)
    monkeypatch.setattr(metrics, "evaluate", lambda model, data: measured)  # it takes ten seconds, and is not looked at here
    name = bring(app, foreign())
    go(app, path)
    assert "VAE, 2 latents (yours: model)" in app.selectbox(key=key).options
    choose(app, key, name)
    assert sentences(app) == []
    if path in ("explore", "compare", "interpolate"):
        assert [model["name"] for model in canvas(app)["models"]][-1] == name


def test_nobody_else_lists_it_or_opens_its_link(app):
    name = bring(app, foreign())
    other = visit("explore", model=name)
    assert sentences(other) == [f"The link says model = '{name}'. {GONE_MODEL}"]
    assert not [label for label in other.selectbox(key="model").options if "model)" in label]
    assert name not in trained.names()
    own = visit("images")
    assert "Models that you brought" not in [each.value for each in own.markdown]


def test_it_is_deleted_for_good(app):
    name = bring(app, foreign())
    go(app, "images")
    press(app, "Delete for good")
    assert store().models(owner_of(app)) == []
    assert not [box for box in app.selectbox if box.key == "images_model"]
    go(app, "explore")
    assert name not in app.selectbox(key="model").options


@pytest.mark.parametrize(
    ("contents", "sentence"),
    [
        (foreign(fc3=(40, 3)), "fc3.weight is 40 × 3; by the lines before 'linear fc3' it must be 40 × 2."),
        (foreign(fc21=(70, 40), fc22=(70, 40)), "latent_dim is 70; it must be a whole number from 1 to 64."),
        (foreign(fc23=(2, 40)), "The mapping names no layer for fc23.bias, fc23.weight."),
        (folder(**{"spec.json": SHIPPED.joinpath("spec.json").read_bytes().replace(b"192,", b"190,", 1)}), "The weights do not fit spec.json: "),
        (folder(**{"spec.json": b'{"format": 1, "model": {"encoder_widths": [4096, 4096, 4096, 4096]}, "training": {}}'}), "The weights do not fit spec.json: "),
        (folder(**{"spec.json": b'{"format": 1, "model": {"kind": "gan"}, "training": {}}'}), "It is a GAN, which has no encoder"),
        (folder(**{"spec.json": b'{"format": 1, "model": {}, "training": {"dataset": "own:abc"}}'}), "These images are not there"),
        (folder(**{"spec.json": b'{"format": 1, "model": {"image_shape": [1, 8, 8]}, "training": {}}'}), "It takes images of 1 × 8 × 8"),
        (wide(), "One of its layers makes 65,660 values of an image; 65,536 are the most."),
        (folder(**{"spec.json": b"[]"}), "spec.json cannot be used: its format is not 1."),
        (folder(**{"model.safetensors": b"\x80\x04cos\nsystem\n"}), "damaged or no safetensors file"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_and_can_not_be_kept(app, contents, sentence):
    send(app, contents)
    assert sentences(app)[0] == "This was not read."
    assert sentence in markup(app).replace("&#x27;", "'")
    assert "Keep this model" not in [button.label for button in app.button]


def test_a_decoder_of_any_kernel_is_shown(app):
    weights = {"mu.weight": torch.ones(2, 784), "up.weight": torch.ones(2, 1, 28, 28)}
    mapping = {"encoder": ["flatten"], "mean": "mu", "decoder": ["unflatten 2 1 1", "transposed up"], "output": "none"}
    send(app, zipped([("w.safetensors", safetensors.torch.save(weights)), ("mapping.json", json.dumps(mapping).encode())]))
    assert sentences(app) == []
    assert "Keep this model" in [button.label for button in app.button]


def test_a_decoder_that_no_page_could_show_is_refused(app):
    large = torch.full((784,), 1e6)  # more than the half precision that browsers are sent can hold
    weights = {"mu.weight": torch.ones(2, 784), "up.weight": torch.ones(784, 2), "up.bias": large}
    mapping = {"encoder": ["flatten"], "mean": "mu", "decoder": ["linear up", "unflatten 1 28 28"], "output": "none"}
    send(app, zipped([("w.safetensors", safetensors.torch.save(weights)), ("mapping.json", json.dumps(mapping).encode())]))
    assert "too large to show" in markup(app)


def test_one_too_many_is_said_and_what_was_sent_stays(app, monkeypatch):
    monkeypatch.setattr("explorer.runs.store.own_models.MOST_MODELS", 0)
    send(app, foreign())
    press(app, "Keep this model")
    assert sentences(app)[0] == "That did not work."
    assert "models of its own, the most that are kept" in markup(app)
    assert "Keep this model" in [button.label for button in app.button]


def test_a_model_whose_data_set_is_no_longer_here_is_said_where_it_was_brought_and_missing_elsewhere(app, monkeypatch):
    name = bring(app, foreign())
    monkeypatch.setattr(own_models.showable, "trouble", lambda spec, settings: "The data set is gone.")
    go(app, "explore")
    assert not [label for label in app.selectbox(key="model").options if "yours" in label]
    go(app, "images")
    assert sentences(app) == ["No page can show this model any longer: The data set is gone."]
    assert app.session_state["images_model"] == name


def test_images_and_models_that_were_brought_stand_beside_each_other_on_the_page(app):
    bring(app, foreign())
    press(app, "Try: Digits of 8 × 8")
    try:
        assert sentences(app) == []
        assert [button.label for button in app.button].count("Delete for good") == 2
        assert {"images_model", "images_set"} <= {box.key for box in app.selectbox}
    finally:
        for each in store().image_sets(owner_of(app)):
            store().delete_images(each.id, each.owner)
