"""Measures of cleaned images against closed forms, SciPy and a second path; what ships is what the command would write."""

import json
from dataclasses import replace
from math import log10

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter

from lessons.denoise import cleaning, models
from lessons.shared import pca
from lessons.shared.psnr import psnr
from lessons.shared.shipping import Shelf
from lessons.shared.ssim import ssim
from vae.corruption import NONE, corrupt
from vae.errors import CheckpointError
from vae.learning.settings import TrainingSettings
from vae.model.networks import build


@pytest.fixture(scope="module")
def clean(mnist) -> torch.Tensor:
    return mnist.validation.pixels(slice(40))


def test_the_ratio_of_known_noise_is_its_closed_form(clean):
    for sigma in (0.1, 0.5):
        measured = psnr(corrupt(clean, "gaussian", sigma, 0), clean).mean()
        assert float(measured) == pytest.approx(-20 * log10(sigma), abs=0.1)  # 10 log10(1 / sigma^2)
    share = 0.4
    masked = psnr(corrupt(clean, "masking", share, 0), clean)
    expected = -10 * (share * clean.square().flatten(1).mean(1)).log10()
    assert float((masked - expected).mean()) == pytest.approx(0, abs=0.2)


def test_a_tenth_of_the_error_is_ten_decibels_and_no_error_is_infinite(clean):
    apart = 0.1 * torch.rand(clean.shape, generator=torch.Generator().manual_seed(0))
    near, nearer = (psnr(clean + scale * apart, clean) for scale in (1.0, 0.1**0.5))
    torch.testing.assert_close(nearer - near, torch.full((40,), 10.0, dtype=torch.float64), rtol=0, atol=1e-3)
    assert torch.isinf(psnr(clean, clean)).all()


def of_wang(first: np.ndarray, second: np.ndarray) -> float:
    """The formula of Wang et al. 2004, eq. 13, written out with SciPy's Gaussian window; the rim of 5 pixels is left out."""

    def blur(image: np.ndarray) -> np.ndarray:
        return gaussian_filter(image, 1.5, truncate=3.5)

    c1, c2 = 0.01**2, 0.03**2
    m1, m2 = blur(first), blur(second)
    v1, v2, both = blur(first**2) - m1**2, blur(second**2) - m2**2, blur(first * second) - m1 * m2
    found = ((2 * m1 * m2 + c1) * (2 * both + c2)) / ((m1**2 + m2**2 + c1) * (v1 + v2 + c2))
    return found[5:-5, 5:-5].mean()


def test_structural_similarity_is_the_formula_written_out(clean):
    noisy = corrupt(clean, "gaussian", 0.3, 0)
    expected = [of_wang(a[0].double().numpy(), b[0].double().numpy()) for a, b in zip(noisy, clean, strict=True)]
    noisy, clean = noisy.double(), clean.double()
    np.testing.assert_allclose(ssim(noisy, clean), expected, atol=1e-9)
    np.testing.assert_allclose(ssim(clean, clean), 1)
    assert float(ssim(1 - clean, clean).mean()) < 0


def test_the_median_filter_is_the_middle_of_nine_and_takes_lonely_pixels_away(clean):
    found = cleaning.median(clean)
    padded = np.pad(clean[:, 0].numpy(), ((0, 0), (1, 1), (1, 1)), mode="symmetric")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
    np.testing.assert_array_equal(found[:, 0].numpy(), np.median(windows, axis=(-2, -1)))
    lonely = torch.zeros(1, 1, 28, 28)
    lonely[0, 0, 14, 14] = 1
    assert float(cleaning.median(lonely).max()) == 0


def test_the_noise_on_one_image_only_grows(clean):
    levels = np.linspace(0, 1, 6)
    gaussian = cleaning.growing_noise(clean[0], "gaussian", levels, 3)
    steps = gaussian.diff(dim=0)
    torch.testing.assert_close(steps, steps[:1].expand_as(steps), atol=1e-6, rtol=0)
    for kind in ("salt-pepper", "masking"):
        changed = cleaning.growing_noise(clean[0], kind, levels, 3) != clean[0]
        assert (changed[1:] | ~changed[:-1]).all()  # once hit, a pixel stays hit
    assert torch.equal(gaussian[0], clean[0])


