"""Spread of posteriors, shells and packings against closed forms, torch.distributions and counting."""

import itertools
import math

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from torch.distributions import Independent, Normal, kl_divergence

from lessons.elbo import linear_gaussian
from lessons.shape import shell, spread
from vae.model import latent
from vae.model.posterior import Posterior
from vae.model.spec import ModelSpec

DIMENSIONS = (1, 2, 3, 8, 20, 100)


def some_posterior(count: int = 30, dims: int = 3) -> Posterior:
    generator = torch.Generator().manual_seed(1)
    return Posterior(torch.randn(count, dims, generator=generator), torch.randn(count, dims, generator=generator) - 2)


@pytest.mark.parametrize("times", [0.1, 0.5, 1.0, 2.0])
def test_the_kl_of_a_scaled_posterior(times, small_mnist):
    from vae import checkpoints

    model = checkpoints.load(checkpoints.SHIPPED / "mnist-vae-2d").model
    images = small_mnist.test.pixels(slice(16))
    posterior = latent.encode(model, images)
    (result,) = spread.bound_by_spread(model, images, posterior, [times], draws=1)
    q = Independent(Normal(posterior.mean, times * posterior.std), 1)
    prior = Independent(Normal(torch.zeros_like(posterior.mean), 1.0), 1)
    assert result.kl == pytest.approx(float(kl_divergence(q, prior).mean()), rel=1e-4)


class LinearDecoder:
    """As much of a model as `bound_by_spread` uses, with the decoder of probabilistic PCA."""

    def __init__(self, truth: linear_gaussian.LinearGaussian):
        self.truth = truth
        self.spread = truth.variance**0.5
        self.spec = ModelSpec(likelihood="gaussian", observation_std=self.spread, image_shape=(1, 7, 7))

    def decode(self, z: torch.Tensor) -> torch.Tensor:
        return (self.truth.offset + z.double() @ self.truth.loadings.T).float().view(-1, 1, 7, 7)


def test_the_exact_posterior_is_best_as_wide_as_it_is(small_mnist):
    """In a linear model the bound at each spread is known in closed form, and its best spread is 1."""
    images = small_mnist.test.pixels(slice(60))[:, :, ::4, ::4]
    truth = linear_gaussian.fit(small_mnist.train.pixels()[:, 0, ::4, ::4].flatten(1), 2)
    exact = linear_gaussian.posterior(truth, images.flatten(1))
    std = exact.covariance.diagonal().sqrt().expand_as(exact.mean)
    posterior = Posterior(exact.mean.float(), 2 * std.log().float())
    spreads = [0.25, 0.5, 0.8, 1.0, 1.25, 2.0]
    results = spread.bound_by_spread(LinearDecoder(truth), images, posterior, spreads, draws=400)
    for result in results:
        oracle = linear_gaussian.split_evidence(truth, images.flatten(1), exact.mean, result.spread * std).elbo.mean()
        assert -result.negative_elbo == pytest.approx(float(oracle), abs=0.1)
    assert min(results, key=lambda result: result.negative_elbo).spread == 1.0


def test_a_scaled_posterior_keeps_its_centres():
    posterior = some_posterior()
    half = spread.scaled(posterior, 0.5)
    assert torch.equal(half.mean, posterior.mean)
    assert torch.allclose(half.std, 0.5 * posterior.std)
    assert spread.scaled(posterior, 0.0).std.max() < 1e-4
    with pytest.raises(ValueError, match="point"):
        spread.scaled(Posterior(posterior.mean, None), 0.5)


def test_the_filled_share_is_what_counting_one_by_one_gives():
    posterior, draws = some_posterior(), latent.sample_prior(400, 3, seed=0)
    reach = torch.distributions.Chi2(3.0)
    inside = 0
    for z in draws:
        scaled = ((z - posterior.mean) / posterior.std).square().sum(1)
        inside += bool((reach.cdf(scaled) <= 0.9).any())
    assert 0.2 < inside / 400 < 0.9
    assert spread.filled_share(posterior, draws, 0.9) == inside / 400


