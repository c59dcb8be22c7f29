"""Few images and many: measures against a second way, and what ships against what it claims."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from lessons.images import few_images
from lessons.images.few_images import MODELS, SHOWN, SIZES
from vae.errors import CheckpointError
from vae.model import latent


def test_the_error_is_the_root_of_the_mean_square():
    a, b = (torch.rand(5, 1, 7, 3, generator=torch.Generator().manual_seed(seed)) for seed in (1, 2))
    assert few_images.rmse(a, b) == pytest.approx(float(np.sqrt(np.mean((a.numpy() - b.numpy()) ** 2))))
    assert few_images.rmse(a, a) == 0


@pytest.mark.parametrize("count", [30, 500])  # fewer images than pixels, and more
def test_principal_components_are_those_of_a_library(small_digits, count):
    images = small_digits.train.pixels(slice(count))
    fitted = few_images.components(images, 10)
    expected = PCA(10, svd_solver="full").fit(images.flatten(1).double().numpy())
    back = torch.from_numpy(expected.inverse_transform(expected.transform(images.flatten(1).double().numpy()))).float()
    found = few_images.reconstruct(fitted, images, 10)
    torch.testing.assert_close(found.flatten(1), back.clamp(0, 1), atol=1e-4, rtol=1e-4)
    assert len(few_images.components(images[:7], 10).directions) == 7


def test_the_nearest_image_is_the_one_that_differs_least(small_digits):
    images = small_digits.train.pixels(slice(100))
    noisy = images[[5, 70]] + 0.01
    torch.testing.assert_close(few_images.nearest(noisy, images), images[[5, 70]])


def test_few_images_are_the_first_ones_and_the_others_stay_unseen(small_digits):
    cut = few_images.first(small_digits, 50)
    assert len(cut.train) == 50
    torch.testing.assert_close(cut.train.images, small_digits.train.images[:50])
    assert cut.test is small_digits.test


def test_what_is_written_is_what_is_read_and_few_images_are_memorised(tmp_path, monkeypatch, small_digits):
    monkeypatch.setattr(few_images, "SHELF", replace(few_images.SHELF, root=tmp_path))
    with pytest.raises(CheckpointError, match="few-images"):
        few_images.load()
    few_images.write(small_digits, (50, 400), budget=20_000)
    found = few_images.load()
    assert found.draws.shape == found.nearest.shape == (2, SHOWN, 8, 8)
    for name in MODELS:
        few, many = found.errors[name]
        assert few.seen < few.unseen
        assert few.unseen - few.seen > many.unseen - many.seen
    (few_images.SHELF.folder / "few_images.safetensors").write_bytes(b"damaged")
    with pytest.raises(CheckpointError):
        few_images.load()


def test_what_ships_belongs_to_the_digits_it_claims(mnist):
    found = few_images.load()
    assert {name: len(errors) for name, errors in found.errors.items()} == dict.fromkeys(MODELS, len(SIZES))
    for count, nearest, draws in zip(SIZES, found.nearest, found.draws, strict=True):
        training = mnist.train.pixels(slice(count))[:, 0]
        torch.testing.assert_close(few_images.nearest(draws, training), nearest)
    for size, count in ((0, 50), (2, 500)):  # principal components can be fitted again at once
        fitted = few_images.components(mnist.train.pixels(slice(count)), few_images.LATENTS)
        assert few_images.judge(fitted, few_images.first(mnist, count)) == pytest.approx(found.errors["pca"][size], abs=1e-3)
        again = few_images.reconstruct(fitted, mnist.test.pixels(slice(SHOWN)))[:, 0]
        torch.testing.assert_close(again, found.reconstructions["pca"][size], atol=0.01, rtol=0)
    assert latent.sample_prior(SHOWN, few_images.LATENTS, 0).shape == (SHOWN, few_images.LATENTS)