def test_a_mean_has_the_standard_error_of_its_sample():
    values = torch.tensor([1.0, 2.0, 4.0])
    assert cleaning.mean_of(values) == cleaning.Mean(
        pytest.approx(7 / 3), pytest.approx(np.std(values.numpy(), ddof=1) / 3**0.5)
    )


def test_models_of_one_lesson_differ_in_nothing_but_kind_and_noise():
    for spec, settings in models.recipes().values():
        assert replace(spec, kind="ae") == models.SPEC
        assert replace(settings, corruption=NONE, corruption_level=0.0) == models.SETTINGS


def test_the_models_that_ship_are_whole_and_of_that_shape_and_recipe():
    for name, model in models.load().items():
        assert model.spec == models.recipes()[name][0]
        told = json.loads((models.SHELF.folder / f"denoise-{name}" / "spec.json").read_text())["training"]
        assert TrainingSettings.from_json(told) == models.recipes()[name][1]


def test_the_curves_that_ship_are_measured_again(mnist):
    """A few of the numbers, from the models that ship, on the same digits with the same noise."""
    told = models.load_curves()
    by = models.ways(models.load(), pca.load())
    clean = mnist.test.pixels(slice(told["images"]))
    for kind, way, at in (
        ("gaussian", "gaussian", 4),
        ("salt-pepper", "median", 1),
        ("masking", "pca", 7),
        ("gaussian", "vae", 9),
    ):
        images = by[way](corrupt(clean, kind, told["levels"][at], models.NOISE_SEED))
        found = psnr(images, clean)
        told_mean = told["curves"][kind][way]["psnr"][at]
        assert float(found.mean()) == pytest.approx(told_mean["mean"], abs=0.02)
        assert float(found.std() / len(found) ** 0.5) == pytest.approx(told_mean["error"], rel=0.02)


def mean(kind: str, way: str, at: int, measure: str = "psnr") -> float:
    return models.load_curves()["curves"][kind][way][measure][at]["mean"]


def test_what_the_page_says_of_the_curves_is_so():
    at = {kind: models.LEVELS.index(min(models.LEVELS, key=lambda x, v=v: abs(x - v))) for kind, v in models.TRAINED_AT.items()}
    for kind, level in at.items():  # the one that knows this noise is the best denoiser of it
        own = mean(kind, kind, level)
        assert all(own > mean(kind, way, level) for way in ("ae", "vae", "pca", "median", NONE) if way != kind)
        assert all(own > mean(kind, other, level) for other in models.TRAINED_AT if other != kind)
    assert mean("gaussian", "pca", 4) > mean("gaussian", "vae", 4) > mean("gaussian", "ae", 4) > mean("gaussian", NONE, 4)
    assert mean("masking", "ae", 0) > mean("masking", "masking", 0)  # it paints back what was never gone
    ways = {NONE, "pca", "median", *models.recipes()}
    assert max(ways, key=lambda way: mean("gaussian", way, 0)) == NONE  # nothing beats leaving weak noise in
    for measure in ("psnr", "ssim"):
        assert max(ways, key=lambda way: mean("salt-pepper", way, 0, measure)) == "median"
        assert mean("salt-pepper", "median", 4, measure) < mean("salt-pepper", "salt-pepper", 4, measure)


def test_every_way_gives_images_within_the_range_of_pixels(clean):
    untrained = {name: build(spec, 0) for name, (spec, _) in models.recipes().items()}
    noisy = corrupt(clean, "gaussian", 1.0, 0)
    for way, clean_up in models.ways(untrained, pca.load()).items():
        found = clean_up(noisy)
        assert found.shape == clean.shape, way
        assert 0 <= float(found.min()) <= float(found.max()) <= 1, way


@pytest.mark.parametrize("content", [None, "", "{}", '{"levels": [1], "images": 3, "curves": {"gaussian": {}}}', "[1]"])
def test_curves_that_are_missing_or_damaged_cost_a_sentence(tmp_path, monkeypatch, content):
    monkeypatch.setattr(models, "SHELF", Shelf("denoise", "denoise", tmp_path))
    if content is not None:
        models.SHELF.folder.mkdir(parents=True)
        (models.SHELF.folder / "denoise-curves.json").write_text(content)
    with pytest.raises(CheckpointError, match="python -m lessons denoise"):
        models.load_curves()


def test_a_missing_model_costs_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(models, "SHELF", Shelf("denoise", "denoise", tmp_path))
    with pytest.raises(CheckpointError, match="python -m lessons denoise"):
        models.load()
