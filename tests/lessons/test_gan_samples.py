"""Measures of generated pictures against closed forms, laws, SciPy and counting; the classifier that they lean on."""

import shutil
from dataclasses import replace
from math import exp, log

import numpy as np
import pytest
import torch
from scipy.linalg import sqrtm
from scipy.ndimage import gaussian_filter
from scipy.stats import entropy
from sklearn.metrics import accuracy_score

from lessons.gan import samples
from lessons.shared import classifier
from vae.errors import CheckpointError


@pytest.fixture(scope="module")
def judge() -> classifier.Classifier:
    return classifier.load()[0]


def gaussian(count: int, mean: np.ndarray, factor: np.ndarray, seed: int) -> torch.Tensor:
    return torch.from_numpy(mean + np.random.default_rng(seed).standard_normal((count, len(mean))) @ factor.T)


def test_a_set_is_at_no_distance_from_itself():
    one = gaussian(500, np.zeros(6), np.diag([1.0, 2.0, 0.5, 1.0, 3.0, 0.1]), 0)
    assert samples.frechet_distance(one, one) == pytest.approx(0, abs=1e-6)
    assert samples.frechet_distance(one, one[torch.randperm(500)]) == pytest.approx(0, abs=1e-6)


def test_moved_by_a_constant_the_distance_is_its_square():
    one = gaussian(500, np.zeros(4), np.eye(4), 1)
    move = torch.tensor([1.0, -2.0, 0.5, 0.0])
    assert samples.frechet_distance(one, one + move) == pytest.approx(float(move @ move), abs=1e-6)


def test_for_gaussians_that_commute_it_is_the_closed_form():
    """tr(C1 + C2 - 2 (C1 C2)^(1/2)) = sum of (s1 - s2)^2 along common axes, whatever way these are turned."""
    turn = np.linalg.qr(np.random.default_rng(2).standard_normal((3, 3)))[0]
    raw = gaussian(4_000, np.zeros(3), np.eye(3), 3).numpy()
    white = (raw - raw.mean(0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(raw, rowvar=False))).T  # covariance I, exactly
    first, second = np.array([1.0, 2.0, 0.5]), np.array([3.0, 1.0, 0.5])
    one, two = (torch.from_numpy(white * widths @ turn.T) for widths in (first, second))
    assert samples.frechet_distance(one, two) == pytest.approx(float(((first - second) ** 2).sum()), abs=1e-6)


def test_it_is_what_scipys_matrix_root_gives():
    draw = np.random.default_rng(8)
    one, two = (gaussian(800, draw.standard_normal(6), draw.standard_normal((6, 6)), seed) for seed in (9, 10))
    spreads = [np.cov(features.numpy(), rowvar=False) for features in (one, two)]
    between = (one.mean(0) - two.mean(0)).numpy()
    oracle = between @ between + np.trace(spreads[0] + spreads[1] - 2 * np.real(sqrtm(spreads[0] @ spreads[1])))
    assert samples.frechet_distance(one, two) == pytest.approx(oracle, rel=1e-9)


def test_a_set_of_one_picture_over_and_over_has_a_distance_too():
    """tr C + |m|^2 where the other set does not vary at all."""
    one, still = gaussian(300, np.zeros(4), np.diag([1.0, 2.0, 3.0, 0.0]), 11), torch.ones(50, 4, dtype=torch.float64)
    spread = float(np.trace(np.cov(one.numpy(), rowvar=False)))
    expected = spread + float((one.mean(0) - 1).square().sum())
    assert samples.frechet_distance(one, still) == pytest.approx(expected, abs=1e-6)


def test_it_is_symmetric_and_unmoved_by_a_turn_of_the_features():
    one, two = gaussian(300, np.ones(5), np.diag([1, 2, 3, 1, 1.0]), 4), gaussian(400, np.zeros(5), np.eye(5), 5)
    turn = torch.from_numpy(np.linalg.qr(np.random.default_rng(6).standard_normal((5, 5)))[0])
    distance = samples.frechet_distance(one, two)
    assert samples.frechet_distance(two, one) == pytest.approx(distance, rel=1e-6)
    assert samples.frechet_distance(one @ turn, two @ turn) == pytest.approx(distance, rel=1e-6)


