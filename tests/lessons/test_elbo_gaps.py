"""The gaps of a VAE's bound: quadrature against the closed forms of a linear model, and laws on the shipped VAE."""

import itertools

import pytest
import torch
from torch import nn

from lessons.elbo import gaps, linear_gaussian
from lessons.elbo.linear_gaussian import LinearGaussian
from vae import checkpoints
from vae.model.networks import VAE, build
from vae.model.spec import ModelSpec

SIDE = 7


@pytest.fixture(scope="module")
def image(small_mnist) -> torch.Tensor:
    return small_mnist.test.pixels(slice(1))[:, :, ::4, ::4]  # (1, 1, 7, 7)


@pytest.fixture(scope="module")
def truth(small_mnist) -> LinearGaussian:
    return linear_gaussian.fit(small_mnist.train.pixels()[:, 0, ::4, ::4].flatten(1), 2)


@pytest.fixture(scope="module")
def linear_vae(truth) -> VAE:
    """A VAE whose decoder is the linear model's, so that quadrature can be held against closed forms."""
    std = float(truth.variance**0.5)
    spec = ModelSpec(likelihood="gaussian", observation_std=std, image_shape=(1, SIDE, SIDE), encoder_widths=(8,))
    model = build(spec, seed=3)
    layer = nn.Linear(2, SIDE * SIDE)
    layer.weight.data, layer.bias.data = truth.loadings.float(), truth.offset.float()
    model.decoder = nn.Sequential(layer, nn.Unflatten(1, spec.image_shape))
    assert isinstance(model, VAE)
    return model.eval()


@pytest.fixture(scope="module")
def shipped() -> VAE:
    model = checkpoints.load(checkpoints.SHIPPED / "mnist-vae-2d").model
    assert isinstance(model, VAE)
    return model


def evidence(truth: LinearGaussian, image: torch.Tensor) -> float:
    return float(linear_gaussian.log_evidence(truth, image.flatten(1)))


def test_the_grid_integrates_to_the_evidence(linear_vae, truth, image):
    assert gaps.integrate(linear_vae, image).log_evidence == pytest.approx(evidence(truth, image), abs=1e-3)


def test_the_grid_shows_the_true_posterior(linear_vae, truth, image):
    plane = gaps.integrate(linear_vae, image)
    weights = plane.posterior / plane.posterior.sum()
    exact = linear_gaussian.posterior(truth, image.flatten(1))
    across, up = plane.across.double(), plane.up.double()
    mean = torch.stack([(weights.sum(0) * across).sum(), (weights.sum(1) * up).sum()])
    assert torch.allclose(mean, exact.mean[0], atol=1e-3)
    assert float((weights.sum(0) * (across - mean[0]) ** 2).sum()) == pytest.approx(float(exact.covariance[0, 0]), rel=1e-2)


def test_the_bound_of_any_q_is_the_closed_form(linear_vae, truth, image):
    for mean, std in (((0.0, 0.0), (1.0, 1.0)), ((0.4, -1.0), (0.3, 0.05))):
        m, s = torch.tensor(mean), torch.tensor(std)
        ours = gaps.exact_elbo(linear_vae, image, m, 2 * s.log())
        oracle = linear_gaussian.split_evidence(truth, image.flatten(1), m.double()[None], s.double()[None]).elbo
        assert ours.item() == pytest.approx(oracle.item(), abs=2e-3)


def test_climbing_never_falls_and_arrives_at_the_posterior(linear_vae, truth, image):
    path = list(gaps.climb(linear_vae, image, gaps.encoded(linear_vae, image)))
    values = [fitted.elbo for fitted in path]
    assert values == sorted(values)
    assert values[-1] == pytest.approx(evidence(truth, image), abs=2e-3)
    exact = linear_gaussian.posterior(truth, image.flatten(1))
    assert torch.allclose(path[-1].mean.double(), exact.mean[0], atol=0.01)
    assert torch.allclose(path[-1].std.double(), exact.covariance.diagonal().sqrt(), rtol=0.03)


def test_the_weighted_bound_of_the_linear_model_rises_to_its_evidence(linear_vae, truth, image):
    ordered = gaps.weighted_bounds(linear_vae, image, (1, 10, 100, 1_000), draws=4_000)
    assert [b.samples for b in ordered] == [1, 10, 100, 1_000]
    for lower, higher in itertools.pairwise(ordered):
        assert higher.value > lower.value - 3 * (lower.error + higher.error)
    assert ordered[0].value == pytest.approx(gaps.encoded(linear_vae, image).elbo, abs=4 * ordered[0].error)
    assert all(b.value < evidence(truth, image) + 3 * b.error for b in ordered)


def test_the_shipped_vaes_elbo_is_what_sampling_says(shipped, mnist):
    for index in (0, 5, 11):
        picture = mnist.test.pixels(slice(index, index + 1))
        (sampled,) = gaps.weighted_bounds(shipped, picture, (1,), draws=4_000)
        assert gaps.encoded(shipped, picture).elbo == pytest.approx(sampled.value, abs=4 * sampled.error)


def test_the_gaps_of_the_shipped_vae_are_in_order(shipped, mnist):
    """The encoder's bound, the best q's and the evidence; the weighted bounds lie between the first and the last."""
    for index in (0, 7, 8):
        picture = mnist.test.pixels(slice(index, index + 1))
        plane = gaps.integrate(shipped, picture)
        best = gaps.best_gaussian(shipped, picture, plane)
        guess = gaps.encoded(shipped, picture)
        assert guess.elbo < best.elbo < plane.log_evidence
        for bound in gaps.weighted_bounds(shipped, picture, (5, 50), draws=1_000):
            assert guess.elbo - 3 * bound.error < bound.value < plane.log_evidence + 3 * bound.error


def test_importance_sampling_from_the_best_q_agrees_with_the_grid(shipped, mnist):
    """A second way to the evidence: 20,000 weighted draws from a widened best q."""
    picture = mnist.test.pixels(slice(8, 9))
    plane = gaps.integrate(shipped, picture)
    best = gaps.best_gaussian(shipped, picture, plane)
    q = torch.distributions.Normal(best.mean, 1.5 * best.std)
    with torch.no_grad():
        z = best.mean + 1.5 * best.std * torch.randn(20_000, 2, generator=torch.Generator().manual_seed(0))
        joint = gaps.log_likelihood(shipped, picture, z) + torch.distributions.Normal(0.0, 1.0).log_prob(z).sum(1)
    weights = (joint - q.log_prob(z).sum(1)).double()
    assert float(weights.logsumexp(0) - torch.log(torch.tensor(20_000.0))) == pytest.approx(plane.log_evidence, abs=0.05)
