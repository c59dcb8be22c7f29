"""The aggregate posterior against the prior: brute force, closed forms, and codes whose answer is known."""

import numpy as np
import pytest
import torch

from vae.measuring.aggregate import (
    aggregate_codes,
    coverage,
    distance_to_codes,
    empty_share,
    mmd,
    near_radius,
    out_of_reach_share,
)
from vae.model.latent import sample_prior
from vae.model.posterior import Posterior


def draws(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("latent_dim", [1, 2, 10])
def test_codes_drawn_from_the_prior_leave_five_percent_of_it_empty(latent_dim):
    assert empty_share(sample_prior(1_000, latent_dim, seed=7)) == pytest.approx(0.05, abs=0.02)


def test_codes_far_away_leave_the_whole_prior_empty():
    assert empty_share(torch.full((1_000, 2), 100.0)) == 1


def test_empty_space_is_what_brute_force_finds():
    codes = draws(200, 2, seed=3) * 0.5
    nearest = torch.cdist(sample_prior(10_000, 2, seed=0).double(), codes.double()).amin(1)
    assert empty_share(codes) == pytest.approx(float((nearest > near_radius(200, 2)).double().mean()), abs=1e-3)


def test_more_codes_are_held_to_a_smaller_radius():
    assert near_radius(2_000, 2) < near_radius(500, 2) < near_radius(100, 2)


@pytest.mark.parametrize("latent_dim", [1, 2, 10, 64])
def test_one_percent_of_the_prior_is_out_of_its_own_reach(latent_dim):
    assert out_of_reach_share(sample_prior(20_000, latent_dim, seed=7)) == pytest.approx(0.01, abs=0.003)


def test_reach_in_two_dimensions_is_the_closed_form_radius():
    """P(|z| > r) = exp(-r^2 / 2), so 1 % lies beyond r = sqrt(-2 log 0.01)."""
    radius = (-2 * np.log(0.01)) ** 0.5
    codes = torch.tensor([[radius - 1e-3, 0], [0, radius + 1e-3], [radius, radius], [0, 0]], dtype=torch.float32)
    assert out_of_reach_share(codes) == 0.5


def test_the_aggregate_posterior_has_the_spread_of_means_plus_that_of_each_posterior():
    q = Posterior(2 * draws(50_000, 2), torch.full((50_000, 2), np.log(0.5)))
    torch.testing.assert_close(aggregate_codes(q, seed=8).var(0), torch.tensor([4.5, 4.5]), rtol=0.03, atol=0)
    point = Posterior(q.mean, None)
    assert torch.equal(aggregate_codes(point), q.mean)


@pytest.mark.parametrize("latent_dim", [1, 2, 10])
def test_codes_drawn_from_the_prior_cover_all_but_one_in_thirty_two(latent_dim):
    """Among draw and codes alike, the nearest five are all draws with probability 2^-5."""
    assert coverage(sample_prior(4_000, latent_dim, seed=7)) == pytest.approx(1 - 2**-5, abs=0.012)


def test_codes_far_away_cover_nothing():
    assert coverage(torch.full((500, 3), 50.0)) == 0


def test_coverage_is_what_brute_force_finds():
    codes, draws_ = draws(300, 2, seed=3) * 0.4, sample_prior(300, 2, seed=0)
    fellows = torch.cdist(draws_.double(), draws_.double()).sort(1).values[:, 5]  # the zeroth is the draw itself
    covered = torch.cdist(draws_.double(), codes.double()).amin(1) <= fellows
    assert coverage(codes) == pytest.approx(float(covered.double().mean()))


@pytest.mark.parametrize("shift", [0.0, 0.7])
def test_discrepancy_of_a_shifted_gaussian_is_its_closed_form(shift):
    """For N(m, I) and N(0, I) and this kernel: MMD^2 = 2 (D / (D + 2))^(D/2) (1 - exp(-|m|^2 / (2 (D + 2))))."""
    latent_dim = 3
    mean = torch.tensor([shift, 0.0, 0.0])
    expected = 2 * (latent_dim / (latent_dim + 2)) ** (latent_dim / 2) * (1 - np.exp(-(shift**2) / (2 * (latent_dim + 2))))
    value, error = mmd(draws(10_000, latent_dim, seed=5) + mean)
    assert value == pytest.approx(expected, abs=4 * error)
    assert 0 < error < 0.003


def test_distances_are_those_of_brute_force():
    codes, points = draws(400, 5, seed=1), draws(50, 5, seed=2)
    np.testing.assert_allclose(distance_to_codes(codes, points), torch.cdist(points, codes).amin(1), rtol=1e-4)
