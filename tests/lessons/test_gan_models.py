"""What ships for the lesson on GANs is what its recipes say, measured again, and damage costs a sentence."""

import json
import shutil
from dataclasses import replace

import pytest
import safetensors.torch
import torch

from lessons.gan import models, samples
from lessons.shared import classifier
from vae.errors import CheckpointError
from vae.learning.training import Training
from vae.model.networks import build, build_network


@pytest.fixture(scope="module")
def shipped() -> models.Shipped:
    return models.load()


def test_generator_and_vae_have_one_decoder_and_see_as_many_images():
    gan, vae, collapsed = (models.recipe_of(name) for name in ("gan", "vae", "collapsed"))
    assert replace(gan.spec, kind="vae") == vae.spec
    assert gan.settings.images == vae.settings.images == collapsed.settings.images
    assert replace(collapsed.settings, gradient_penalty=gan.settings.gradient_penalty) == gan.settings
    assert collapsed.settings.gradient_penalty == 0 < gan.settings.gradient_penalty


def test_as_many_images_are_not_as_many_updates_and_the_page_counts_those_that_training_makes(mnist):
    for name in ("gan", "vae"):
        spec, settings = models.recipe_of(name)
        assert Training([build_network(spec)], [settings], mnist).steps == models.updates()[f"{name}_updates"]
    assert models.updates()["gan_updates"] == 2 * models.updates()["vae_updates"]


@pytest.mark.parametrize("name", models.DRAWERS)
def test_the_measures_are_those_of_the_networks_that_ship(shipped, mnist, name):
    judge, _ = classifier.load()
    reference = classifier.features(judge, mnist.test.pixels())
    found = samples.measure(models.draw(shipped.networks[name], models.noise(3_000)), judge, reference)
    said = shipped.measures[name][0]
    assert abs(found.covered - said.covered) <= 1  # of fewer pictures, a class at the threshold may fall on either side
    assert found.effective == pytest.approx(said.effective, abs=0.15)
    assert found.sharpness == pytest.approx(said.sharpness, rel=0.03)
    assert found.frechet == pytest.approx(said.frechet, rel=0.1, abs=1.0)


def test_what_the_page_says_of_them_is_so(shipped):
    measures = shipped.measures
    assert len(measures["gan"]) == len(measures["vae"]) == models.SEEDS
    for gan in measures["gan"]:
        assert gan.covered == 10
        for vae in measures["vae"]:
            assert gan.frechet < vae.frechet
            assert gan.sharpness > vae.sharpness
            assert gan.mid_grey < vae.mid_grey
        assert gan.frechet > measures["real"][0].frechet
    assert measures["collapsed"][0].covered < 8
    assert measures["collapsed"][0].confidence > 0.8


def test_the_histories_begin_at_nothing_and_end_at_the_budget(shipped):
    for history in shipped.losses.values():
        assert history[0]["images"] == 0
        assert history[-1]["images"] >= models.IMAGES
        for moment in history:
            assert sum(moment["real"]) == pytest.approx(1, abs=2e-3)
            assert sum(moment["fake"]) == pytest.approx(1, abs=2e-3)


def test_draws_like_the_codes_have_their_mean_and_covariance():
    codes = (
        torch.randn(5_000, 3, generator=torch.Generator().manual_seed(0)) @ torch.tensor([[2.0, 0, 0], [1, 1, 0], [0, -1, 0.5]])
        + 4
    )
    drawn = models.codes_like(codes, torch.randn(200_000, 3, generator=torch.Generator().manual_seed(1)))
    torch.testing.assert_close(drawn.mean(0), codes.mean(0), atol=0.03, rtol=0)
    torch.testing.assert_close(torch.cov(drawn.T), torch.cov(codes.T), atol=0.08, rtol=0.02)


def test_training_is_repeatable_and_its_history_has_every_moment(small_mnist):
    (first, records), (second, _) = (models.learn("gan", 3, small_mnist, 2_560) for _ in range(2))
    for name, weight in first.state_dict().items():
        assert torch.equal(weight, second.state_dict()[name])
    history = models.histories(records)
    assert [moment["images"] for moment in history] == [record.images_seen for record in records]
    assert build(models.recipe_of("vae").spec).decoder.state_dict().keys() == first.decoder.state_dict().keys()


@pytest.mark.parametrize("damage", ["networks", "measures", "losses", "missing"])
def test_damage_says_what_to_do(tmp_path, monkeypatch, damage):
    shelf = replace(models.SHELF, root=tmp_path)
    shutil.copytree(models.SHELF.folder, shelf.folder)
    monkeypatch.setattr(models, "SHELF", shelf)
    folder = shelf.folder / "gan"
    if damage == "networks":
        (folder / "networks.safetensors").write_bytes(safetensors.torch.save({"gan.0.weight": torch.zeros(2)}))
    elif damage == "measures":
        (folder / "measures.json").write_text(json.dumps({"gan": [{}]}))
    elif damage == "losses":
        (folder / "losses.json").write_text("{")
    else:
        (folder / "measures.json").unlink()
    with pytest.raises(CheckpointError, match="python -m lessons gan"):
        models.load()