def test_one_posterior_equal_to_the_prior_fills_its_own_mass():
    prior = Posterior(torch.zeros(1, 4), torch.zeros(1, 4))
    assert spread.filled_share(prior, latent.sample_prior(20_000, 4, seed=2), 0.9) == pytest.approx(0.9, abs=0.01)


@pytest.mark.parametrize("dims", DIMENSIONS)
class TestShell:
    def test_the_density_is_the_gaussians_times_the_area_of_the_sphere(self, dims):
        for radius in (0.3, 1.0, dims**0.5):
            area = 2 * math.pi ** (dims / 2) / math.gamma(dims / 2) * radius ** (dims - 1)
            gauss = math.exp(-(radius**2) / 2) / (2 * math.pi) ** (dims / 2)
            assert shell.norm_density(np.array(radius), dims) == pytest.approx(area * gauss, rel=1e-9)

    def test_the_shell_holds_its_mass_of_real_draws(self, dims):
        low, high = shell.shell(dims, 0.9)
        norms = latent.sample_prior(20_000, dims, seed=3).norm(dim=1)
        assert float(((norms > low) & (norms < high)).float().mean()) == pytest.approx(0.9, abs=0.01)
        assert quad(lambda r: float(shell.norm_density(np.array(r)[None], dims)[0]), low, high)[0] == pytest.approx(
            0.9, abs=1e-6
        )

    def test_the_ball_in_the_cube(self, dims):
        """V_D = V_(D-2) 2 pi / D, from V_0 = 1 and V_1 = 2."""
        volume = {0: 1.0, 1: 2.0}
        for d in range(2, dims + 1):
            volume[d] = volume[d - 2] * 2 * math.pi / d
        assert shell.ball_in_cube(dims) == pytest.approx(volume[dims] / 2**dims, rel=1e-9)


def test_the_arc_keeps_to_the_shell_and_the_line_leaves_it():
    """Two draws in many dimensions are nearly orthogonal and of one length: at half-way the line is at sqrt(1/2) of it."""
    start, end = latent.sample_prior(2, 400, seed=5)
    norms = shell.path_norms(start, end, 11)
    low, high = shell.shell(400, 0.9999)
    assert (norms["spherical"] > low).all()
    assert (norms["spherical"] < high).all()
    assert float(norms["linear"][5]) == pytest.approx(20 / math.sqrt(2), rel=0.05)
    assert float(norms["linear"][5]) < low


def test_packings_are_lattices_densities():
    """Volume of a ball of half the least distance over the volume of the lattice's cell, for lattices given by their bases."""
    d4 = np.array([[1, -1, 0, 0], [0, 1, -1, 0], [0, 0, 1, -1], [0, 0, 1, 1]], float)
    d5 = np.eye(5) - np.eye(5, k=1)
    d5[4] = [0, 0, 0, 1, 1]
    hexagonal = np.array([[1, 0], [0.5, math.sqrt(3) / 2]])
    d3 = np.array([[1, -1, 0], [0, 1, -1], [0, 1, 1]], float)
    e8 = np.vstack([[2, *[0] * 7], *[[*[0] * i, -1, 1, *[0] * (6 - i)] for i in range(6)], [0.5] * 8])
    for basis in (hexagonal, d3, d4, d5, e8):
        dims = len(basis)
        around = np.array(list(itertools.product((-1, 0, 1), repeat=dims)))
        lengths = np.linalg.norm(around @ basis, axis=1)
        radius = lengths[lengths > 1e-9].min() / 2
        density = shell.ball_in_cube(dims) * (2 * radius) ** dims / abs(np.linalg.det(basis))
        assert shell.DENSEST_PACKING[dims] == pytest.approx(density, rel=1e-9), dims
    assert all(shell.ball_in_cube(d) <= share + 1e-12 for d, share in shell.DENSEST_PACKING.items())
