"""Measures against brute force, torch.distributions and codes whose answer is known."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.distributions import Normal, kl_divergence

from vae.data import Split
from vae.measuring import metrics
from vae.measuring.aggregate import aggregate_codes, coverage, landing, mmd, out_of_reach_share, scale, whitened
from vae.measuring.bounds import importance_bound
from vae.measuring.metrics import Measures, active_units, bound
from vae.measuring.probes import Labelled, all_probes
from vae.model import latent
from vae.model.latent import encode_split
from vae.model.networks import build
from vae.model.posterior import Posterior
from vae.model.spec import ModelSpec

SMALL = ModelSpec(latent_dim=3, encoder_widths=(16,), decoder_widths=(16,), image_shape=(1, 8, 8))


def draws(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def certain(spec: ModelSpec):
    """A VAE whose posteriors have no width to speak of: what it reconstructs does not depend on the noise."""
    model = build(spec, seed=2)
    with torch.no_grad():
        model.log_variance_head.weight.mul_(0.01)
        model.log_variance_head.bias.fill_(-40)
    return model


def test_kl_of_the_bound_is_exact(model, dataset):
    found = bound(model, dataset.test, samples=1)
    if model.spec.kind == "ae" or model.spec.prior != "normal":
        return
    q = encode_split(model, dataset.test)
    expected = kl_divergence(Normal(q.mean.double(), q.std.double()), Normal(0.0, 1.0))  # (N, D)
    np.testing.assert_allclose(found.kl_per_dim, expected.mean(0), rtol=1e-4, atol=1e-6)
    assert found.kl == pytest.approx(float(expected.sum(1).mean()), rel=1e-4)
    assert found.kl_error == pytest.approx(float(expected.sum(1).std() / len(expected) ** 0.5), rel=1e-3)


def test_an_autoencoder_has_a_reconstruction_and_no_bound(small_digits):
    model = build(replace(SMALL, kind="ae"), seed=2)
    found = bound(model, small_digits.test)
    pixels = small_digits.test.pixels()
    means = torch.sigmoid(model.decode(model.encode(pixels).mean)).detach().double()
    nll = -(pixels * means.log() + (1 - pixels) * (1 - means).log()).flatten(1).sum(1)  # (N,)
    assert found.images == 128
    assert found.reconstruction == pytest.approx(float(nll.mean()), rel=1e-5)
    assert found.reconstruction_error == pytest.approx(float(nll.std() / 128**0.5), rel=1e-4)
    rest = (found.kl, found.kl_error, found.kl_per_dim, found.negative_elbo, found.negative_elbo_error, found.active_units)
    assert rest == (None,) * 6


@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian"])
def test_the_bound_without_posterior_width_is_a_plain_sum_over_the_split_however_it_is_cut(
    small_digits, monkeypatch, likelihood
):
    model = certain(replace(SMALL, likelihood=likelihood, observation_std=0.3))
    pixels = small_digits.test.pixels()
    with torch.no_grad():
        q = model.encode(pixels)
        output = model.decode(q.mean).double()
    if likelihood == "bernoulli":
        nll = torch.nn.functional.binary_cross_entropy(output.sigmoid(), pixels.double(), reduction="none")
    else:
        nll = -Normal(output, 0.3).log_prob(pixels.double())
    per_image = nll.flatten(1).sum(1) + kl_divergence(Normal(q.mean.double(), q.std.double()), Normal(0.0, 1.0)).sum(1)
    for chunk in (2_000, 50):
        monkeypatch.setattr(latent, "CHUNK", chunk)
        found = bound(model, small_digits.test, samples=2)
        assert found.negative_elbo == pytest.approx(float(per_image.mean()), rel=1e-5)
        assert found.negative_elbo_error == pytest.approx(float(per_image.std() / 128**0.5), rel=1e-4)
        assert found.negative_elbo == pytest.approx(found.reconstruction + found.kl, rel=1e-12)


def test_the_reconstruction_is_an_average_over_the_posterior(small_digits):
    """Eight draws an image agree with a thousand fresh ones of the first images, within the noise."""
    model = build(replace(SMALL, likelihood="gaussian", observation_std=0.1), seed=2)
    few = Split(small_digits.test.images[:16], small_digits.test.labels[:16])
    with torch.no_grad():
        z = model.encode(few.pixels()).sample(draws(1_000, 16, 3, seed=9))  # (K, N, D)
        nll = -Normal(model.decode(z.flatten(0, 1)).reshape(1_000, 16, 64), 0.1).log_prob(few.pixels().flatten(1)).sum(2)
    noise = float(nll.std(0).mean()) / (16 * 8) ** 0.5
    assert bound(model, few).reconstruction == pytest.approx(float(nll.mean()), abs=4 * noise)
    assert noise > 0


def test_the_same_weights_give_the_same_numbers(model, dataset):
    assert bound(model, dataset.test) == bound(model, dataset.test)


def test_active_units_are_the_dimensions_whose_mean_moves():
    still, moving = torch.full((1_000, 1), 3.0), draws(1_000, 1)
    just_below, just_above = moving / moving.std() * 0.0999, moving / moving.std() * 0.1001
    assert active_units(torch.cat([still, just_below, just_above, moving], dim=1)) == 2
    assert active_units(still) == 0


def test_a_vae_that_ignores_the_image_has_no_active_units_and_no_kl(small_digits):
    model = build(SMALL)
    with torch.no_grad():
        for head in (model.mean_head, model.log_variance_head):
            head.weight.zero_()
            head.bias.zero_()
    found = bound(model, small_digits.test, samples=1)
    assert (found.active_units, found.kl, found.kl_per_dim) == (0, 0, (0, 0, 0))


def test_dimensions_are_ordered_by_kl_or_for_an_autoencoder_by_variance():
    mean = draws(500, 3) * torch.tensor([1.0, 0.1, 2.0])
    assert metrics.kl_order(Posterior(mean, None)) == [2, 0, 1]
    narrow_second = torch.tensor([0.0, -20.0, 0.0]).expand(500, 3)
    assert metrics.kl_order(Posterior(mean, narrow_second)) == [1, 2, 0]


@pytest.mark.parametrize("kind", ["ae", "vae"])
def test_two_images_and_one_can_be_measured(kind, small_digits):
    """With one image there is no standard error, and nothing that is told is no number."""
    model = build(replace(SMALL, kind=kind), seed=2)
    for count in (1, 2):
        few = replace(small_digits, test=Split(small_digits.test.images[:count], small_digits.test.labels[:count]))
        found = metrics.evaluate(model, few, "dynamic", importance_samples=3)
        assert Measures.from_json(json.loads(json.dumps(found.to_json(), allow_nan=False))) == found
        assert (found.reconstruction_error is None) == (count == 1)
        assert found.mmd_squared is None


@pytest.mark.parametrize("kind", ["ae", "vae"])
def test_an_evaluation_is_json_and_says_what_the_single_measures_say(kind, small_digits):
    model = build(replace(SMALL, kind=kind), seed=2)
    found = metrics.evaluate(model, small_digits, importance_samples=20)
    assert Measures.from_json(json.loads(json.dumps(found.to_json(), allow_nan=False))) == found
    q = encode_split(model, small_digits.test)
    codes = aggregate_codes(q)
    assert (found.dataset, found.latent_dim, found.images) == ("digits", 3, 128)
    assert found.negative_elbo == bound(model, small_digits.test).negative_elbo
    assert (found.empty_share, found.empty_share_error) == (landing(codes).empty_share, landing(codes).error)
    assert found.empty_share_whitened == landing(whitened(codes)).empty_share
    assert found.coverage_whitened == coverage(whitened(codes))
    assert found.scale == scale(codes)
    assert found.out_of_reach_share == out_of_reach_share(codes)
    assert found.coverage == coverage(codes)
    assert (found.mmd_squared, found.mmd_squared_error) == mmd(codes)
    train = encode_split(model, small_digits.train)
    features = [Labelled(p.mean.numpy(), s.labels.numpy()) for p, s in ((train, small_digits.train), (q, small_digits.test))]
    assert vars(all_probes(*features)).items() <= vars(found).items()
    if kind == "ae":
        assert found.importance_weighted is None
    else:
        assert found.importance_weighted == importance_bound(model, small_digits.test.pixels(), 20)
