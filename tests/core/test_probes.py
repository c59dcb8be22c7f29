"""What classifiers read from codes: against brute force, chance, and scikit-learn on a second path."""

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from vae.measuring.probes import (
    NO_PROBES,
    Labelled,
    all_probes,
    knn_accuracy,
    linear_probe,
    linear_probe_few,
    pca_features,
    pixel_features,
)


def draws(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def labelled(features: torch.Tensor, labels: torch.Tensor) -> Labelled:
    return Labelled(features.numpy(), labels.numpy())


def test_neighbours_vote_as_brute_force_says():
    train_codes, codes = draws(300, 4, seed=1), draws(100, 4, seed=2)
    train_labels, labels = ((part[:, 0] * 1.5).round().long().clamp(-2, 2) + 2 for part in (train_codes, codes))
    nearest = torch.cdist(codes.double(), train_codes.double()).topk(10, largest=False).indices  # (100, 10)
    votes = torch.nn.functional.one_hot(train_labels[nearest], 5).sum(1)
    expected = (votes.argmax(1) == labels).double().mean()
    assert knn_accuracy(labelled(train_codes, train_labels), labelled(codes, labels)).value == pytest.approx(float(expected))
    assert 0.5 < expected < 1


def test_neighbours_are_never_wrong_about_far_clusters_and_no_better_than_chance_about_noise():
    labels = torch.arange(1_000) % 10
    clusters = 100 * labels[:, None] + draws(1_000, 2)
    found = knn_accuracy(labelled(clusters, labels), labelled(clusters + draws(1_000, 2, seed=1), labels))
    assert found == (1, 0)
    noise = knn_accuracy(labelled(draws(1_000, 2), labels), labelled(draws(1_000, 2, seed=1), labels))
    assert noise.value == pytest.approx(0.1, abs=0.04)


def two_classes(count: int, gap: float, seed: int) -> Labelled:
    labels = torch.arange(count) % 2
    return labelled(draws(count, 3, seed=seed) + gap * labels[:, None] * torch.tensor([1.0, 0, 0]), labels)


def test_a_linear_probe_reaches_the_best_possible_accuracy_on_two_gaussians():
    """Means a distance d apart: the optimum is Phi(d / 2)."""
    found = linear_probe(two_classes(4_000, 2.0, seed=1), two_classes(4_000, 2.0, seed=2))
    best = float(torch.distributions.Normal(0.0, 1.0).cdf(torch.tensor(1.0)))
    assert found.value == pytest.approx(best, abs=4 * found.error)
    assert found.error == pytest.approx((found.value * (1 - found.value) / 4_000) ** 0.5)


def test_few_labels_do_worse_than_all_and_their_error_is_the_spread_over_repeats():
    train, test = two_classes(2_000, 2.0, seed=1), two_classes(2_000, 2.0, seed=2)
    few = linear_probe_few(train, test, labels=6)
    assert few.value < linear_probe(train, test).value
    assert few.error > 0
    assert few == linear_probe_few(train, test, labels=6)


def test_principal_components_are_those_of_a_full_decomposition(small_digits):
    train, test = pca_features(small_digits, 5)
    pixels, test_pixels = pixel_features(small_digits)
    oracle = PCA(5, svd_solver="full").fit(pixels.features)
    for found, expected in ((train, oracle.transform(pixels.features)), (test, oracle.transform(test_pixels.features))):
        np.testing.assert_allclose(np.abs(found.features), np.abs(expected), atol=1e-3)  # up to the sign of an axis
    assert pixels.features.max() == 1


def test_all_probes_are_shares_with_errors(small_digits):
    found = all_probes(*pixel_features(small_digits))
    assert all(0 <= value <= 1 for value in vars(found).values())
    assert found.linear_probe > 0.8


def test_one_class_is_nothing_to_probe_for_and_rare_classes_give_all_they_have():
    train, test = two_classes(200, 3.0, seed=1), two_classes(100, 3.0, seed=2)
    one = Labelled(train.features, np.zeros_like(train.labels))
    assert all_probes(one, Labelled(test.features, np.zeros_like(test.labels))) == NO_PROBES
    rare = Labelled(train.features[:103], np.concatenate([train.labels[:100], [2, 2, 2]]))
    assert linear_probe_few(rare, test, repeats=3).value > 0.8
    many = Labelled(draws(300, 3).numpy(), np.arange(300) % 150)  # more classes than labels to give out
    assert linear_probe_few(many, test, repeats=2).value < 0.1
