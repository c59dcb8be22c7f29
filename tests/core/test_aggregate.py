"""The aggregate posterior against the prior: brute force, closed forms, and codes whose answer is known."""

import numpy as np
import pytest
import torch

from vae.measuring import aggregate
from vae.measuring.aggregate import (
    aggregate_codes,
    coverage,
    distance_to_codes,
    farther,
    filling,
    full_coverage,
    landing,
    mmd,
    near_radius,
    out_of_reach_share,
    whitened,
)
from vae.model.latent import sample_prior
from vae.model.posterior import Posterior
from vae.streams import Purpose, normal


def draws(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def the_prior(count: int, latent_dim: int) -> Posterior:
    """Posteriors that are all the prior: their aggregate is N(0, I) exactly."""
    return Posterior(torch.zeros(count, latent_dim), torch.zeros(count, latent_dim))


def of_many_sets(measure, count: int, latent_dim: int, sets: int) -> tuple[float, float]:
    """Mean of a measure over sets of codes from the prior, and its standard error."""
    found = [measure(draws(count, latent_dim, seed=100 + i), i) for i in range(sets)]
    return float(np.mean(found)), float(np.std(found, ddof=1) / sets**0.5)


@pytest.mark.parametrize(("count", "sets"), [(10, 16), (100, 6), (1_000, 2), (10_000, 1)])
@pytest.mark.parametrize("latent_dim", [2, 10, 20, 40])
def test_if_every_posterior_is_the_prior_five_percent_of_it_is_empty(latent_dim, count, sets):
    found = [landing(aggregate_codes(the_prior(count, latent_dim), seed), seed) for seed in range(sets)]
    error = sum(each.error**2 for each in found) ** 0.5 / sets
    assert np.mean([each.empty_share for each in found]) == pytest.approx(0.05, abs=3.5 * error)
    assert error < 0.012


@pytest.mark.parametrize(("count", "sets"), [(10, 6), (100, 6), (1_000, 6), (10_000, 1)])
@pytest.mark.parametrize("latent_dim", [2, 20])
def test_if_every_posterior_is_the_prior_its_coverage_is_the_closed_form(latent_dim, count, sets):
    found = [coverage(aggregate_codes(the_prior(count, latent_dim), seed), seed) for seed in range(sets)]
    assert np.mean(found) == pytest.approx(full_coverage(count), abs=0.01)


def test_full_coverage_is_one_in_thirty_two_less_than_one_with_many_codes():
    """Among draw and codes alike, the nearest five are all draws with probability 2^-5; ten codes and nine fellows: counted."""
    assert full_coverage(1_000_000) == pytest.approx(1 - 2**-5, abs=1e-5)
    order = np.argsort(np.random.default_rng(0).random((200_000, 19)), 1)[:, :5]
    assert full_coverage(10) == pytest.approx((order >= 9).any(1).mean(), abs=1e-3)


@pytest.mark.parametrize(("count", "latent_dim"), [(10, 2), (100, 10)])
def test_the_error_of_empty_space_is_no_smaller_than_sets_of_codes_scatter_and_at_most_twice_as_large(count, latent_dim):
    found = [landing(draws(count, latent_dim, seed=i), i) for i in range(80)]
    scatter = np.std([each.empty_share for each in found], ddof=1)
    assert 0.85 * scatter < np.mean([each.error**2 for each in found]) ** 0.5 < 2.2 * scatter


@pytest.mark.parametrize(("count", "latent_dim"), [(1, 1), (10, 2), (50, 5)])
def test_the_share_without_a_code_near_is_what_many_sets_give(count, latent_dim):
    codes, points = draws(4_000, count, latent_dim), draws(4_000, 1, latent_dim, seed=1)
    nearest = torch.cdist(points, codes)[:, 0].amin(1)
    for radius in (0.3, 1.0, 2.0):
        share = float((nearest > radius).double().mean())
        assert farther(radius, count, latent_dim) == pytest.approx(share, abs=0.03)
    assert farther(near_radius(count, latent_dim), count, latent_dim) == pytest.approx(0.05, abs=1e-6)


def test_codes_and_draws_that_meet_are_never_the_same_numbers():
    """With one stream for both, every code of a posterior that is the prior would lie on a draw."""
    codes = aggregate_codes(the_prior(500, 3))
    for purpose in set(Purpose) - {Purpose.CODES}:
        assert distance_to_codes(codes, normal(purpose, 500, 3)).min() > 0
    assert landing(codes).distances.min() > 0


def test_codes_that_were_squeezed_are_told_by_their_scale_and_by_nothing_else_when_it_is_matched():
    """At 0.7 of the prior's scale empty space is below the prior's own 5 %; that this is no merit is what `scale` is for."""
    ideal, squeezed = (filling(Posterior(times * draws(2_000, 40), None)) for times in (1.0, 0.7))
    assert squeezed.empty_share < 0.03 < ideal.empty_share
    assert (ideal.scale, squeezed.scale) == (pytest.approx(1.0, abs=0.01), pytest.approx(0.7, abs=0.01))
    assert squeezed.empty_share_whitened == pytest.approx(ideal.empty_share_whitened, abs=1e-3)
    assert squeezed.empty_share_whitened == pytest.approx(0.05, abs=0.01)
    assert squeezed.mmd_squared > 20 * squeezed.mmd_squared_error > 0


@pytest.mark.parametrize("latent_dim", [1, 2, 10])
def test_whitening_takes_place_and_scale_away_and_leaves_the_shape(latent_dim):
    codes = draws(2_000, latent_dim)
    mixed = codes @ draws(latent_dim, latent_dim, seed=1) * 5 + 30
    found = whitened(mixed)
    torch.testing.assert_close(found.mean(0), torch.zeros(latent_dim), atol=1e-4, rtol=0)
    torch.testing.assert_close(found.T.cov().reshape(latent_dim, -1), torch.eye(latent_dim), atol=1e-3, rtol=0)
    torch.testing.assert_close(torch.pdist(found[:300]), torch.pdist(whitened(codes)[:300]), atol=1e-3, rtol=1e-3)
    assert landing(mixed).empty_share > 0.5
    assert landing(found).empty_share == pytest.approx(0.05, abs=0.012)


@pytest.mark.parametrize(("count", "latent_dim"), [(100, 2), (100, 10), (200, 20)])
def test_whitened_codes_of_the_prior_are_calibrated_wherever_they_are_measured(count, latent_dim):
    """A mean and a covariance that fit the codes themselves cost at most a percentage point."""
    value, error = of_many_sets(lambda codes, seed: landing(whitened(codes), seed).empty_share, count, latent_dim, 12)
    assert 0.04 - 3 * error < value < 0.05 + 3 * error


def test_where_codes_are_too_few_or_flat_nothing_is_whitened():
    assert whitened(draws(99, 2)) is None
    assert whitened(draws(199, 20)) is None
    assert whitened(torch.cat([draws(500, 2), torch.ones(500, 1)], 1)) is None


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6, 12])
def test_few_codes_are_measured_as_far_as_they_can_be(count):
    """Whatever is not None is a number."""
    found = filling(Posterior(draws(count, 2), None))
    told = {name for name, value in vars(found).items() if value is not None}
    assert all(np.isfinite(getattr(found, name)) for name in told)
    assert {"empty_share", "out_of_reach_share"} <= told
    assert ("mmd_squared" in told) == (count >= 4)
    assert ("coverage" in told) == (count >= 6)
    assert ({"empty_share_error", "scale"} <= told) == (count >= 2)


