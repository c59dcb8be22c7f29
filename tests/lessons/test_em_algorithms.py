"""Five algorithms on factor analysis, against torch.distributions, autograd and scikit-learn."""

import itertools
from dataclasses import replace

import pytest
import torch
from sklearn.decomposition import FactorAnalysis
from torch.distributions import MultivariateNormal, Normal, kl_divergence

from lessons.em import algorithms, likeliest, screen
from lessons.em.algorithms import Step
from lessons.em.factor_analysis import Factors, elbo, exact_moments, log_likelihood, maximise
from vae.errors import CheckpointError


@pytest.fixture(scope="module")
def centred() -> torch.Tensor:
    """scikit-learn's digits, the pixels that vary, minus their mean (1197, 47): those of the lesson."""
    return screen.digits().centred


@pytest.fixture(scope="module")
def model(centred) -> Factors:
    """A model on the way: neither the start nor the end."""
    return list(algorithms.expectation_maximisation(centred, algorithms.start(centred, seed=1), 3))[-1].model


@pytest.fixture(scope="module")
def runs() -> dict[str, list[Step]]:
    """60 steps of each algorithm from one start: the first that the lesson offers, which its page runs too."""
    return screen.runs(0)


def true_posterior(model: Factors, centred: torch.Tensor) -> MultivariateNormal:
    precision, h = model.pull(centred)
    return MultivariateNormal(torch.linalg.solve(precision, h.T).T, precision_matrix=precision)


def test_the_digits_are_scikit_learns_pixels_that_vary_about_their_mean(centred, digits):
    pixels = digits.train.pixels().flatten(1).double()
    pixels = pixels[:, pixels.var(0) > 0.005]
    assert torch.equal(centred, pixels - pixels.mean(0))


def test_the_likelihood_is_that_of_the_full_gaussian(model, centred):
    covariance = model.loadings @ model.loadings.T + torch.diag(model.noise)
    oracle = MultivariateNormal(torch.zeros(centred.shape[1], dtype=torch.float64), covariance).log_prob(centred[:100])
    assert torch.allclose(log_likelihood(model, centred[:100]), oracle, atol=1e-8)


