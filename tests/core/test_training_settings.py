"""Settings of a training run: their schedules, their JSON, and what is not allowed."""

import json
from itertools import pairwise
from math import inf

import numpy as np
import pytest

from vae.data import load
from vae.errors import SpecError
from vae.learning.recipes import Recipe, recipe
from vae.learning.settings import TrainingSettings
from vae.learning.training import train_together
from vae.model.kinds import KINDS
from vae.model.networks import build_network
from vae.model.spec import WIDTHS, ModelSpec


def test_the_learning_rate_rises_in_a_line_to_its_peak_and_only_falls_from_there_to_zero():
    settings = TrainingSettings(learning_rate=0.02, warmup=0.25)
    assert [settings.learning_rate_at(p) for p in (0, 0.125, 0.25)] == pytest.approx([0, 0.01, 0.02])
    falling = [settings.learning_rate_at(0.25 + 0.75 * i / 50) for i in range(51)]
    assert all(before > after for before, after in pairwise(falling))
    assert max(before - after for before, after in pairwise(falling)) < 0.002  # without a jump
    assert falling[-1] == pytest.approx(0, abs=1e-12)


def test_warmup_may_take_nothing_or_everything():
    assert TrainingSettings(learning_rate=0.02, warmup=0.0).learning_rate_at(0) == 0.02
    whole = TrainingSettings(learning_rate=0.02, warmup=1.0)
    assert [whole.learning_rate_at(p) for p in (0, 0.5, 1)] == pytest.approx([0, 0.01, 0.02])


def test_the_kl_weight_rises_in_a_line_to_beta_and_stays():
    settings = TrainingSettings(beta=4.0, kl_ramp=0.5)
    assert [settings.beta_at(p) for p in (0, 0.25, 0.5, 0.75, 1)] == pytest.approx([0, 2, 4, 4, 4])
    assert TrainingSettings(beta=4.0, kl_ramp=0.0).beta_at(0) == 4


def test_in_each_cycle_the_kl_weight_rises_again_from_zero_and_stays():
    """Fu et al. 2019, eqs. 6 and 7: tau = mod(t - 1, T / M) / (T / M); the weight is tau / R up to R, then 1."""
    steps, cycles, ramp = 120, 4, 0.5
    settings = TrainingSettings(beta=3.0, kl_ramp=ramp, kl_cycles=cycles)
    length = steps // cycles
    expected = [3 * min(1, (t % length) / length / ramp) for t in range(steps)]
    assert [settings.beta_at(t / steps) for t in range(steps)] == pytest.approx(expected)
    assert settings.beta_at(1) == 3


@pytest.mark.parametrize("steps", [7, 100, 391, 1173])
def test_one_cycle_is_the_plain_rise_bit_for_bit(steps):
    for ramp in (0.0, 0.3, 1.0):
        settings = TrainingSettings(beta=3.0, kl_ramp=ramp)
        assert settings == TrainingSettings(beta=3.0, kl_ramp=ramp, kl_cycles=1)
        plain = [3.0 if ramp == 0 else 3.0 * min(1.0, (t / steps) / ramp) for t in range(steps + 1)]
        assert [settings.beta_at(t / steps) for t in range(steps + 1)] == plain


@pytest.mark.parametrize("cycles", [2, 3, 7, 10, 29, 100])
def test_every_cycle_begins_at_zero_whatever_the_rounding(cycles):
    settings = TrainingSettings(kl_ramp=0.5, kl_cycles=cycles)
    assert [settings.beta_at(k / cycles) for k in range(cycles)] == [0] * cycles


