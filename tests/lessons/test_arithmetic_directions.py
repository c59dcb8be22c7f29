"""Directions and their support against closed forms, and groups that differ in nothing."""

import numpy as np
import pytest
import torch
from sklearn.neighbors import KNeighborsClassifier

from lessons.arithmetic import directions
from lessons.shared import pca
from lessons.shared.coders import Coder, of_pca

D = 12


def draws(count: int, seed: int, shift: float = 0.0) -> torch.Tensor:
    codes = torch.randn(count, D, generator=torch.Generator().manual_seed(seed))
    codes[:, 0] += shift
    return codes


def test_bootstrap_directions_scatter_about_the_direction_as_the_theory_of_means_says():
    """Variance of a mean of N draws with replacement: the examples' own (biased) variance over N; two independent means add."""
    plus, minus = draws(40, 0, 2.0), draws(25, 1)
    samples = directions.bootstrap(plus, minus, 8_000)
    assert samples.mean(0).numpy() == pytest.approx(directions.direction(plus, minus).numpy(), abs=0.02)
    expected = plus.var(0, unbiased=False) / 40 + minus.var(0, unbiased=False) / 25
    assert samples.var(0).numpy() == pytest.approx(expected.numpy(), rel=0.1)


def test_halves_of_groups_that_differ_in_nothing_agree_about_zero():
    means = [float(directions.halves(draws(40, seed), draws(40, 1_000 + seed), 20).mean()) for seed in range(60)]
    assert abs(np.mean(means)) < 3 * np.std(means, ddof=1) / 60**0.5 + 0.02
    assert np.mean(means) < 0.15


def test_halves_agree_as_signal_and_noise_say():
    """A shift d in one of D numbers of variance 1: cosine about d^2 / (d^2 + D (1/20 + 1/20)), 20 examples in each half."""
    shift = 3.0
    found = np.mean([float(directions.halves(draws(40, s, shift), draws(40, 500 + s), 20).mean()) for s in range(20)])
    assert found == pytest.approx(shift**2 / (shift**2 + D * 0.1), abs=0.05)


def test_a_direction_without_support_is_no_longer_than_those_of_shuffled_groups():
    """Under the null hypothesis the share is uniform (a permutation test is exact); with a real difference it is 1."""
    shares = []
    for seed in range(80):
        plus, minus = draws(15, seed), draws(15, 2_000 + seed)
        lengths = directions.shuffled_lengths(plus, minus, 60, seed)
        shares.append(float((directions.direction(plus, minus).norm() > lengths).double().mean()))
    assert np.mean(shares) == pytest.approx(0.5, abs=4 * (1 / 12 / 80) ** 0.5)
    assert np.mean(np.array(shares) > 0.95) < 0.15
    real = directions.shuffled_lengths(draws(15, 0, 3.0), draws(15, 1), 200)
    assert bool((directions.direction(draws(15, 0, 3.0), draws(15, 1)).norm() > real).all())


def test_groups_are_what_they_are_called():
    values = torch.randn(500, generator=torch.Generator().manual_seed(0))
    labels = torch.arange(500) % 10
    plain = directions.extremes(values, 20, 50, seed=1)
    assert values[plain.plus].min() >= values.sort(descending=True).values[49]
    assert values[plain.minus].max() <= values.sort().values[49]
    upright = directions.extremes(values, 20, 50, seed=1, middle=0.0)
    assert values[upright.minus].abs().max() <= values.abs().sort().values[49]
    matched = directions.extremes_by_class(values, labels, 30, seed=1)
    for group in matched:
        assert labels[group].bincount().tolist() == [3] * 10
    assert values[matched.plus].min() > values[matched.minus].max()
    random = directions.at_random(500, 60, seed=0)
    assert len(set(random.plus.tolist()) | set(random.minus.tolist())) == 120
    classes = directions.of_classes(labels, 7, 1, 15, seed=0)
    assert set(labels[classes.plus].tolist()) == {7}
    assert set(labels[classes.minus].tolist()) == {1}
    for groups in (plain, matched, random, classes):
        assert all(len(set(group.tolist())) == len(group) for group in groups)  # no example twice


def test_moving_along_a_direction_with_a_linear_decoder_adds_the_same_picture_to_all():
    weight = torch.randn(D, 16, generator=torch.Generator().manual_seed(0))
    coder = Coder("pca", D, lambda images: images, lambda codes: codes @ weight, 0)
    codes, step, strengths = draws(5, 3), draws(1, 4)[0], torch.tensor([-1.0, 0.0, 0.5])
    images = directions.moved(coder, codes, step, strengths)
    assert images.shape == (3, 5, 16)
    assert torch.allclose(images[2] - images[1], (0.5 * step @ weight).expand(5, -1), atol=1e-5)
    values = directions.effect(coder, codes, step[None], strengths, lambda pictures: pictures.sum(-1))
    assert torch.allclose(values[0, 1], (codes @ weight).sum(1), atol=1e-4)
    assert directions.rising_share(torch.tensor([[0.0, 0, 0], [1, 2, -1], [2, 1, 1]])) == pytest.approx(1 / 3)


def test_the_reader_reads_test_digits_as_scikit_learn_does(mnist):
    components = pca.load()
    images, labels = mnist.train.pixels(slice(2_000)), mnist.train.labels[:2_000]
    reader = directions.Reader(images, labels, components)
    test = mnist.test.pixels(slice(200)).flatten(1)
    coder = of_pca(components, 20)
    oracle = KNeighborsClassifier(10).fit(coder.encode(images).numpy(), labels.numpy()).predict(coder.encode(test).numpy())
    found = reader.read(test.view(4, 50, 784))
    assert found.flatten().tolist() == oracle.tolist()
    assert (found.flatten() == mnist.test.labels[:200]).double().mean() > 0.9