def test_the_posterior_is_joint_over_evidence_at_every_z(model, centred):
    images = centred[:30]
    z = torch.randn(30, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    likelihood = Normal(z @ model.loadings.T, model.noise.sqrt()).log_prob(images).sum(1)
    bayes = likelihood + Normal(0.0, 1.0).log_prob(z).sum(1) - log_likelihood(model, images)
    assert torch.allclose(true_posterior(model, images).log_prob(z), bayes, atol=1e-8)


def test_bound_and_gap_add_up_to_the_likelihood(model, centred):
    images, generator = centred[:50], torch.Generator().manual_seed(0)
    mean = torch.randn(50, 2, generator=generator, dtype=torch.float64)
    std = torch.rand(50, 2, generator=generator, dtype=torch.float64) + 0.1
    gap = kl_divergence(MultivariateNormal(mean, torch.diag_embed(std.square())), true_posterior(model, images))
    assert torch.allclose(elbo(model, images, mean, std) + gap, log_likelihood(model, images), atol=1e-8)


def test_the_exact_moments_are_the_posteriors(model, centred):
    moments, truth = exact_moments(model, centred), true_posterior(model, centred)
    assert torch.allclose(moments.mean, truth.mean, atol=1e-9)
    assert torch.allclose(moments.second, (truth.covariance_matrix + truth.mean[:, :, None] * truth.mean[:, None]).sum(0))


def test_nothing_pulls_at_the_model_after_an_m_step(model, centred):
    """The expected complete-data log-likelihood, written out with autograd, has no slope at what `maximise` gives."""
    moments = exact_moments(model, centred)
    best = maximise(centred, moments)
    loadings, noise = best.loadings.clone().requires_grad_(), best.noise.clone().requires_grad_()
    count = len(centred)
    error = (
        centred.square().sum(0)
        - 2 * (loadings * (centred.T @ moments.mean)).sum(1)
        + torch.einsum("pi,ij,pj->p", loadings, moments.second, loadings)
    )
    expected = -0.5 * (error / noise + count * noise.log()).sum()
    for slope in torch.autograd.grad(expected, (loadings, noise)):
        assert slope.abs().max() < 1e-6 * count


def test_metropolis_finds_the_posteriors_moments(model, centred):
    generator, images = torch.Generator().manual_seed(0), centred[:200]
    z, stride = torch.zeros(200, 2, dtype=torch.float64), 1.0
    _, z, stride = algorithms.sampled_moments(model, images, z, stride, generator, sweeps=200)  # burn in
    moments, _, _ = algorithms.sampled_moments(model, images, z, stride, generator, sweeps=6_000)
    exact = exact_moments(model, images)
    std = true_posterior(model, images).covariance_matrix.diagonal(dim1=-2, dim2=-1).sqrt()
    assert ((moments.mean - exact.mean) / std).abs().max() < 0.2
    spread = moments.second - moments.mean.T @ moments.mean  # sum over images of the posterior covariance
    assert torch.allclose(spread, exact.second - exact.mean.T @ exact.mean, rtol=0.05, atol=0.05 * float(spread.max()))


def test_coordinate_ascent_arrives_where_no_diagonal_gaussian_is_nearer(model, centred):
    images = centred[:20]
    mean = torch.zeros(20, 2, dtype=torch.float64)
    for _ in range(100):
        mean, std = algorithms.coordinate_ascent(model, images, mean)
    assert torch.allclose(mean, true_posterior(model, images).mean, atol=1e-9)
    m, s = mean.clone().requires_grad_(), std.expand(20, 2).clone().requires_grad_()
    gap = kl_divergence(MultivariateNormal(m, torch.diag_embed(s.square())), true_posterior(model, images)).sum()
    for slope in torch.autograd.grad(gap, (m, s)):
        assert slope.abs().max() < 1e-7


@pytest.fixture(scope="module")
def oracle(centred) -> FactorAnalysis:
    return FactorAnalysis(2, tol=1e-9, max_iter=10_000, svd_method="lapack").fit(centred.numpy())


def test_the_likelihood_that_ships_is_the_one_that_scikit_learn_finds(centred, oracle):
    assert likeliest.load() == pytest.approx(oracle.score(centred.numpy()), abs=1e-6)


def test_what_is_written_is_what_is_read_and_damage_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(likeliest, "SHELF", replace(likeliest.SHELF, root=tmp_path))
    with pytest.raises(CheckpointError, match="python -m lessons em"):
        likeliest.load()
    monkeypatch.setattr(likeliest, "log_likelihood", lambda centred: -float(len(centred)))
    likeliest.write()
    assert likeliest.load() == -1197


def test_em_ends_where_scikit_learn_does(centred, oracle):
    *_, last = algorithms.expectation_maximisation(centred, algorithms.start(centred), 600)
    assert last.log_likelihood == pytest.approx(oracle.score(centred.numpy()), abs=2e-4)
    covariance = last.model.loadings @ last.model.loadings.T + torch.diag(last.model.noise)
    assert torch.allclose(covariance, torch.from_numpy(oracle.get_covariance()), atol=2e-3)


def test_every_learning_algorithm_comes_within_a_twentieth_of_a_nat(runs, centred, oracle):
    best = oracle.score(centred.numpy())
    for name, steps in runs.items():
        if name != "vi":
            assert best - 0.05 < steps[-1].log_likelihood < best + 1e-6, name


def test_all_start_at_one_place_and_report_the_exact_likelihood(runs, centred):
    assert len({steps[0].log_likelihood for steps in runs.values()}) == 1
    for name, steps in runs.items():
        for step in (steps[1], steps[-1]):
            assert step.log_likelihood == pytest.approx(float(log_likelihood(step.model, centred).mean())), name


def test_em_never_loses_likelihood(runs):
    values = [step.log_likelihood for step in runs["em"]]
    assert all(after >= before for before, after in itertools.pairwise(values))


def test_variational_em_never_loses_bound(runs):
    values = [step.bound for step in runs["variational_em"]]
    assert all(after >= before - 1e-9 for before, after in itertools.pairwise(values))


def test_vi_leaves_the_model_alone(runs):
    assert len({step.log_likelihood for step in runs["vi"]}) == 1
    values = [step.bound for step in runs["vi"]]
    assert values == sorted(values)


def test_no_bound_is_above_its_likelihood(runs):
    for name in ("vi", "variational_em", "vae"):
        assert all(step.bound <= step.log_likelihood + 1e-9 for step in runs[name]), name
