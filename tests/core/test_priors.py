"""Priors against mixtures of torch.distributions, closed forms and quadrature."""

from dataclasses import replace
from math import log

import numpy as np
import pytest
import torch
from torch import nn
from torch.distributions import Independent, MultivariateNormal, Normal

from vae.errors import SpecError
from vae.learning.objectives import objective
from vae.learning.settings import TrainingSettings
from vae.learning.training import prepare, train
from vae.measuring.bounds import log_likelihoods
from vae.measuring.metrics import bound, evaluate
from vae.model.latent import draw_prior, sample_prior
from vae.model.networks import VAE, build
from vae.model.posterior import Posterior
from vae.model.spec import ModelSpec

SMALL = ModelSpec(encoder_widths=(24,), decoder_widths=(24,), image_shape=(1, 8, 8))
VAMP = replace(SMALL, prior="vamp", prior_size=4)
TWO_LEVEL = replace(SMALL, prior="two-level", prior_size=2)
FLOW = replace(SMALL, prior="flow", prior_size=3)
CONDITIONAL = replace(SMALL, classes=10)


def draws(*shape: int, seed: int = 0, dtype=torch.float32) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def spread_out(spec: ModelSpec, scale: float = 6.0) -> VAE:
    """A model whose posteriors, and the networks of whose prior, are far from their beginnings."""
    model = build(spec, seed=1)
    assert isinstance(model, VAE)
    with torch.no_grad():
        model.mean_head.weight.mul_(scale)
        model.log_variance_head.weight.mul_(scale)
        for parameter in model.prior.parameters():
            parameter.mul_(1.5)
    return model


def test_one_pseudo_input_is_one_gaussian_and_its_kl_the_closed_form(small_digits):
    """KL(N(m, s^2) || N(n, t^2)) = log t/s + (s^2 + (m - n)^2) / 2 t^2 - 1/2, summed over dimensions."""
    model = spread_out(replace(VAMP, prior_size=1))
    images = small_digits.test.pixels(slice(5))
    with torch.no_grad():
        q, (n, log_t2) = model.encode(images), model.prior.components()
        t2, s2 = log_t2.exp(), q.log_variance.exp()
        closed = (0.5 * (log_t2 - q.log_variance) + (s2 + (q.mean - n) ** 2) / (2 * t2) - 0.5).sum(1)
        noise = draws(200_000, 5, 2)
        estimate = model.prior.kl(q, q.sample(noise), noise).squeeze(-1)  # (K, B)
    assert ((estimate.mean(0) - closed).abs() < 5 * estimate.std(0) / 200_000**0.5).all()
    assert closed.min() > 0.01


def test_more_pseudo_inputs_than_training_images_are_refused_even_where_one_image_would_spread_to_all(small_digits):
    model = build(VAMP)
    for count in (1, 3):
        with pytest.raises(
            SpecError, match=f"prior_size is 4, and there are {count} training images.* Set prior_size to {count} at most"
        ):
            model.prior.start(small_digits.train.pixels(slice(count)))
    model.prior.start(small_digits.train.pixels(slice(4)))


def test_the_mixture_integrates_to_one_and_draws_have_its_moments():
    model = spread_out(VAMP)
    side = torch.linspace(-12, 12, 801)
    grid = torch.cartesian_prod(side, side)
    with torch.no_grad():
        density = model.prior.log_prob(grid).exp()
        step = float(side[1] - side[0])
        assert float(density.sum()) * step**2 == pytest.approx(1, abs=1e-3)
        mean = (density[:, None] * grid).sum(0) * step**2
        spread = (density[:, None, None] * (grid - mean)[:, :, None] * (grid - mean)[:, None, :]).sum(0) * step**2
        z = draw_prior(model, 200_000, seed=3)
    torch.testing.assert_close(z.mean(0), mean, atol=0.02, rtol=0.02)
    torch.testing.assert_close(z.T.cov(), spread, atol=0.03, rtol=0.03)


