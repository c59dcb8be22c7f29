"""Probabilistic PCA against torch.distributions, scikit-learn, quadrature and autograd."""

from dataclasses import replace

import pytest
import torch
from sklearn.decomposition import PCA
from torch.distributions import Independent, MultivariateNormal, Normal, kl_divergence

from lessons.elbo import linear_gaussian
from lessons.elbo.linear_gaussian import LinearGaussian
from vae.errors import CheckpointError

SEEDS = range(5)


@pytest.fixture(scope="module")
def pixels(small_mnist) -> torch.Tensor:
    """512 real digits, every fourth pixel of each row and column (512, 49)."""
    return small_mnist.train.pixels()[:, 0, ::4, ::4].flatten(1)


@pytest.fixture(scope="module")
def model(pixels) -> LinearGaussian:
    return linear_gaussian.fit(pixels, 2)


def random_q(seed: int, count: int, latent_dim: int = 2) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    mean = 2 * torch.randn(count, latent_dim, generator=generator, dtype=torch.float64)
    return mean, torch.exp(torch.randn(count, latent_dim, generator=generator, dtype=torch.float64))


def tilted(model: LinearGaussian) -> LinearGaussian:
    """A model whose columns are not orthogonal, so that its posterior has a correlation."""
    mix = torch.tensor([[1.0, 0.8], [0.0, 0.6]], dtype=torch.float64)
    return LinearGaussian(model.offset, model.loadings @ mix, model.variance)


def test_the_fit_is_scikit_learns(pixels, model):
    count = len(pixels)
    pca = PCA(2).fit(pixels.double().numpy())
    # scikit-learn divides covariances by N - 1, the most probable model by N
    assert model.variance == pytest.approx(pca.noise_variance_ * (count - 1) / count, rel=1e-9)
    ours = model.loadings @ model.loadings.T
    theirs = torch.from_numpy(pca.components_.T * (pca.explained_variance_ - pca.noise_variance_) @ pca.components_)
    assert torch.allclose(ours, theirs * (count - 1) / count, atol=1e-9)


def test_the_signs_of_the_columns_are_fixed(pixels, model):
    """A link carries a place on the plane, so the plane must not turn over."""
    assert (model.loadings.sum(0) > 0).all()
    assert torch.allclose(linear_gaussian.fit(pixels.flip(0), 2).loadings, model.loadings, atol=1e-6)


def test_no_neighbour_of_the_fit_is_more_probable(pixels, model):
    best = linear_gaussian.log_evidence(model, pixels).mean()
    generator = torch.Generator().manual_seed(0)
    for scale in (0.99, 1.01):
        other = LinearGaussian(model.offset, model.loadings, model.variance * scale)
        assert linear_gaussian.log_evidence(other, pixels).mean() < best
    for _ in range(20):
        nudge = 0.01 * torch.randn(model.loadings.shape, generator=generator, dtype=torch.float64)
        other = LinearGaussian(model.offset, model.loadings + nudge, model.variance)
        assert linear_gaussian.log_evidence(other, pixels).mean() < best


