"""Principal components against the singular value decomposition, Eckart and Young's theorem, and what ships against the test set."""

import numpy as np
import pytest
import torch

from lessons.shared import pca
from lessons.shared.shipping import Shelf
from vae.errors import CheckpointError


@pytest.fixture(scope="module")
def fitted(digits):
    return pca.fit(digits, count=20)


@pytest.fixture(scope="module")
def train(digits):
    return digits.train.pixels().flatten(1)


def test_directions_are_the_right_singular_vectors(fitted, train):
    values, vectors = np.linalg.svd((train - train.mean(0)).double().numpy(), full_matrices=False)[1:]
    assert torch.allclose(fitted.directions @ fitted.directions.T, torch.eye(20), atol=1e-5)
    overlap = np.abs((vectors[:20] * fitted.directions.numpy()).sum(1))  # signs are arbitrary
    assert overlap == pytest.approx(np.ones(20), abs=1e-3)
    assert fitted.variances.numpy() == pytest.approx(values**2 / (len(train) - 1), abs=1e-4)


def test_no_other_linear_code_of_that_size_has_a_lower_squared_error(fitted, train):
    """Unclamped, on the training images; and what is left is the variance along the other directions."""
    centred = train - fitted.mean
    left = float((centred - centred @ fitted.directions.T @ fitted.directions).square().sum(1).mean())
    assert left == pytest.approx(float(fitted.variances[20:].sum()), rel=2e-3)
    generator = torch.Generator().manual_seed(0)
    for size in (0.02, 0.2, 5.0):
        other = torch.linalg.qr((fitted.directions + size * torch.randn(20, 64, generator=generator) / 8).T).Q
        assert float((centred - centred @ other @ other.T).square().sum(1).mean()) > left


def test_the_error_at_a_size_is_that_of_encoding_and_decoding(fitted, digits):
    images = digits.test.pixels()
    for count in (1, 7, 20):
        back = fitted.decode(fitted.encode(images, count))
        error = float((back - images.flatten(1)).square().sum(1).mean())
        assert float(fitted.errors[count - 1]) == pytest.approx(error, rel=1e-4)
    assert float(fitted.errors[-1]) == pytest.approx(0, abs=1e-4)  # all components: nothing is lost


def test_uncut_the_error_is_what_projection_leaves_and_cutting_lowers_it(fitted, digits):
    images = digits.test.pixels()
    flat, found = images.flatten(1), fitted.linear_errors(images)
    for count in (1, 7, 20):
        basis = fitted.directions[:count]
        left = flat - fitted.mean - (flat - fitted.mean) @ basis.T @ basis
        assert float(found[count - 1]) == pytest.approx(float(left.square().sum(1).mean()), rel=1e-4)
        assert fitted.errors[count - 1] < found[count - 1]


def test_what_ships_does_what_it_says_on_mnist(mnist):
    shipped = pca.load()
    images = mnist.test.pixels()
    error = float((shipped.decode(shipped.encode(images, 10)) - images.flatten(1)).square().sum(1).mean())
    assert float(shipped.errors[9]) == pytest.approx(error, rel=1e-3)  # directions are float16


def test_a_damaged_file_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(pca, "SHELF", Shelf("shared", "pca", tmp_path))
    pca.SHELF.folder.mkdir(parents=True)
    for contents in (None, b"noise" * 40):
        if contents:
            (pca.SHELF.folder / "pca.safetensors").write_bytes(contents)
        with pytest.raises(CheckpointError, match="python -m lessons pca"):
            pca.load()
