"""What a script really trains: its gradients against those of vae.learning.objectives with the effective beta, for every way to write it."""

from itertools import product

import pytest
import torch

from lessons.reduction import models
from lessons.reduction.effective_beta import (
    ERRORS,
    KL,
    RECONSTRUCTION,
    Sizes,
    effective_beta,
    implied_std,
    loss_scale,
    mending_weight,
    script,
    script_loss,
)
from lessons.reduction.models import WAYS
from vae.learning.objectives import objective
from vae.measuring import metrics
from vae.model.networks import build
from vae.model.spec import ModelSpec

WRITTEN = list(product(ERRORS, RECONSTRUCTION, KL, (1.0, 0.3)))


@pytest.mark.parametrize(("error", "reconstruction", "kl", "weight"), WRITTEN)
def test_the_gradient_is_that_of_the_effective_beta_up_to_one_factor(small_digits, error, reconstruction, kl, weight):
    likelihood = {"cross-entropy": "bernoulli", "squared": "gaussian"}[error]
    model = build(ModelSpec("vae", 3, likelihood=likelihood, image_shape=(1, 8, 8)), seed=2).double()
    images = small_digits.test.pixels(slice(12)).double()
    noise = torch.randn(12, 3, generator=torch.Generator().manual_seed(0)).double()
    sizes = Sizes(batch=12, pixels=64, latents=3)

    output, posterior = model(images, noise)
    written = script_loss(
        output.flatten(1), images.flatten(1), posterior.mean, posterior.log_variance, error, reconstruction, kl, weight
    )
    theirs = torch.cat([g.flatten() for g in torch.autograd.grad(written, list(model.parameters()))])
    beta = effective_beta(error, reconstruction, kl, weight, sizes)
    loss = objective(model, images, noise, beta).loss
    ours = torch.cat([g.flatten() for g in torch.autograd.grad(loss, list(model.parameters()))])
    factor = loss_scale(error, reconstruction, sizes)
    torch.testing.assert_close(theirs, factor * ours, rtol=1e-9, atol=1e-10 * factor)


@pytest.mark.parametrize(("error", "reconstruction", "kl", "weight"), WRITTEN)
def test_what_is_shown_as_code_computes_what_is_said(error, reconstruction, kl, weight):
    generator = torch.Generator().manual_seed(3)
    output, mean, log_variance = (torch.randn(5, n, generator=generator) for n in (7, 2, 2))
    x = torch.rand(5, 7, generator=generator)
    names = {"F": torch.nn.functional, "logits": output, "x_hat": output, "x": x, "mean": mean, "log_variance": log_variance}
    exec(script(error, reconstruction, kl, weight), names)
    loss = script_loss(output, x, mean, log_variance, error, reconstruction, kl, weight)
    torch.testing.assert_close(names["loss"], loss)


@pytest.mark.parametrize(("error", "reconstruction", "kl"), list(product(ERRORS, RECONSTRUCTION, KL)))
def test_the_mending_weight_trains_the_elbo(error, reconstruction, kl):
    sizes = Sizes(batch=100, pixels=12_288, latents=64)
    weight = mending_weight(error, reconstruction, kl, sizes)
    assert effective_beta(error, reconstruction, kl, weight, sizes) == pytest.approx(1.0)


def test_means_of_both_terms_are_the_normalised_beta_of_higgins():
    """beta_norm = beta D / P (Higgins et al. 2017, section 3): written as means with weight 1, beta_norm is 1."""
    sizes = Sizes(batch=128, pixels=784, latents=20)
    assert effective_beta("cross-entropy", "mean", "mean", 1.0, sizes) * 20 / 784 == pytest.approx(1.0)


def test_beta_is_the_variance_that_squared_error_assumes():
    """The Gaussian objective with that width has the gradient of beta = s^2, divided by s^2."""
    beta = 6.25
    assert implied_std(beta) == 2.5
    images = torch.rand(4, 1, 8, 8, generator=torch.Generator().manual_seed(0)).double()
    noise = torch.zeros(4, 2).double()
    shape = {"kind": "vae", "latent_dim": 2, "likelihood": "gaussian", "image_shape": (1, 8, 8)}
    wide, unit = (build(ModelSpec(**shape, observation_std=s), seed=0).double() for s in (2.5, 1.0))
    assumed = torch.autograd.grad(objective(wide, images, noise).loss, list(wide.parameters()))
    weighted = torch.autograd.grad(objective(unit, images, noise, beta).loss, list(unit.parameters()))
    for a, b in zip(assumed, weighted, strict=True):
        torch.testing.assert_close(a * beta, b)


@pytest.mark.parametrize("name", WAYS)
def test_the_measures_that_ship_are_those_of_the_weights_that_ship(name, mnist):
    shipped = models.load(name)
    found = metrics.bound(shipped.model, mnist.test, samples=1)
    assert found.kl == pytest.approx(shipped.measures.kl, abs=1e-2)
    assert found.reconstruction == pytest.approx(shipped.measures.reconstruction, abs=0.3)
    settings = models.SHELF.checkpoint(f"reduction-{name}").settings
    assert settings.beta == pytest.approx(WAYS[name].beta)


def test_averaging_collapses_and_the_mended_weight_brings_the_sum_back():
    """The same batches, noise and initial weights: what is left between summed and mended is rounding, grown by training."""
    measures = {name: models.load(name).measures for name in WAYS}
    assert measures["mean"].kl < 0.05 < 4 < measures["sum"].kl
    assert measures["mended"].negative_elbo == pytest.approx(measures["sum"].negative_elbo, abs=1.5)
    assert measures["mean"].negative_elbo > measures["sum"].negative_elbo + 30
    assert measures["mean"].printed_loss < 1 < 100 < measures["sum"].printed_loss


def test_training_minimises_what_the_script_writes(digits):
    spec = ModelSpec("vae", 2, encoder_widths=(32,), decoder_widths=(32,), image_shape=digits.image_shape)
    first, second = (models.train(WAYS[name], digits, spec, 128 * 60)[0] for name in ("sum", "sum"))
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))
    _, early = models.train(WAYS["sum"], digits, spec, 128)
    _, late = models.train(WAYS["sum"], digits, spec, 128 * 300)
    assert late < early
