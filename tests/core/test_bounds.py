"""The importance-weighted bound against the ELBO, against itself and against a model whose log-likelihood is known."""

from math import log

import pytest
import torch
from torch import nn
from torch.distributions import Bernoulli, MultivariateNormal, Normal

from vae.data import Split
from vae.learning.objectives import doubly_reparameterized, iwae
from vae.measuring import bounds, metrics
from vae.measuring.bounds import (
    IMAGES_AT_ONCE,
    MEASURED_PIXELS,
    SAMPLES_AT_ONCE,
    importance_bound,
    log_likelihoods,
    over_pixels,
    weigh,
)
from vae.measuring.metrics import both_bounds, bound
from vae.model.networks import VAE, build
from vae.model.spec import ModelSpec
from vae.streams import Purpose, stream

STD = 0.5


@pytest.fixture
def vae(small_mnist) -> VAE:
    """A VAE whose posteriors are wide enough for importance weights to differ."""
    model = build(ModelSpec(encoder_widths=(24, 16), decoder_widths=(16, 24)), 1, small_mnist.train.pixels().mean(0))
    assert isinstance(model, VAE)
    with torch.no_grad():
        model.decoder[0].weight.mul_(3)
        model.decoder[-2].weight.mul_(4)
    return model


def linear_gaussian(posterior_mean_error: float = 0.0) -> tuple[VAE, torch.Tensor, torch.Tensor]:
    """x = W z + b + noise, z two-dimensional with W's columns orthogonal, so that the true posterior is diagonal.

    The model's encoder is that posterior, its mean moved by the error given. Also images and their log p(x), both float64.
    """
    torch.manual_seed(0)
    pixels = 6
    columns = torch.linalg.qr(torch.randn(pixels, 2, dtype=torch.float64)).Q * torch.tensor([0.9, 0.4])  # (P, D)
    centre = torch.rand(pixels, dtype=torch.float64)
    shape = (1, 2, 3)
    model = VAE(
        ModelSpec(encoder_widths=(2,), decoder_widths=(2,), likelihood="gaussian", observation_std=STD, image_shape=shape)
    )
    model.trunk = nn.Sequential(nn.Flatten())
    model.mean_head, model.log_variance_head = nn.Linear(pixels, 2), nn.Linear(pixels, 2)
    model.decoder = nn.Sequential(nn.Linear(2, pixels), nn.Unflatten(1, shape))
    model.double()
    precision = 1 + (columns**2).sum(0) / STD**2  # of the posterior, (D,)
    to_mean = columns.T / STD**2 / precision.unsqueeze(1)  # (D, P)
    with torch.no_grad():
        for layer, weight, bias in (
            (model.mean_head, to_mean, -to_mean @ centre + posterior_mean_error),
            (model.log_variance_head, torch.zeros(2, pixels), -precision.log()),
            (model.decoder[0], columns, centre),
        ):
            layer.weight.copy_(weight)
            layer.bias.copy_(bias)
    covariance = columns @ columns.T + STD**2 * torch.eye(pixels, dtype=torch.float64)
    truth = MultivariateNormal(centre, covariance)
    images = truth.sample((70,))
    return model, images.view(-1, *shape), truth.log_prob(images)


@pytest.mark.parametrize("samples", [1, 3, 100])
def test_with_the_true_posterior_every_weight_is_p_of_x_and_the_bound_exact(samples):
    model, images, truth = linear_gaussian()
    torch.testing.assert_close(log_likelihoods(model, images, samples), truth, rtol=1e-9, atol=1e-9)


def test_with_a_wrong_posterior_the_bound_rises_to_the_closed_form_and_the_elbo_stays_below():
    model, images, truth = linear_gaussian(posterior_mean_error=0.4)
    generator = torch.Generator().manual_seed(0)
    shortfall = [float((truth - log_likelihoods(model, images, samples, generator)).mean()) for samples in (1, 10, 5000)]
    assert shortfall[0] > 2 * shortfall[1] > 20 * abs(shortfall[2])
    assert abs(shortfall[2]) < 0.01


def test_one_sample_is_the_elbo_of_that_sample(vae, small_mnist):
    images = small_mnist.test.pixels(slice(10)).round()
    ours = log_likelihoods(vae, images, 1, torch.Generator().manual_seed(4))
    with torch.no_grad():
        mean, log_variance = vae.encode(images)
        std = torch.exp(log_variance / 2)
        z = mean + std * torch.randn(1, 10, 2, generator=torch.Generator().manual_seed(4))[0]
        elbo = Bernoulli(logits=vae.decode(z)).log_prob(images).sum((1, 2, 3))
        elbo += (Normal(0.0, 1.0).log_prob(z) - Normal(mean, std).log_prob(z)).sum(1)
    torch.testing.assert_close(ours.float(), elbo)


