"""Importance-weighted objective, free bits and learned observation variance against autograd and closed forms."""

from math import exp, log

import pytest
import torch
from densities import log_p, log_q
from torch.distributions import Bernoulli, Normal

from vae.learning.objectives import (
    doubly_reparameterized,
    free_bits,
    free_bits_objective,
    iwae,
    judge_samples,
    objective,
)
from vae.model.likelihoods import SMALLEST_STD, gaussian_nll, optimal_std, shared_std_nll
from vae.model.networks import build
from vae.model.posterior import Posterior
from vae.model.spec import ModelSpec


def draws(*shape: int, seed: int = 0, dtype=torch.float32) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def is_vae(model) -> bool:
    return model.spec.kind == "vae"


def test_importance_weights_are_joint_over_posterior_density(told, images):
    model = told
    q, noise = model.encode(images), draws(3, len(images), model.noise_dim)
    if not is_vae(model):
        with pytest.raises(ValueError, match="no importance weights"):
            judge_samples(model, images, q, noise)
        return
    samples = judge_samples(model, images, q, noise)
    std = 1.0 if model.spec.observation_std is None else model.spec.observation_std  # a learned one starts at 1
    for k in range(3):
        z = q.mean + q.std * noise[k, :, : model.spec.latent_dim]
        output = model.decode(z)
        kind = Bernoulli(logits=output, validate_args=False) if model.spec.likelihood == "bernoulli" else Normal(output, std)
        weight = kind.log_prob(images).sum((1, 2, 3)) + log_p(model, z, noise[k]) - log_q(q, z)
        torch.testing.assert_close(samples.log_weights()[k], weight, rtol=1e-4, atol=1e-3)


def test_iwae_of_one_sample_is_the_elbo_with_its_kl_sampled(told, images):
    model = told
    if not is_vae(model):
        return
    noise = draws(1, len(images), model.noise_dim)
    terms, elbo = iwae(model, images, noise), objective(model, images, noise[0])
    q = model.encode(images)
    z = q.sample(noise[0, :, : model.spec.latent_dim])
    sampled_kl = (log_q(q, z) - log_p(model, z, noise[0])).mean()
    torch.testing.assert_close(terms.loss, elbo.reconstruction + sampled_kl, rtol=1e-4, atol=1e-3)
    torch.testing.assert_close(terms.reconstruction, elbo.reconstruction)
    torch.testing.assert_close(terms.kl_per_dim, elbo.kl_per_dim)


def test_iwae_weights_the_gradients_of_its_samples_by_their_importance(small_mnist):
    """Burda et al. 2016, eq. 13-14: the gradient is sum_k w~_k times that of log w_k."""
    model = build(ModelSpec(latent_dim=3, encoder_widths=(16,), decoder_widths=(16,)), seed=1).double()
    images, noise = small_mnist.test.pixels(slice(5)).double(), draws(4, 5, 3, dtype=torch.float64)
    iwae(model, images, noise).loss.backward()
    ours = [parameter.grad.clone() for parameter in model.parameters()]
    model.zero_grad()
    log_weights = judge_samples(model, images, model.encode(images), noise).log_weights()
    shares = log_weights.detach().exp() / log_weights.detach().exp().sum(0)
    (-(shares * log_weights).sum(0).mean()).backward()
    torch.testing.assert_close(ours, [parameter.grad for parameter in model.parameters()])


def test_iwae_is_below_the_mean_of_its_single_samples_and_above_the_best_one(small_mnist):
    model = build(ModelSpec(encoder_widths=(16,), decoder_widths=(16,)), seed=1)
    images, noise = small_mnist.test.pixels(slice(20)), draws(8, 20, 2)
    singles = -judge_samples(model, images, model.encode(images), noise).log_weights()  # (K, B)
    loss = iwae(model, images, noise).loss
    assert singles.min(0).values.mean() < loss < singles.mean()