def test_codes_far_away_leave_the_whole_prior_empty():
    assert landing(torch.full((1_000, 2), 100.0)).empty_share == 1


def test_empty_space_is_what_brute_force_finds():
    codes = draws(200, 2, seed=3) * 0.5
    found = landing(codes)
    nearest = torch.cdist(found.draws.double(), codes.double()).amin(1)
    assert found.empty_share == pytest.approx(float((nearest > near_radius(200, 2)).double().mean()), abs=1e-3)


def test_the_error_over_codes_is_what_leaving_each_out_gives():
    """The jackknife by brute force: variance (N - 1) / N times the squares, here with so many draws that their own chance is small."""
    codes = draws(40, 2)
    found = landing(codes)
    near = torch.cdist(found.draws, codes) <= found.radius  # (M, N)
    without = torch.stack([(~near[:, [j for j in range(40) if j != i]].any(1)).double().mean() for i in range(40)])
    expected = (
        39 / 40 * (without - without.mean()).square().sum() + found.empty_share * (1 - found.empty_share) / len(near)
    ) ** 0.5
    assert found.error == pytest.approx(float(expected), rel=0.05)


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


def test_codes_far_away_cover_nothing():
    assert coverage(torch.full((500, 3), 50.0)) == 0


def test_coverage_is_what_brute_force_finds(monkeypatch):
    monkeypatch.setattr(aggregate, "COVERAGE_SETS", 1)
    codes, draws_ = draws(300, 2, seed=3) * 0.4, normal(Purpose.FELLOWS, 300, 2)
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