def test_every_component_of_the_mixture_is_drawn_equally_often():
    model = spread_out(VAMP)
    with torch.no_grad():
        model.prior.pseudo_logits.copy_(torch.linspace(-2, 2, 4)[:, None, None, None].expand_as(model.prior.pseudo_logits))
        model.log_variance_head.weight.zero_()
        model.log_variance_head.bias.fill_(-12)  # so narrow that a draw says which component it is of
        mean, _ = model.prior.components()
        nearest = torch.cdist(draw_prior(model, 40_000, seed=1), mean).argmin(1)
    assert torch.pdist(mean).min() > 0.1
    torch.testing.assert_close(nearest.bincount() / 40_000, torch.full((4,), 0.25), atol=0.01, rtol=0)


def test_draws_from_the_normal_prior_are_those_of_sample_prior():
    assert torch.equal(draw_prior(build(SMALL), 7, seed=4), sample_prior(7, 2, seed=4))


def linear_two_level() -> tuple[VAE, torch.Tensor, MultivariateNormal]:
    """u -> z = a u + noise -> x = W z + noise, all Gaussian: log p(x) is known. q(z|x) is wrong on purpose, q(u|z) exact."""
    spec = ModelSpec(
        latent_dim=1, encoder_widths=(2,), decoder_widths=(2,), likelihood="gaussian", observation_std=0.5,
        image_shape=(1, 1, 3), prior="two-level", prior_size=1,
    )  # fmt: skip
    model = VAE(spec)
    model.trunk, model.mean_head, model.log_variance_head = nn.Sequential(nn.Flatten()), nn.Linear(3, 1), nn.Linear(3, 1)
    model.decoder = nn.Sequential(nn.Linear(1, 3), nn.Unflatten(1, (1, 1, 3)))
    model.prior.generate, model.prior.recognise = nn.Linear(1, 2), nn.Linear(1, 2)
    model.double()
    a, s2, columns = 0.8, 0.3, torch.tensor([[0.9], [-0.4], [0.6]], dtype=torch.float64)
    marginal = a**2 + s2  # variance of z
    precision = 1 / marginal + float(columns.square().sum()) / 0.25
    gain = columns.T / 0.25 / precision  # (1, P)
    layers = [
        (model.decoder[0], columns, torch.zeros(3)),
        (model.mean_head, gain, torch.full((1,), 0.4)),  # 0.4 off
        (model.log_variance_head, torch.zeros(1, 3), torch.tensor([-log(precision)])),
        (model.prior.generate, torch.tensor([[a], [0.0]]), torch.tensor([0.0, log(s2)])),
        (model.prior.recognise, torch.tensor([[a / marginal], [0.0]]), torch.tensor([0.0, log(s2 / marginal)])),
    ]
    with torch.no_grad():
        for layer, weight, bias in layers:
            layer.weight.copy_(weight)
            layer.bias.copy_(bias)
    covariance = marginal * columns @ columns.T + 0.25 * torch.eye(3, dtype=torch.float64)
    truth = MultivariateNormal(torch.zeros(3, dtype=torch.float64), covariance)
    torch.manual_seed(0)
    return model, truth.sample((400,)), truth


def test_the_bound_of_two_levels_rises_to_the_closed_form_of_a_linear_gaussian_model():
    model, x, truth = linear_two_level()
    images, exact = x.view(-1, 1, 1, 3), truth.log_prob(x)
    generator = torch.Generator().manual_seed(0)
    short = [float((exact - log_likelihoods(model, images, k, generator)).mean()) for k in (1, 10, 1_000)]
    assert short[0] > 2 * short[1] > 20 * abs(short[2])
    assert abs(short[2]) < 0.01