def test_equal_weights_give_their_common_value(small_mnist):
    model = build(ModelSpec(encoder_widths=(16,), decoder_widths=(16,)), seed=1)
    images, noise = small_mnist.test.pixels(slice(5)), draws(1, 5, 2).expand(7, 5, 2)
    many, one = iwae(model, images, noise), iwae(model, images, noise[:1])
    torch.testing.assert_close(many.loss, one.loss)


def test_beta_weighs_the_ratio_of_posterior_to_prior(small_mnist):
    model = build(ModelSpec(encoder_widths=(16,), decoder_widths=(16,)), seed=1)
    images, noise = small_mnist.test.pixels(slice(5)), draws(1, 5, 2)
    without, half, full = (iwae(model, images, noise, beta).loss for beta in (0, 0.5, 1))
    torch.testing.assert_close(without, objective(model, images, noise[0]).reconstruction)
    torch.testing.assert_close(half, (without + full) / 2)


def test_free_bits_is_the_larger_of_kl_and_lambda_in_each_dimension():
    kl = torch.tensor([0.01, 0.2, 3.0], requires_grad=True)
    total = free_bits(kl, 0.2)
    assert total.item() == pytest.approx(0.2 + 0.2 + 3.0)
    assert free_bits(kl, 0).item() == pytest.approx(kl.sum().item())


def test_a_dimension_within_its_free_bits_is_not_pulled_to_the_prior():
    mean = torch.stack([draws(50) * 0.1, draws(50, seed=1) * 3], 1).requires_grad_()  # (B, 2)
    kl = (0.5 * mean**2).mean(0)
    (gradient,) = torch.autograd.grad(free_bits(kl, 0.5), mean)
    torch.testing.assert_close(gradient, mean.detach() * torch.tensor([0.0, 1.0]) / 50)


def test_free_bits_look_at_the_mean_over_the_batch_not_at_single_images(small_mnist):
    model = build(ModelSpec(latent_dim=4, encoder_widths=(16,), decoder_widths=(16,)), seed=1)
    images, noise = small_mnist.test.pixels(slice(20)), draws(20, 4)
    plain = objective(model, images, noise, 2.0)
    middle = plain.kl_per_dim.median().item()
    terms = free_bits_objective(model, images, noise, middle, 2.0)
    assert plain.kl_per_dim is not None
    expected = plain.reconstruction + 2 * sum(max(kl, middle) for kl in plain.kl_per_dim.tolist())
    torch.testing.assert_close(terms.loss, expected)
    torch.testing.assert_close(terms.kl_per_dim, plain.kl_per_dim)


def test_no_free_bits_is_the_objective_itself(told, images):
    model, noise = told, draws(len(images), told.noise_dim)
    plain, free = objective(model, images, noise, 0.7), free_bits_objective(model, images, noise, 0.0, 0.7)
    torch.testing.assert_close(free.loss, plain.loss)
    if not is_vae(model):
        torch.testing.assert_close(free_bits_objective(model, images, noise, 5.0).loss, plain.loss)


def test_the_optimal_std_is_where_the_likelihood_is_greatest():
    mean, images = torch.rand(6, 1, 4, 4), torch.rand(6, 1, 4, 4)
    best = optimal_std(mean, images)
    log_std = best.log().requires_grad_()
    (slope,) = torch.autograd.grad(shared_std_nll(mean, images, log_std).mean(), log_std)
    assert slope.abs() < 1e-4
    for factor in (0.9, 1.1):
        assert gaussian_nll(mean, images, factor * best.item()).mean() > gaussian_nll(mean, images, best.item()).mean()


def test_the_learned_std_has_the_fixed_ones_likelihood():
    mean, images = torch.rand(6, 1, 4, 4), torch.rand(6, 1, 4, 4)
    torch.testing.assert_close(shared_std_nll(mean, images, torch.tensor(log(0.3))), gaussian_nll(mean, images, 0.3))


def test_a_perfect_reconstruction_keeps_a_finite_density():
    images = torch.rand(2, 1, 4, 4)
    assert optimal_std(images, images).item() == pytest.approx(exp(-6)) == SMALLEST_STD
    torch.testing.assert_close(shared_std_nll(images, images, torch.tensor(-50.0)), gaussian_nll(images, images, SMALLEST_STD))


