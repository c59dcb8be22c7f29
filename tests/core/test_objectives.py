"""Objectives against torch.distributions, autograd and closed forms."""

from math import log

import pytest
import torch
from densities import log_p, log_q
from torch.distributions import Bernoulli, Normal, kl_divergence

from vae.learning.objectives import objective, reconstruction_nll
from vae.model.likelihoods import bernoulli_nll, gaussian_nll
from vae.model.networks import build
from vae.model.posterior import Posterior, kl_parts, kl_per_dimension
from vae.model.spec import ModelSpec


def draws(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def grey(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def posterior(latent_dim: int = 3) -> Posterior:
    return Posterior(2 * draws(50, latent_dim, seed=1), 3 * draws(50, latent_dim, seed=2))


def test_kl_is_the_divergence_that_torch_computes():
    q = posterior()
    expected = kl_divergence(Normal(q.mean, q.std), Normal(torch.zeros(()).double(), torch.ones(()).double()))
    torch.testing.assert_close(kl_per_dimension(q), expected)


def test_kl_is_zero_for_the_prior_and_positive_for_anything_else():
    zeros = torch.zeros(1, 2, dtype=torch.float64)
    assert kl_per_dimension(Posterior(zeros, zeros)).tolist() == [[0, 0]]
    assert (kl_per_dimension(posterior()) > 0).all()


def test_parts_of_the_kl_are_its_closed_form_terms_and_add_up_to_it():
    q = posterior()
    parts = kl_parts(q)
    torch.testing.assert_close(parts.mean, q.mean**2 / 2)
    torch.testing.assert_close(parts.width, (q.std**2 - 1) / 2)
    torch.testing.assert_close(parts.entropy, -torch.log(q.std))
    torch.testing.assert_close(parts.total(), kl_per_dimension(q))


@pytest.mark.parametrize(
    ("part", "by_mean", "by_log_variance"),
    [
        ("mean", lambda q: q.mean, lambda q: torch.zeros_like(q.mean)),
        ("width", lambda q: torch.zeros_like(q.mean), lambda q: q.std**2 / 2),
        ("entropy", lambda q: torch.zeros_like(q.mean), lambda q: torch.full_like(q.mean, -0.5)),
    ],
)
def test_each_part_of_the_kl_pulls_with_its_own_force(part, by_mean, by_log_variance):
    q = Posterior(*(tensor.requires_grad_() for tensor in posterior()))
    gradients = torch.autograd.grad(getattr(kl_parts(q), part).sum(), q, allow_unused=True, materialize_grads=True)
    torch.testing.assert_close(gradients, (by_mean(q).detach(), by_log_variance(q).detach()))


def test_a_point_code_has_no_kl():
    with pytest.raises(ValueError, match="no KL"):
        kl_per_dimension(Posterior(torch.zeros(1, 2), None))


def test_bernoulli_nll_of_binary_pixels_is_minus_the_log_probability():
    logits, pixels = 4 * draws(5, 1, 8, 8), grey(5, 1, 8, 8).round()
    torch.testing.assert_close(bernoulli_nll(logits, pixels), -Bernoulli(logits=logits).log_prob(pixels).sum((1, 2, 3)))


def test_bernoulli_nll_of_grey_pixels_is_the_cross_entropy():
    logits, pixels = draws(5, 1, 8, 8), grey(5, 1, 8, 8)
    m = 1 / (1 + torch.exp(-logits))
    expected = -(pixels * torch.log(m) + (1 - pixels) * torch.log(1 - m)).sum((1, 2, 3))
    torch.testing.assert_close(bernoulli_nll(logits, pixels), expected)


def test_bernoulli_nll_is_least_where_the_mean_is_the_image_and_is_the_pixels_entropy_there():
    pixels = grey(2, 1, 4, 4)
    best = torch.logit(pixels).requires_grad_()
    least = bernoulli_nll(best, pixels)
    torch.testing.assert_close(least.detach(), Bernoulli(pixels).entropy().sum((1, 2, 3)))
    (gradient,) = torch.autograd.grad(least.sum(), best)
    assert gradient.abs().max() < 1e-12


def test_bernoulli_nll_of_a_certain_and_wrong_pixel_is_its_logit_and_not_infinite():
    logits, pixels = torch.full((1, 1, 1, 1), 500.0), torch.zeros(1, 1, 1, 1)
    assert bernoulli_nll(logits, pixels).item() == 500
    assert bernoulli_nll(-logits, pixels).item() == 0


@pytest.mark.parametrize("std", [0.05, 0.5, 1.0, 3.0])
def test_gaussian_nll_is_minus_the_log_density(std):
    mean, pixels = draws(5, 1, 8, 8), grey(5, 1, 8, 8)
    torch.testing.assert_close(gaussian_nll(mean, pixels, std), -Normal(mean, std).log_prob(pixels).sum((1, 2, 3)))


@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian"])
def test_nats_are_summed_over_pixels(likelihood, small_mnist):
    """An image laid out twice costs twice as much, and 784 undecided pixels cost 784 bits."""
    model = build(ModelSpec(likelihood=likelihood))
    pixels, parameters = small_mnist.test.pixels(slice(4)), draws(4, 1, 28, 28).float()
    once = reconstruction_nll(model, parameters, pixels)
    twice = reconstruction_nll(model, parameters.repeat(1, 1, 2, 1), pixels.repeat(1, 1, 2, 1))
    assert once.shape == (4,)
    torch.testing.assert_close(twice, 2 * once)
    undecided = bernoulli_nll(torch.zeros(1, 1, 28, 28), pixels[:1])
    torch.testing.assert_close(undecided, torch.tensor([784 * log(2)]))


def test_objective_is_reconstruction_plus_beta_times_kl_and_its_parts_are_means_over_images(told, images):
    spec, model = told.spec, told
    noise = draws(len(images), model.noise_dim).float()
    terms = objective(model, images, noise, beta=2.5)

    q = model.encode(images)
    z = q.mean if q.log_variance is None else q.mean + torch.exp(q.log_variance / 2) * noise[:, : spec.latent_dim]
    output = model.decode(z)
    if spec.likelihood == "bernoulli":
        nll = torch.nn.functional.binary_cross_entropy(torch.sigmoid(output), images, reduction="sum") / len(images)
    else:
        std = 1.0 if spec.observation_std is None else spec.observation_std  # a learned one starts at 1
        nll = -Normal(output, std).log_prob(images).sum() / len(images)
    torch.testing.assert_close(terms.reconstruction, nll)
    if spec.kind == "ae":
        assert terms.kl is None
        assert terms.kl_per_dim is None
        torch.testing.assert_close(terms.loss, nll)
        return
    if spec.prior == "normal":
        kl = kl_divergence(Normal(q.mean, torch.exp(q.log_variance / 2)), Normal(0.0, 1.0)).mean(0)
        torch.testing.assert_close(terms.kl_per_dim, kl, rtol=1e-4, atol=1e-6)
    elif spec.prior in ("vamp", "flow"):
        kl = (log_q(q, z) - log_p(model, z, noise)).mean(0, keepdim=True)
        torch.testing.assert_close(terms.kl_per_dim, kl, rtol=1e-4, atol=1e-4)
    else:
        kl = terms.kl_per_dim
        assert kl.shape == (spec.latent_dim + spec.prior_size,)
    torch.testing.assert_close(terms.kl, terms.kl_per_dim.sum())
    torch.testing.assert_close(terms.loss, nll + 2.5 * kl.sum())


def test_every_weight_of_every_model_gets_a_gradient_from_the_objective(model, told, images):
    noise = draws(len(images), model.noise_dim).float()
    objective(told, images, noise).loss.backward()
    still = [name for name, parameter in model.named_parameters() if not parameter.grad.abs().sum() > 0]
    assert still == []


def test_an_estimated_kl_has_the_mean_of_log_q_minus_log_p(told, images):
    """Over many draws the groups of `kl` add up to the mean log ratio by torch.distributions; in closed form they do so exactly."""
    if told.spec.kind == "ae":
        return
    noise = draws(2_000, len(images), told.noise_dim, seed=5).float()
    with torch.no_grad():
        q = told.encode(images)
        z = q.sample(noise[..., : told.spec.latent_dim])
        ratio = log_q(q, z) - log_p(told, z, noise)  # (K, B)
        kl = told.prior.kl(q, z, noise).sum(-1)  # (B,) or (K, B)
    torch.testing.assert_close(told.prior.log_ratio(q, z, noise), ratio, rtol=1e-3, atol=1e-3)
    error = float((ratio - kl).std() / ratio.numel() ** 0.5) + 1e-4
    assert abs(float(ratio.mean() - kl.mean())) < 5 * error
