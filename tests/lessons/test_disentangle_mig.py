"""The mutual information gap against codes whose gap is known, scikit-learn's mutual information and numerical integration."""

from math import log, pi, sqrt

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from sklearn.metrics import mutual_info_score

from lessons.disentangle import mig
from vae.model.posterior import Posterior

SIZES = (8, 8)


@pytest.fixture(scope="module")
def grid() -> torch.Tensor:
    """Two factors of eight values, every combination twenty times; (N, 2)."""
    return torch.cartesian_prod(*(torch.arange(size) for size in SIZES)).repeat(20, 1)


def narrow(codes: torch.Tensor, std: float = 0.02) -> Posterior:
    return Posterior(codes, torch.full_like(codes, 2 * log(std)))


def both(codes: torch.Tensor, factors: torch.Tensor) -> list[mig.Information]:
    return [mig.posterior_information(narrow(codes), factors, draws=4_000), mig.binned_information(codes, factors)]


def test_a_code_that_keeps_every_factor_in_a_latent_of_its_own_has_a_gap_of_1(grid):
    noise = torch.zeros(len(grid), 1)
    for information in both(torch.cat([noise, grid.flip(1).float()], 1), grid):
        assert mig.mig(information) == pytest.approx(1, abs=1e-3)
        torch.testing.assert_close(information.shares, torch.tensor([[0.0, 0], [0, 1], [1, 0]]), atol=1e-3, rtol=0)


def test_a_code_turned_by_45_degrees_says_as_much_in_all_and_has_hardly_a_gap(grid):
    turned = grid.float() @ torch.tensor([[1.0, 1.0], [-1.0, 1.0]]) / sqrt(2)
    for information in both(turned, grid):
        assert mig.mig(information) < 0.02
        assert information.shares.min() > 0.2  # both latents speak of both factors


def test_a_code_kept_twice_has_no_gap(grid):
    for information in both(grid.float().repeat(1, 2), grid):
        assert mig.mig(information) == pytest.approx(0, abs=1e-3)
        assert information.shares.max() == pytest.approx(1, abs=1e-3)


def test_narrow_posteriors_at_whole_numbers_say_what_scikit_learn_counts():
    """A latent that takes few values is a discrete variable; noise in it that depends on the factor is counted the same."""
    generator = torch.Generator().manual_seed(0)
    factors = torch.stack([torch.randint(k, (3_000,), generator=generator) for k in (3, 7)], 1)
    flipped = torch.where(
        torch.rand(3_000, generator=generator) < 0.3, torch.randint(3, (3_000,), generator=generator), factors[:, 0]
    )
    codes = torch.stack([flipped, (factors[:, 1] + flipped) % 5], 1).float()
    expected = [[mutual_info_score(f.numpy(), z.numpy()) for f in factors.T] for z in codes.T]
    exact, counted = mig.posterior_information(narrow(codes), factors, 12_000), mig.binned_information(codes, factors)
    np.testing.assert_allclose(counted.nats, expected, atol=1e-6)
    np.testing.assert_allclose(exact.nats, expected, atol=0.02)
    for column, entropy in zip(factors.T, exact.entropy, strict=True):
        shares = column.bincount() / len(column)
        assert float(entropy) == pytest.approx(float(torch.distributions.Categorical(shares).entropy()), abs=1e-6)


@pytest.mark.parametrize("apart", [0.0, 1.0, 4.0])
def test_a_gaussian_for_each_of_two_values_says_what_integration_gives(apart):
    """z|v is N(+-apart / 2, 1): I(z; v) = H(z) - H(z|v), the first by integration, the second in closed form."""
    value = torch.arange(2).repeat(200)
    posterior = Posterior((value - 0.5)[:, None] * apart, torch.zeros(400, 1))

    def density(z: float) -> float:
        return sum(0.5 * np.exp(-0.5 * (z - m) ** 2) / sqrt(2 * pi) for m in (-apart / 2, apart / 2))

    entropy = quad(lambda z: -density(z) * np.log(density(z)), -12, 12)[0]
    expected = entropy - 0.5 * log(2 * pi * np.e)
    found = mig.posterior_information(posterior, value[:, None], draws=40_000)
    assert float(found.nats[0, 0]) == pytest.approx(expected, abs=0.01)
    assert 0 <= expected <= float(found.entropy[0]) == pytest.approx(log(2))


def test_wider_posteriors_say_less_and_a_latent_that_is_the_prior_says_nothing(grid):
    codes = (grid.float() - 3.5) / 2.3
    widths = [mig.posterior_information(narrow(codes, std), grid, draws=3_000) for std in (0.02, 0.4, 1.0)]
    shares = [float(information.shares[0, 0]) for information in widths]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.99 > 0.7 > shares[1] > shares[2]
    nothing = mig.posterior_information(Posterior(torch.zeros(len(grid), 2), torch.zeros(len(grid), 2)), grid, draws=500)
    assert nothing.nats.abs().max() < 1e-5


def test_the_gap_is_over_the_entropy_between_the_first_two_latents():
    information = mig.Information(torch.tensor([[0.9, 0.1], [0.3, 0.5], [0.6, 0.45]]), torch.tensor([1.0, 2.0]))
    torch.testing.assert_close(mig.gaps(information), torch.tensor([0.3, 0.025]))
    assert mig.mig(information) == pytest.approx(0.1625)


def test_points_have_no_density():
    with pytest.raises(ValueError, match="binned_information"):
        mig.posterior_information(Posterior(torch.zeros(4, 2), None), torch.zeros(4, 1, dtype=torch.int64))
