"""The page that looks inside: what it tells the browser, what it says it measured, and how a link and a report are believed."""

import gzip
import json
import re
import shutil
from dataclasses import replace

import numpy as np
import pytest
from app_driver import canvas, choose, markup, press, sentences, visit
from torch.nn.functional import gelu

from explorer.models import trained
from explorer.page import words
from lessons.inside import excitation, models, screen
from vae.data import Split
from vae.measuring import metrics
from vae.model.networks import parameter_count


@pytest.fixture(scope="module")
def nets():
    return screen.nets()


def text(app) -> str:
    return re.sub(r"<[^>]+>", " ", markup(app))


def test_the_bytes_hold_each_units_favourites_with_their_pictures(nets, mnist):
    net = nets["conv"]
    body = screen.favourites(net)
    raw = gzip.decompress(body.compressed)
    length = int.from_bytes(raw[:4], "little")
    header = json.loads(raw[4 : 4 + length])
    assert {a["name"] for a in header["arrays"]} >= {"image0", "place1", "value2", "imagelow", "pictures"}
    (shape,) = (a["shape"] for a in header["arrays"] if a["name"] == "image1")
    assert shape == [32 * screen.KEPT]
    first = header["indices"][0]
    assert header["labels"][0] == int(mnist.test.labels[first])
    assert len(body.compressed) < 150_000


def test_a_unit_is_silent_a_detector_or_a_pattern_and_all_are_counted(mnist):
    counts = screen.first_layer(screen.DENSE)
    assert sum(counts.values()) == 192
    model, images = trained.get(screen.DENSE).model, mnist.test.pixels()
    on = (gelu(model.trunk[1](images.flatten(1))) > excitation.SILENT).float().mean(0)  # a second way, without the survey
    assert counts["off"] == int((on < 0.001).sum())
    assert max(counts, key=lambda kind: counts[kind]) == "off"
    assert counts["wide"] > 3 * counts["stroke"]


def test_what_is_silent_is_cheap_to_lose(mnist):
    whole, less = screen.price_of_silence(screen.DENSE)
    first = Split(mnist.test.images[:1000], mnist.test.labels[:1000])
    assert whole == pytest.approx(metrics.bound(trained.get(screen.DENSE).model, first).negative_elbo, abs=0.5)
    assert whole < less < whole + 5


def test_the_page_compares_a_prediction_and_tells_what_each_network_costs(nets):
    app = visit("inside")
    assert not sentences(app)
    choose(app, "inside_predicted", "stroke")
    press(app, "Reveal")
    options = words.load("lessons/inside").items("predict")
    assert f"You predicted: {options['stroke']}. What happens:  {options['off']}" in text(app)
    for net in nets.values():
        assert f"{parameter_count(net.model):,}" in text(app)
    assert f"{nets['conv'].measures.negative_elbo:.1f}" in text(app)
    told = canvas(app)
    assert [net["name"] for net in told["nets"]] == ["mlp", "conv"]
    assert sum(stage["parameters"] for stage in told["nets"][1]["stages"]) == parameter_count(nets["conv"].model)
    assert [stage["field"] and stage["field"]["size"] for stage in told["nets"][1]["stages"]] == [3, 7, None, 10, 4, 1]


def test_the_share_of_weights_that_touch_pixels_is_that_of_the_layers_with_784_of_them(nets):
    (mlp, *_) = nets.values()
    weights = mlp.model.state_dict()
    touching = sum(weight.numel() for name, weight in weights.items() if 784 in weight.shape and weight.dim() == 2)
    assert mlp.touching == pytest.approx(touching / mlp.parameters, abs=0.005)  # biases aside


def test_a_link_opens_a_digit_a_unit_and_a_shift(mnist):
    link = {"inside_digit": "8", "inside_unit": "conv.1.700", "inside_right": "4", "inside_down": "-2"}
    app = visit("inside", **link)
    assert not sentences(app)
    assert app.query_params == link
    told = canvas(app)
    assert told["start"] == {"unit": "conv.1.700", "right": 4, "down": -2}
    assert told["digit"]["label"] == int(mnist.test.labels[8])
    assert np.array_equal(told["digit"]["pixels"], mnist.test.images[8].flatten())


@pytest.mark.parametrize("unit", ["conv.1.1568", "mlp.7.0", "cnn.0.0", "mlp.0", "mlp.0.-1", "conv.1.\u00b2", ""])
def test_a_unit_that_is_not_there_is_named(nets, unit):
    with pytest.raises(ValueError, match="no such unit"):
        screen.read_unit(nets, unit)


def test_a_link_to_a_unit_that_is_not_there_says_so():
    app = visit("inside", inside_unit="mlp.7.0")
    (said,) = sentences(app)
    assert said.startswith("The link says inside_unit = 'mlp.7.0'. There is no such unit")
    assert canvas(app)["start"]["unit"] == "mlp.0.96"


@pytest.mark.parametrize("file", ["model.safetensors", "metrics.json"])
def test_a_missing_file_of_the_lessons_models_says_what_to_do(tmp_path, monkeypatch, file):
    shelf = replace(models.SHELF, root=tmp_path)
    shutil.copytree(models.SHELF.folder / "inside-conv", shelf.folder / "inside-conv")
    (shelf.folder / "inside-conv" / file).unlink()
    monkeypatch.setattr(models, "SHELF", shelf)
    screen.of_lesson.clear()
    (said,) = sentences(visit("inside"))
    assert "python -m lessons inside" in said