def test_the_kl_of_two_levels_is_that_of_the_exact_marginal_prior():
    """With q(u|z) the true posterior nothing is lost above: the cost is KL(q(z|x) || N(0, a^2 + s^2))."""
    model, x, _ = linear_two_level()
    images = x.view(-1, 1, 1, 3)
    with torch.no_grad():
        q, noise = model.encode(images), draws(8_000, 400, 2, dtype=torch.float64)
        cost = model.prior.kl(q, q.sample(noise[..., :1]), noise).sum(-1)
    closed = torch.distributions.kl_divergence(Normal(q.mean, q.std), Normal(0.0, 0.94**0.5)).sum(-1)
    assert ((cost.mean(0) - closed).abs() < 5 * cost.std(0) / 8_000**0.5).all()


def test_draws_of_two_levels_have_the_marginal_prior():
    model, _, _ = linear_two_level()
    with torch.no_grad():
        z = model.prior.sample(draws(200_000, 2, dtype=torch.float64))
    assert float(z.var()) == pytest.approx(0.94, rel=0.02)


def bent_flow(spec: ModelSpec = FLOW) -> VAE:
    """A model whose flow is far from the identity."""
    model = build(spec, seed=1)
    assert isinstance(model, VAE)
    with torch.no_grad():
        for index, parameter in enumerate(model.prior.parameters()):
            parameter.add_(0.1 * draws(*parameter.shape, seed=index))
    return model.double()


@pytest.mark.parametrize("latent_dim", [2, 3, 7])
@pytest.mark.parametrize("layers", [1, 2, 5])
def test_a_flow_gives_the_density_of_its_own_draws(latent_dim, layers):
    """A draw is an invertible function of its noise, so log p(z) = log N(noise; 0, I) - log |det dz / dnoise|."""
    model = bent_flow(replace(FLOW, latent_dim=latent_dim, prior_size=layers))
    noise = draws(20, latent_dim, dtype=torch.float64)
    z = model.prior.sample(noise)
    assert (z - noise).abs().max() > 0.1
    torch.testing.assert_close(model.prior.to_normal(z)[0], noise)
    volumes = [torch.autograd.functional.jacobian(model.prior.sample, one).det().abs().log() for one in noise]
    expected = Normal(0.0, 1.0).log_prob(noise).sum(-1) - torch.stack(volumes)
    torch.testing.assert_close(log_p(model, z), expected)


def log_p(model: VAE, z: torch.Tensor) -> torch.Tensor:
    """log p(z) by `log_ratio` alone: the posterior N(z, I), with no noise, is at z."""
    still = torch.zeros_like(z)
    log_q = -0.5 * z.shape[-1] * log(2 * torch.pi)
    return log_q - model.prior.log_ratio(Posterior(z, still), z, still)


def test_a_flow_begins_almost_as_the_normal_prior():
    spec = replace(FLOW, latent_dim=6, prior_size=8)
    z = draws(100, 6, dtype=torch.float64)
    flow, normal = (log_p(build(one, seed=2).double(), z) for one in (spec, replace(spec, prior="normal", prior_size=0)))
    torch.testing.assert_close(flow.detach(), normal, atol=0.1, rtol=0)
    assert not torch.equal(flow, normal)


@pytest.mark.parametrize(
    "spec", [SMALL, VAMP, TWO_LEVEL, FLOW, CONDITIONAL], ids=["normal", "vamp", "two-level", "flow", "conditional"]
)
def test_the_bound_meets_the_elbo_at_one_sample_and_only_rises(spec, small_digits):
    model, split = spread_out(spec), small_digits.test
    images, labels = split.pixels(), split.labels
    generator = torch.Generator().manual_seed(0)
    singles = torch.stack([-log_likelihoods(model, images, 1, generator, labels) for _ in range(150)])  # (K, N)
    error = float(singles.var(0).mean() / singles.numel()) ** 0.5
    elbo = bound(model, split, samples=150).negative_elbo
    assert abs(float(singles.mean()) - elbo) < 6 * error
    values = [
        -float(log_likelihoods(model, images.repeat(4, 1, 1, 1), k, generator, labels.repeat(4)).mean())
        for k in (1, 4, 40, 400)
    ]
    assert values == sorted(values, reverse=True)
    assert values[0] > values[-1] + 0.05