def test_at_the_optimal_std_the_nll_is_half_the_pixels_times_log_squared_error():
    """Rybkin et al. 2021: -log p = P/2 log MSE + constant."""
    mean, images = torch.rand(8, 1, 4, 4, dtype=torch.float64), torch.rand(8, 1, 4, 4, dtype=torch.float64)
    found = shared_std_nll(mean, images, optimal_std(mean, images).log()).mean()
    expected = 16 / 2 * (torch.log((mean - images).square().mean()) + 1 + log(2 * torch.pi))
    torch.testing.assert_close(found, expected)


def test_a_model_learns_the_optimal_std_with_its_weights(small_mnist):
    spec = ModelSpec(likelihood="gaussian", observation_std=None, encoder_widths=(16,), decoder_widths=(16,))
    model = build(spec, seed=1)
    images, noise = small_mnist.test.pixels(slice(32)), draws(32, 2)
    means = model(images, noise)[0].detach()
    optimizer = torch.optim.Adam([model.log_std], lr=0.05)
    for _ in range(300):
        optimizer.zero_grad()
        objective(model, images, noise).loss.backward()
        optimizer.step()
    torch.testing.assert_close(model.log_std.detach().exp(), optimal_std(means, images), rtol=1e-2, atol=0)


def test_a_point_code_has_no_importance_weighted_objective(small_mnist):
    with pytest.raises(ValueError, match="point"):
        iwae(build(ModelSpec("ae")), small_mnist.test.pixels(slice(2)), draws(1, 2, 2))
    with pytest.raises(ValueError, match="point"):
        judge_samples(build(ModelSpec()), small_mnist.test.pixels(slice(2)), Posterior(torch.zeros(2, 2), None), draws(1, 2, 2))


def test_doubly_reparameterized_decoder_and_prior_get_the_gradient_of_the_bound(told, images):
    """And the encoder another one, unless its samples have equal weights."""
    model = told
    if not is_vae(model):
        return
    noise = draws(3, len(images), model.noise_dim)
    network = getattr(model, "model", model)
    found = []
    for loss in (lambda: iwae(model, images, noise).loss, lambda: doubly_reparameterized(model, images, noise)):
        network.zero_grad()
        loss().backward()
        found.append({name: parameter.grad.clone() for name, parameter in network.named_parameters()})
    for name, expected in found[0].items():
        if name.startswith(("decoder.", "prior.", "log_std")):
            torch.testing.assert_close(found[1][name], expected, rtol=1e-4, atol=1e-5 * float(expected.abs().max() + 1))


def test_doubly_reparameterized_gradients_of_the_encoder_are_those_of_the_bound_in_expectation(small_digits):
    """The same 8 images 250 times in a batch, 24 batches; the means differ by what their spread over batches allows."""
    model = build(ModelSpec(latent_dim=2, encoder_widths=(8,), decoder_widths=(8,), image_shape=(1, 8, 8)), seed=1).double()
    with torch.no_grad():
        model.decoder[-2].weight.mul_(8)  # so that weights differ
    images = small_digits.test.pixels(slice(8)).double().repeat(250, 1, 1, 1)
    heads = [*model.mean_head.parameters(), *model.log_variance_head.parameters()]
    differences, plain = [], []
    for seed in range(24):
        noise = draws(3, len(images), 2, seed=seed, dtype=torch.float64)
        ours = torch.autograd.grad(doubly_reparameterized(model, images, noise), heads)
        theirs = torch.autograd.grad(iwae(model, images, noise).loss, heads)
        differences.append(torch.cat([(a - b).flatten() for a, b in zip(ours, theirs, strict=True)]))
        plain.append(torch.cat([b.flatten() for b in theirs]))
    difference, gradient = torch.stack(differences), torch.stack(plain).mean(0)
    error = difference.std(0) / 24**0.5
    assert (difference.mean(0).abs() < 5 * error).all()
    assert float(error.norm() / gradient.norm()) < 0.05