@pytest.mark.parametrize("change", [lambda model: model, tilted], ids=["fitted", "tilted"])
class TestEveryModel:
    def test_the_evidence_is_that_of_the_full_gaussian(self, pixels, model, change):
        model = change(model)
        covariance = model.loadings @ model.loadings.T + model.variance * torch.eye(49, dtype=torch.float64)
        oracle = MultivariateNormal(model.offset, covariance).log_prob(pixels[:50].double())
        assert torch.allclose(linear_gaussian.log_evidence(model, pixels[:50]), oracle, atol=1e-8)

    def test_the_posterior_is_joint_over_evidence_at_every_z(self, pixels, model, change):
        model, images = change(model), pixels[:20]
        truth = linear_gaussian.posterior(model, images)
        z, _ = random_q(0, 20)
        likelihood = Normal(model.offset + z @ model.loadings.T, model.variance**0.5).log_prob(images.double()).sum(1)
        bayes = likelihood + Normal(0.0, 1.0).log_prob(z).sum(1) - linear_gaussian.log_evidence(model, images)
        assert torch.allclose(MultivariateNormal(truth.mean, truth.covariance).log_prob(z), bayes, atol=1e-8)

    @pytest.mark.parametrize("seed", SEEDS)
    def test_the_two_parts_always_add_up_to_the_evidence(self, pixels, model, change, seed):
        model, images = change(model), pixels[:40]
        parts = linear_gaussian.split_evidence(model, images, *random_q(seed, 40))
        assert torch.allclose(parts.elbo + parts.gap, linear_gaussian.log_evidence(model, images), atol=1e-8)
        assert (parts.gap > 0).all()

    def test_each_part_is_that_of_torch_distributions(self, pixels, model, change):
        model, images = change(model), pixels[:10]
        mean, std = random_q(3, 10)
        parts = linear_gaussian.split_evidence(model, images, mean, std)
        q = Independent(Normal(mean, std), 1)
        truth = linear_gaussian.posterior(model, images)
        full = MultivariateNormal(mean, torch.diag_embed(std.square()))
        assert torch.allclose(parts.rate, kl_divergence(q, Independent(Normal(torch.zeros_like(mean), 1.0), 1)), atol=1e-9)
        assert torch.allclose(parts.gap, kl_divergence(full, MultivariateNormal(truth.mean, truth.covariance)), atol=1e-8)
        draws = mean + std * torch.randn(40_000, 10, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
        sampled = Normal(model.offset + draws @ model.loadings.T, model.variance**0.5).log_prob(images.double()).sum(-1)
        error = sampled.std(0) / 200
        assert ((sampled.mean(0) - parts.reconstruction).abs() < 5 * error).all()


def test_with_orthogonal_columns_a_diagonal_q_closes_the_gap(pixels, model):
    truth = linear_gaussian.posterior(model, pixels)
    std = truth.covariance.diagonal().sqrt().expand(len(pixels), 2)
    assert linear_gaussian.split_evidence(model, pixels, truth.mean, std).gap.abs().max() < 1e-9


def test_with_a_tilted_posterior_a_diagonal_q_cannot(pixels, model):
    """The best diagonal q has the posterior's precisions, and the gap that stays is -log(1 - rho^2) / 2."""
    model = tilted(model)
    truth = linear_gaussian.posterior(model, pixels[:5])
    std = torch.linalg.inv(truth.covariance).diagonal().rsqrt().expand(5, 2).clone().requires_grad_()
    mean = truth.mean.clone().requires_grad_()
    gap = linear_gaussian.split_evidence(model, pixels[:5], mean, std).gap
    rho = truth.covariance[0, 1] / (truth.covariance[0, 0] * truth.covariance[1, 1]).sqrt()
    assert torch.allclose(gap, (-0.5 * torch.log(1 - rho**2)).expand(5), atol=1e-9)
    assert gap.min() > 0.05
    for slope in torch.autograd.grad(gap.sum(), (mean, std)):
        assert slope.abs().max() < 1e-8


def in_numbers(model: LinearGaussian, image: torch.Tensor) -> tuple[dict, dict]:
    summary = linear_gaussian.summary(model, image)
    return summary["model"], summary["image"]


def test_the_browsers_evidence_is_ours(pixels, model, in_javascript):
    for change in (lambda model: model, tilted):
        other = change(model)
        mean, std = random_q(1, 3)
        facts, image = in_numbers(other, pixels[0])
        calls = [["evidence", facts, image, {"m": m.tolist(), "s": s.tolist()}] for m, s in zip(mean, std, strict=True)]
        ours = linear_gaussian.split_evidence(other, pixels[:1].expand(3, -1), mean, std)
        for i, theirs in enumerate(in_javascript("lessons/elbo/elbo_maths", *calls)):
            for name in ("reconstruction", "rate", "gap", "elbo"):
                assert theirs[name] == pytest.approx(float(getattr(ours, name)[i]), abs=1e-7), name
            assert theirs["logEvidence"] == pytest.approx(float(linear_gaussian.log_evidence(other, pixels[:1])), abs=1e-7)


def test_climbing_in_the_browser_never_falls_and_ends_at_the_posterior(pixels, model, in_javascript):
    facts, image = in_numbers(model, pixels[0])
    (path,) = in_javascript("lessons/elbo/elbo_maths", ["walk", facts, image, {"m": [2.0, -1.5], "s": [1.2, 0.02]}, 1_000])
    assert 10 < len(path) < 1_000
    mean, std = (torch.tensor([q[name] for q in path], dtype=torch.float64) for name in ("m", "s"))
    elbos = linear_gaussian.split_evidence(model, pixels[:1].expand(len(path), -1), mean, std).elbo
    assert (elbos.diff() > 0).all()
    assert float(elbos[-1]) == pytest.approx(float(linear_gaussian.log_evidence(model, pixels[:1])), abs=1e-3)


def test_what_ships_is_the_fit_of_the_training_digits(mnist):
    found, shipped = linear_gaussian.fit(mnist.train.pixels().flatten(1), linear_gaussian.LATENTS), linear_gaussian.load()
    assert shipped.variance == pytest.approx(found.variance, rel=1e-9)
    torch.testing.assert_close(shipped.offset, found.offset)
    torch.testing.assert_close(shipped.loadings, found.loadings, atol=1e-9, rtol=1e-7)


def test_a_damaged_file_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(linear_gaussian, "SHELF", replace(linear_gaussian.SHELF, root=tmp_path))
    with pytest.raises(CheckpointError, match="python -m lessons elbo"):
        linear_gaussian.load()
    linear_gaussian.SHELF.write_arrays(linear_gaussian.FILE, {"offset": torch.zeros(4)})
    with pytest.raises(CheckpointError, match="damaged"):
        linear_gaussian.load()