@pytest.mark.parametrize("ramp", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("cycles", [1, 3])
def test_the_line_between_its_corners_is_the_kl_weight(ramp, cycles):
    settings = TrainingSettings(beta=3.0, kl_ramp=ramp, kl_cycles=cycles if ramp else 1)
    at, weights = zip(*settings.beta_corners(), strict=True)
    assert list(at) == sorted(at)
    for step in range(1000):
        progress = (step + 0.5) / 1000  # never on a corner
        assert np.interp(progress, at, weights) == pytest.approx(settings.beta_at(progress))


def test_what_does_not_rise_cannot_rise_again():
    with pytest.raises(SpecError, match=r"^kl_cycles is 4 and kl_ramp 0; .* Set kl_ramp above 0 or kl_cycles to 1\.$"):
        TrainingSettings(kl_ramp=0.0, kl_cycles=4)


def test_settings_survive_json():
    settings = TrainingSettings("digits", 5_000, 32, 1e-3, 4.0, 0.2, 0.5, 7)
    assert TrainingSettings.from_json(json.loads(json.dumps(settings.to_json()))) == settings


@pytest.mark.parametrize(
    ("field", "value", "allowed"),
    [
        ("dataset", "", "name of a data set"),
        ("dataset", 3, "name of a data set"),
        ("images", 0, "1 to 1,000,000,000"),
        ("images", 1.5, "whole number"),
        ("batch_size", 0, "1 to 10,000"),
        ("batch_size", 10_001, "1 to 10,000"),
        ("learning_rate", 0, "1e-06 to 10"),
        ("learning_rate", 11.0, "1e-06 to 10"),
        ("learning_rate", float("nan"), "1e-06 to 10"),
        ("beta", -1, "0 to 1000"),
        ("beta", inf, "0 to 1000"),
        ("warmup", 1.1, "0 to 1"),
        ("kl_ramp", -0.1, "0 to 1"),
        ("importance_from", 1.5, "0 to 1"),
        ("kl_cycles", 0, "1 to 100"),
        ("seed", -1, "0 to 2,147,483,647"),
        ("seed", True, "whole number"),
        ("corruption", "fog", "gaussian, salt-pepper, masking"),
        ("corruption", None, "gaussian, salt-pepper, masking"),
    ],
)
def test_impossible_settings_name_the_field_its_value_and_what_is_allowed(field, value, allowed):
    with pytest.raises(SpecError) as refusal:
        TrainingSettings(**{field: value})
    assert str(refusal.value).startswith(f"{field} is {value!r}; it must be ")
    assert allowed in str(refusal.value)


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("ae", {"beta": 4.0}),
        ("ae", {"kl_ramp": 0.0}),
        ("ae", {"kl_cycles": 4}),
        ("ae", {"free_bits": 0.5}),
        ("ae", {"importance_samples": 5}),
        ("ae", {"importance_samples": 5, "importance_from": 0.5}),
        ("ae", {"gradient_penalty": 1.0}),
        ("vae", {"gradient_penalty": 1.0}),
        ("vae", {"discriminator_rate": 2.0}),
        ("gan", {"beta": 4.0}),
        ("gan", {"free_bits": 0.5}),
        ("gan", {"importance_samples": 2}),
        ("gan", {"corruption": "masking", "corruption_level": 0.3}),
        ("gan", {"pixels": "dynamic"}),
    ],
    ids=str,
)
def test_a_setting_that_means_nothing_to_a_kind_of_model_is_refused_in_a_sentence_when_it_is_to_be_trained(kind, settings):
    name, value = next(iter(settings.items()))
    words = rf"^{name} is {value!r}; an? (autoencoder|VAE|GAN) has no .*\. Leave it at .*, or train another kind of model\.$"
    with pytest.raises(SpecError, match=words):
        recipe(kind, 2, **settings)
    with pytest.raises(SpecError, match=words):
        Recipe(ModelSpec(kind), TrainingSettings(**settings))
    with pytest.raises(SpecError, match=words):
        train_together([build_network(ModelSpec(kind))], [TrainingSettings(**settings)], load("mnist")).__next__()
    earlier = Recipe.stored(
        ModelSpec(kind), TrainingSettings(seed=3, **settings)
    )  # as versions wrote it that ignored the setting
    assert earlier == Recipe(ModelSpec(kind), TrainingSettings(seed=3))


def test_importance_samples_begin_after_their_share_of_the_budget():
    settings = TrainingSettings(importance_samples=5, importance_from=0.4)
    assert [settings.samples_at(progress) for progress in (0.0, 0.39, 0.4, 1.0)] == [1, 1, 5, 5]
    assert TrainingSettings(importance_samples=5).samples_at(0.0) == 5
    with pytest.raises(SpecError, match=r"importance_from is 0\.4 and importance_samples 1; .* Set importance_samples to 2"):
        TrainingSettings(importance_from=0.4)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("architecture", WIDTHS)
@pytest.mark.parametrize("latent_dim", [2, 10])
def test_there_is_a_default_recipe_for_every_kind_and_architecture(kind, architecture, latent_dim):
    spec, _ = recipe(kind, latent_dim, architecture=architecture)
    assert (spec.kind, spec.architecture, spec.latent_dim) == (kind, architecture, latent_dim)
    build_network(spec)


def test_settings_with_an_unknown_field_are_refused_by_its_name():
    with pytest.raises(SpecError, match="momentum"):
        TrainingSettings.from_json({"momentum": 0.9})