def test_pseudo_inputs_begin_as_training_images_and_learn(small_digits):
    settings = TrainingSettings(dataset="digits", images=3_000, batch_size=64, learning_rate=1e-2)
    model = prepare(VAMP, settings, small_digits)
    begun = model.prior.pseudo_inputs.detach().clone()
    pictures = small_digits.train.pixels().clamp(0.02, 0.98)
    assert all((pictures - each).abs().amax((1, 2, 3)).min() < 1e-5 for each in begun)
    list(train(model, settings, small_digits, records=1))
    assert (model.prior.pseudo_inputs - begun).abs().max() > 0.01


def test_a_better_prior_never_costs_what_it_does_not_buy(small_digits):
    """With its pseudo-inputs' posterior set to N(0, I) exactly, a VampPrior is N(0, I): same objective for the same noise."""
    model = build(VAMP, seed=1)
    plain = build(SMALL, seed=1)
    images, noise = small_digits.test.pixels(slice(6)), draws(6, 2)
    q = plain.encode(images)
    prior = model.prior
    prior._encode = lambda pictures: Posterior(torch.zeros(len(pictures), 2), torch.zeros(len(pictures), 2))
    z = q.sample(noise)
    torch.testing.assert_close(prior.log_ratio(q, z, noise), plain.prior.log_ratio(q, z, noise), rtol=1e-5, atol=1e-5)


def test_a_conditional_model_is_told_the_class_on_both_ways(small_digits):
    model, images = spread_out(CONDITIONAL), small_digits.test.pixels(slice(4))
    told = [model.given(torch.tensor(c)) for c in (3, 8)]
    assert not torch.allclose(told[0].encode(images).mean, told[1].encode(images).mean)
    z = draws(4, 2)
    assert not torch.allclose(told[0].decode(z), told[1].decode(z))
    each = torch.tensor([3, 8, 3, 8])
    mixed = model.given(each).decode(z)
    torch.testing.assert_close(mixed[0], told[0].decode(z)[0])
    torch.testing.assert_close(mixed[1], told[1].decode(z)[1])
    twice = model.given(each).decode(torch.cat([z, z]))  # K batches one after another
    torch.testing.assert_close(twice, torch.cat([mixed, mixed]))


def test_a_conditional_model_without_a_class_says_what_to_do(small_digits):
    model, images = build(CONDITIONAL), small_digits.test.pixels(slice(2))
    for attempt in (lambda: model.encode(images), lambda: model.decode(draws(2, 2)), lambda: objective(model, images)):
        with pytest.raises(ValueError, match="given"):
            attempt()


def test_a_plain_model_given_a_class_is_itself():
    model = build(SMALL)
    assert model.given(torch.tensor(3)) is model
    assert model.given(None) is model


def test_the_number_of_classes_must_be_the_datas(small_digits):
    with pytest.raises(SpecError, match="digits has 10"):
        prepare(replace(SMALL, classes=7), TrainingSettings(dataset="digits"), small_digits)


@pytest.mark.parametrize("spec", [VAMP, TWO_LEVEL, FLOW, CONDITIONAL], ids=["vamp", "two-level", "flow", "conditional"])
def test_measures_that_ask_for_the_normal_prior_are_left_out_with_another(spec, small_digits):
    measured = evaluate(build(spec, 1), small_digits, importance_samples=3)
    assert (measured.empty_share is None) == (spec.prior != "normal")
    assert np.isfinite([measured.negative_elbo, measured.weighted.negative_log_likelihood]).all()


def test_components_are_the_posteriors_of_the_pseudo_inputs():
    model = spread_out(VAMP)
    with torch.no_grad():
        q = model.encode(model.prior.pseudo_inputs)
        z = draws(9, 2)
        each = Independent(Normal(q.mean, q.std), 1).log_prob(z.unsqueeze(1))  # (N, M)
        torch.testing.assert_close(model.prior.log_prob(z), each.exp().mean(1).log(), rtol=1e-4, atol=1e-4)