def test_one_sample_agrees_with_the_elbo_whose_kl_is_in_closed_form(vae, small_mnist):
    torch.manual_seed(0)
    elbo = bound(vae, small_mnist.test, samples=200).negative_elbo
    singles = torch.stack([-log_likelihoods(vae, small_mnist.test.pixels(), 1) for _ in range(100)])  # (100, N)
    error = float(singles.var(0).mean() / singles.numel()) ** 0.5  # the share of the noise that is not the images'
    assert abs(float(singles.mean()) - elbo) < 5 * error
    assert error < 0.02 * elbo


def test_more_samples_give_a_higher_bound(vae, small_mnist):
    images = small_mnist.test.pixels()
    values = [importance_bound(vae, images, samples).negative_log_likelihood for samples in (1, 5, 50, 500)]
    assert values == sorted(values, reverse=True)
    assert values[0] > values[1] + 0.5


def test_pieces_change_nothing(vae, small_mnist):
    """More images and samples than are taken at once give what one big computation gives for the same draws."""
    images = small_mnist.test.pixels(slice(IMAGES_AT_ONCE + 3))
    samples = 2 * SAMPLES_AT_ONCE + 7
    ours = log_likelihoods(vae, images, samples, torch.Generator().manual_seed(9))
    generator = torch.Generator().manual_seed(9)
    with torch.no_grad():
        for some, value in zip(images.split(IMAGES_AT_ONCE), ours.split(IMAGES_AT_ONCE), strict=True):
            mean, log_variance = vae.encode(some)
            q = Normal(mean, torch.exp(log_variance / 2))
            pieces = (SAMPLES_AT_ONCE, SAMPLES_AT_ONCE, 7)
            z = mean + q.stddev * torch.cat([torch.randn(k, *mean.shape, generator=generator) for k in pieces])
            logits = vae.decode(z.flatten(0, 1)).view(samples, *some.shape)
            joint = (some * logits - torch.nn.functional.softplus(logits)).sum((2, 3, 4)) + Normal(0.0, 1.0).log_prob(z).sum(2)
            expected = torch.logsumexp((joint - q.log_prob(z).sum(2)).double(), 0) - log(samples)
            torch.testing.assert_close(value, expected, rtol=1e-5, atol=1e-4)


def test_memory_does_not_grow_with_samples(vae, small_mnist, monkeypatch):
    """The largest decoding at K = 5,000 is that at K = 40."""
    largest = []
    decode = vae.decode
    monkeypatch.setattr(vae, "decode", lambda z: largest.append(len(z)) or decode(z))
    log_likelihoods(vae, small_mnist.test.pixels(slice(2)), 5_000)
    assert max(largest) == 2 * SAMPLES_AT_ONCE
    assert sum(largest) == 2 * 5_000


def test_all_samples_are_effective_with_the_true_posterior_and_few_with_a_wrong_one():
    model, images, _ = linear_gaussian()
    torch.testing.assert_close(weigh(model, images, 100).effective_samples, torch.full((70,), 100.0, dtype=torch.float64))
    wrong, images, _ = linear_gaussian(posterior_mean_error=0.6)
    effective = weigh(wrong, images, 100).effective_samples
    assert 1 <= effective.min() <= effective.median() < 50


def test_the_effective_samples_are_those_of_the_weights_themselves(vae, small_mnist):
    images = small_mnist.test.pixels(slice(5))
    found = weigh(vae, images, 30, torch.Generator().manual_seed(3))
    with torch.no_grad():
        posterior = vae.encode(images)
        noise = torch.randn(30, 5, 2, generator=torch.Generator().manual_seed(3))
        weights = bounds.judge_samples(vae, images, posterior, noise).log_weights().double().softmax(0)
    torch.testing.assert_close(found.effective_samples, 1 / weights.square().sum(0))


@pytest.mark.parametrize("pixels", MEASURED_PIXELS)
def test_both_bounds_of_a_model_are_of_the_same_pixels(pixels, vae, small_mnist, monkeypatch):
    seen: dict[str, list] = {"elbo": [], "weighted": []}
    costs, weighing = metrics._costs, bounds.weigh
    monkeypatch.setattr(
        metrics, "_costs", lambda model, images, *rest: seen["elbo"].append(images) or costs(model, images, *rest)
    )
    monkeypatch.setattr(
        bounds, "weigh", lambda model, images, *rest: seen["weighted"].append(images) or weighing(model, images, *rest)
    )
    both_bounds(vae, small_mnist, pixels, 2)
    assert len(seen["elbo"]) == len(seen["weighted"]) == (1 + bounds.PIXEL_DRAWS if pixels == "dynamic" else 1)
    assert all(torch.equal(one, other) for one, other in zip(*seen.values(), strict=True))