def test_effective_classes_are_the_exponential_of_scipys_entropy():
    assert samples.effective_classes(torch.full((10,), 0.1, dtype=torch.float64)) == pytest.approx(10)
    one = torch.zeros(10, dtype=torch.float64)
    one[3] = 1.0
    assert samples.effective_classes(one) == pytest.approx(1)
    shares = torch.tensor([0.5, 0.25, 0.125, 0.125], dtype=torch.float64)
    assert samples.effective_classes(shares) == pytest.approx(exp(entropy(shares)))
    assert log(samples.effective_classes(shares)) == pytest.approx(1.75 * log(2))


def test_shares_are_counts_and_a_class_counts_from_a_tenth_of_its_fair_share():
    probabilities = torch.eye(10)[torch.tensor([0] * 980 + [1] * 11 + [2] * 9)]
    shares = samples.class_shares(probabilities)
    np.testing.assert_allclose(shares[:3], [0.98, 0.011, 0.009])
    assert samples.covered(shares) == 2


def test_blur_lowers_sharpness_and_raises_grey_and_boldness_changes_little(mnist):
    images = mnist.test.pixels(slice(200))
    before = samples.sharpness(images)
    for width in (0.7, 1.2):
        soft = torch.from_numpy(gaussian_filter(images.numpy(), (0, 0, width, width)))
        assert samples.sharpness(soft) < 0.8 * before
        assert samples.mid_grey(soft) > samples.mid_grey(images)
        before = samples.sharpness(soft)


def test_the_gradient_of_a_ramp_is_its_slope():
    ramp = (0.02 * torch.arange(28.0)).expand(1, 1, 28, 28)
    assert float(samples.edges(ramp)) == pytest.approx(0.02, rel=1e-5)
    both = ramp + ramp.transpose(2, 3)
    assert float(samples.edges(both)) == pytest.approx(0.02 * 2**0.5, rel=1e-5)
    assert samples.sharpness(0.5 * ramp) == pytest.approx(samples.sharpness(ramp), rel=1e-5)


def test_the_shipped_classifier_is_as_accurate_as_it_says(judge, mnist):
    said = classifier.load()[1]
    predicted = classifier.probabilities(judge, mnist.test.pixels()).argmax(1)
    assert accuracy_score(mnist.test.labels, predicted) == pytest.approx(said, abs=5e-4)
    assert said >= 0.98


def test_measured_against_themselves_test_digits_are_at_distance_zero_and_cover_all(judge, mnist):
    images = mnist.test.pixels(slice(2_000))
    quality = samples.measure(images, judge, classifier.features(judge, images))
    assert quality.frechet == pytest.approx(0, abs=1e-4)
    assert quality.covered == 10
    assert quality.effective > 9.8
    labels = torch.bincount(mnist.test.labels[:2_000].long(), minlength=10) / 2_000
    np.testing.assert_allclose(quality.shares, labels, atol=0.01)


def test_one_class_only_is_seen_as_such(judge, mnist):
    ones = mnist.test.pixels(mnist.test.labels == 1)
    quality = samples.measure(ones, judge, classifier.features(judge, mnist.test.pixels()))
    assert quality.covered == 1
    assert quality.effective < 1.2
    assert quality.frechet > 100


def test_a_short_training_beats_guessing_by_far(small_mnist):
    model = classifier.train(small_mnist, epochs=15)
    assert classifier.accuracy(model, small_mnist.test) > 0.7


@pytest.mark.parametrize("damage", ["gone", "noise", "measures"])
def test_a_damaged_classifier_says_what_to_do(tmp_path, monkeypatch, damage):
    kept = classifier.SHELVES[classifier.FOLDER]
    shelf = replace(kept, root=tmp_path)
    shutil.copytree(kept.folder, shelf.folder)
    monkeypatch.setitem(classifier.SHELVES, classifier.FOLDER, shelf)
    folder = shelf.folder / "classifier"
    if damage == "gone":
        (folder / "model.safetensors").unlink()
    elif damage == "noise":
        (folder / "model.safetensors").write_bytes(bytes(range(256)))
    else:
        (folder / "metrics.json").write_text("[]")
    with pytest.raises(CheckpointError, match="python -m lessons classifier"):
        classifier.load()
