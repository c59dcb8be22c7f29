"""Streams of random numbers: the same for the same purpose and seed, and never the same for two purposes."""

import itertools

import numpy as np
import pytest
import torch

from vae.streams import Purpose, normal, numpy_stream, stream


def test_no_two_streams_begin_alike():
    """torch's generator has 2^32 states to begin from, so it has to be looked at."""
    seeds = [*range(200), *itertools.product(range(3), range(40))]
    begins = {(purpose, seed): stream(purpose, seed).initial_seed() for purpose in Purpose for seed in seeds}
    assert len(set(begins.values())) == len(Purpose) * len(seeds)
    assert min(begins.values()) > 1_000  # far from the small numbers that seed training and numbered draws


@pytest.mark.parametrize("purpose", Purpose)
def test_a_stream_is_the_same_for_the_same_purpose_and_seed(purpose):
    assert torch.equal(normal(purpose, 50, 3, seed=4), torch.randn(50, 3, generator=stream(purpose, 4)))
    assert not torch.equal(normal(purpose, 50, 3, seed=4), normal(purpose, 50, 3, seed=5))
    assert np.array_equal(numpy_stream(purpose, (1, 2)).random(9), numpy_stream(purpose, (1, 2)).random(9))


def test_draws_for_different_purposes_are_uncorrelated():
    drawn = torch.stack([normal(purpose, 40_000) for purpose in Purpose])
    between = torch.corrcoef(drawn) - torch.eye(len(Purpose))
    assert between.abs().max() < 4.5 / 40_000**0.5  # of 78 pairs