def test_the_pixels_of_a_bound_and_its_codes_do_not_come_from_the_same_numbers(vae, small_mnist):
    """Uniform numbers behind pixels, normal ones behind codes: from one generator they would be made of the same bits."""
    uniform = torch.rand(20_000, generator=stream(Purpose.PIXELS))
    for purpose in (Purpose.CODES, Purpose.WEIGHTS):
        noise = torch.randn(20_000, generator=stream(purpose))
        for shift in range(3):
            assert abs(float(torch.corrcoef(torch.stack([uniform, noise.roll(shift)]))[0, 1])) < 4 / 20_000**0.5


def test_the_error_over_pixels_is_how_far_the_bound_moves_with_other_pixels(vae, small_mnist):
    """Each bound of the same images on forty draws of their pixels, against what four draws say."""
    few = Split(small_mnist.test.images[:60], small_mnist.test.labels[:60])
    elbos = [bound(vae, few, 2, "dynamic", seed=seed) for seed in range(40)]
    scatter = float(torch.tensor([found.negative_elbo for found in elbos]).std())
    assert elbos[0].negative_elbo_pixel_error == pytest.approx(scatter, rel=0.35)
    assert elbos[0].negative_elbo_pixel_error < elbos[0].negative_elbo_error
    weighted = [importance_bound(vae, few.pixels(), 5, "dynamic", seed=seed) for seed in range(40)]
    scatter = float(torch.tensor([found.negative_log_likelihood for found in weighted]).std())
    assert weighted[0].pixel_error == pytest.approx(scatter, rel=0.35)


def test_the_error_over_pixels_adds_up_the_variances_of_the_images():
    values = torch.tensor([[1.0, 10.0], [3.0, 10.0]])
    assert over_pixels(values) == pytest.approx((2 + 0) ** 0.5 / 2)


@pytest.mark.parametrize("pixels", MEASURED_PIXELS)
def test_the_result_says_what_was_measured(pixels, vae, small_mnist):
    images = small_mnist.test.pixels(slice(20))
    result = importance_bound(vae, images, 3, pixels, seed=5)
    assert (result.samples, result.images, result.pixels) == (3, 20, pixels)
    drawn = MEASURED_PIXELS[pixels](images, 5)
    values, effective = weigh(vae, drawn, 3, stream(Purpose.WEIGHTS, 5))
    assert result.negative_log_likelihood == pytest.approx(-values.mean().item())
    assert result.standard_error == pytest.approx(values.std().item() / 20**0.5)
    assert result.effective_samples == effective.median().item()
    assert (result.pixel_error is None) == (pixels != "dynamic")
    assert result == importance_bound(vae, images, 3, pixels, seed=5)


def test_binary_pixels_are_ones_as_often_as_the_grey_level_says():
    grey = torch.linspace(0, 1, 5).repeat(20_000, 1).view(20_000, 1, 1, 5)
    for name in ("static", "dynamic"):
        drawn = MEASURED_PIXELS[name](grey, 3)
        assert set(drawn.unique().tolist()) == {0.0, 1.0}
        torch.testing.assert_close(drawn.mean(0).flatten(), torch.linspace(0, 1, 5), atol=0.015, rtol=0)


def test_only_dynamic_pixels_depend_on_the_seed(small_mnist):
    grey = small_mnist.test.pixels(slice(20))
    differs = {name: not torch.equal(draw(grey, 1), draw(grey, 2)) for name, draw in MEASURED_PIXELS.items()}
    assert differs == {"grey": False, "static": False, "dynamic": True}


@pytest.mark.parametrize(("samples", "pixels"), [(0, "grey"), (5001, "grey"), (10, "binary")])
def test_what_cannot_be_measured_is_refused(samples, pixels, vae, small_mnist):
    with pytest.raises(ValueError, match="must be"):
        importance_bound(vae, small_mnist.test.pixels(slice(2)), samples, pixels)


def test_an_autoencoder_has_no_bound(small_mnist):
    with pytest.raises(ValueError, match="point"):
        importance_bound(build(ModelSpec("ae")), small_mnist.test.pixels(slice(2)), 1)


def test_with_the_true_posterior_a_doubly_reparameterized_encoder_has_nothing_to_learn():
    """Every weight is p(x), whatever the draw, so the gradient is zero without any noise; that of the bound itself is zero only on average."""
    model, images, _ = linear_gaussian()
    noise = torch.randn(5, len(images), 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    heads = [*model.mean_head.parameters(), *model.log_variance_head.parameters()]
    ours = torch.autograd.grad(doubly_reparameterized(model, images, noise), heads)
    theirs = torch.autograd.grad(iwae(model, images, noise).loss, heads)
    assert max(float(slope.abs().max()) for slope in ours) < 1e-12
    assert max(float(slope.abs().max()) for slope in theirs) > 1e-3
