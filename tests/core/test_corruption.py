"""Noise on the inputs of denoising models: its law, its seeds, and how training and its records use it."""

import json
from dataclasses import replace
from math import sqrt

import pytest
import torch
from scipy.stats import binom, kstest, norm

from vae.corruption import MOST, NOISES, corrupt
from vae.errors import SpecError
from vae.learning.objectives import objective
from vae.learning.settings import TrainingSettings
from vae.learning.training import Training, prepare
from vae.learning.watch import SNAPSHOT_PICTURES, corrupted
from vae.model.networks import build
from vae.model.spec import ModelSpec

SPEC = ModelSpec("ae", encoder_widths=(24,), decoder_widths=(24,), image_shape=(1, 8, 8))
NOISY = TrainingSettings(dataset="digits", images=1_280, batch_size=64, corruption="gaussian", corruption_level=0.5)
GREY = torch.full((200, 1, 20, 25), 0.4)
LEVEL = 0.3


def within(hits: int, chance: float) -> bool:
    """Whether so many of GREY's pixels are no more than five standard deviations from the binomial law's mean."""
    mean, variance = binom.stats(GREY.numel(), chance)
    return abs(hits - float(mean)) < 5 * sqrt(float(variance))


def test_gaussian_noise_is_gaussian():
    found = (corrupt(GREY, "gaussian", LEVEL, 0) - GREY) / LEVEL
    assert kstest(found.flatten().numpy(), norm.cdf).pvalue > 0.001
    pairs = torch.corrcoef(torch.stack([found[:, 0, 0, 0], found[:, 0, 0, 1]]))
    assert abs(float(pairs[0, 1])) < 5 / sqrt(len(found))  # neighbours know nothing of each other


def test_salt_and_pepper_hits_a_share_of_the_pixels_and_tosses_a_fair_coin():
    found = corrupt(GREY, "salt-pepper", LEVEL, 0)
    salt, pepper = int((found == 1).sum()), int((found == 0).sum())
    assert within(salt, LEVEL / 2)
    assert within(pepper, LEVEL / 2)
    assert torch.equal(found[(found != 0) & (found != 1)], GREY.flatten()[: GREY.numel() - salt - pepper])


def test_masking_blackens_a_share_of_the_pixels_and_leaves_the_others_alone():
    found = corrupt(GREY, "masking", LEVEL, 0)
    assert set(found.unique().tolist()) == {0.0, GREY.unique().item()}
    assert within(int((found == 0).sum()), LEVEL)


@pytest.mark.parametrize("kind", NOISES)
def test_a_seed_is_a_noise_no_level_is_no_noise_and_the_images_are_left_alone(kind):
    level, before = min(LEVEL, MOST[kind]), GREY.clone()
    first = corrupt(GREY, kind, level, 7)
    assert torch.equal(first, corrupt(GREY, kind, level, 7))
    assert torch.equal(corrupt(GREY, kind, 0.0, 7), GREY)
    assert torch.equal(GREY, before)
    if kind != "none":
        assert not torch.equal(first, corrupt(GREY, kind, level, 8))


@pytest.mark.parametrize("kind", [kind for kind in NOISES if kind != "none"])
def test_at_the_highest_level_of_masking_and_salt_and_pepper_nothing_of_the_image_is_left(kind):
    found = corrupt(GREY, kind, MOST[kind], 1)
    assert (found != GREY).all()


@pytest.mark.parametrize(
    ("kind", "level"), [("masking", 1.1), ("gaussian", -0.1), ("gaussian", float("nan")), ("salt-pepper", "much")]
)
def test_a_level_out_of_range_is_named(kind, level):
    with pytest.raises(SpecError, match=r"corruption_level is .*; it must be a number from 0 to"):
        TrainingSettings(corruption=kind, corruption_level=level)


def test_settings_written_before_there_was_noise_still_load_and_have_none():
    old = {name: value for name, value in TrainingSettings().to_json().items() if not name.startswith("corruption")}
    assert TrainingSettings.from_json(json.loads(json.dumps(old))) == TrainingSettings()
    assert TrainingSettings.from_json(NOISY.to_json()) == NOISY


def test_no_two_steps_have_the_same_noise_and_no_two_seeds(small_digits):
    runs = [Training([prepare(SPEC, s, small_digits)], [s], small_digits) for s in (NOISY, replace(NOISY, seed=1))]
    images = torch.zeros(64, 64)
    kind = (NOISY.corruption, NOISY.corruption_level)
    seen = [run._inputs(images, step)[kind] for run in runs for step in range(3)]
    assert len({inputs.sum().item() for inputs in seen}) == len(seen)


def test_losses_on_a_record_take_the_noisy_input_and_the_clean_target(small_digits):
    training = Training([prepare(SPEC, NOISY, small_digits)], [NOISY], small_digits, snapshots=True)
    model = training._learners[0].model
    (record,) = training.record()
    clean = small_digits.validation.pixels(slice(1_000))
    with torch.no_grad():
        terms = objective(model, clean, inputs=corrupt(clean, "gaussian", 0.5, NOISY.seed + 6))
        plain = objective(model, clean)
    assert record.validation.total == pytest.approx(terms.loss.item(), abs=1e-3)  # products may be bfloat16
    assert record.validation.total != pytest.approx(plain.loss.item(), abs=2e-3)
    pictures = corrupted(small_digits.test.pixels(slice(SNAPSHOT_PICTURES)), NOISY)
    with torch.no_grad():
        expected = model.expected_image(model(pictures)[0])
    assert record.snapshot is not None
    torch.testing.assert_close(record.snapshot.reconstructions, expected)


def test_learning_to_denoise_denoises_better_than_learning_to_copy(digits):
    """At the same budget, on test images with noise that neither has seen."""
    budget = {"images": 60_000, "learning_rate": 5e-3}
    spec = replace(SPEC, latent_dim=8, encoder_widths=(64,), decoder_widths=(64,))
    noisy = corrupt(digits.test.pixels(), "gaussian", 0.5, 99)
    errors = []
    for settings in (replace(NOISY, **budget), replace(NOISY, **budget, corruption="none", corruption_level=0.0)):
        model = prepare(spec, settings, digits)
        training = Training([model], [settings], digits)
        while not training.done:
            training.step()
        training.record()
        with torch.no_grad():
            errors.append((model.expected_image(model(noisy)[0]) - digits.test.pixels()).square().sum((1, 2, 3)).mean().item())
    denoiser, copier = errors
    assert denoiser < 0.9 * copier


@pytest.mark.parametrize("kind", ["ae", "vae"])
def test_the_objective_of_a_corrupted_input_is_that_of_the_model_which_sees_it(kind, small_digits):
    model = build(replace(SPEC, kind=kind), 0)
    images = small_digits.train.pixels(slice(10))
    noise = torch.randn(10, 2, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(objective(model, images, noise), objective(model, images, noise, inputs=images))
    other = images.flip(0)
    mixed = objective(model, images, noise, inputs=other)
    if kind == "vae":  # the KL is that of the posterior of what was seen
        torch.testing.assert_close(mixed.kl_per_dim, objective(model, other, noise).kl_per_dim)
    assert not torch.allclose(mixed.reconstruction, objective(model, images, noise).reconstruction)
