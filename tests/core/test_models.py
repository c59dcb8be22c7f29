"""Laws of every model that can be built, and of the specs that cannot."""

import json
import re
from dataclasses import replace
from itertools import pairwise

import pytest
import torch

from vae.errors import SpecError, VaeError
from vae.model.networks import SMALLEST_PIXEL_MEAN, build, parameter_count
from vae.model.posterior import Posterior
from vae.model.spec import ModelSpec


def noise(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def test_shapes_are_those_of_the_spec(told, images):
    spec, model = told.spec, told
    posterior = model.encode(images)
    assert posterior.mean.shape == posterior.std.shape == (6, spec.latent_dim)
    assert (posterior.log_variance is None) == (spec.kind == "ae")
    assert model.decode(posterior.mean).shape == images.shape
    parameters, again = model(images)
    assert parameters.shape == images.shape
    torch.testing.assert_close(again.mean, posterior.mean)


def test_the_expected_image_stays_within_black_and_white_wherever_the_code_is(model):
    one_class = torch.tensor(0)
    far = model.expected_image(model.given(one_class).decode(1000 * noise(20, model.spec.latent_dim)))
    assert far.min() >= 0
    assert far.max() <= 1


def test_an_image_is_encoded_alone_as_it_is_among_others(model, told, images, labels):
    together = told.encode(images)
    alone = torch.cat([model.given(labels[i]).encode(images[i : i + 1]).mean for i in range(len(images))])
    torch.testing.assert_close(alone, together.mean, rtol=1e-4, atol=1e-5)


def test_a_spec_survives_json(spec):
    assert ModelSpec.from_json(json.loads(json.dumps(spec.to_json()))) == spec


def test_one_seed_gives_one_set_of_weights_and_another_seed_another(spec):
    first, again, other = (build(spec, seed).state_dict() for seed in (5, 5, 6))
    assert all(torch.equal(first[name], again[name]) for name in first)
    drawn = [name for name in first if first[name].any()]  # what starts at 0 does so whatever the seed
    assert not any(torch.equal(first[name], other[name]) for name in drawn)


def test_building_leaves_the_global_random_numbers_alone(spec):
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    build(spec, seed=9)
    assert torch.equal(torch.rand(3), expected)


def test_a_vae_is_the_autoencoder_of_the_same_seed_with_a_log_variance_head(spec):
    plain = replace(spec, kind="vae", prior="normal", prior_size=0)
    autoencoder = build(replace(plain, kind="ae"), seed=3).state_dict()
    vae = build(replace(spec, kind="vae"), seed=3).state_dict()
    further = {name for name in vae if name.startswith("prior.")}
    assert bool(further) == (spec.prior != "normal")
    assert set(vae) - set(autoencoder) - further == {"log_variance_head.weight", "log_variance_head.bias"}
    assert all(torch.equal(vae[name], weights) for name, weights in autoencoder.items())


def test_the_output_starts_at_the_training_mean(spec, dataset):
    """With the weights into the last layer silenced, only its bias speaks."""
    mean = dataset.train.pixels().mean(0)
    model = build(spec, mean_image=mean)
    with torch.no_grad():
        model.decoder[-2 if spec.architecture == "mlp" else -1].weight.zero_()
    found = model.expected_image(model.given(torch.arange(3)).decode(noise(3, spec.latent_dim)))
    expected = mean if spec.architecture == "mlp" else mean.mean().expand_as(mean)
    torch.testing.assert_close(found, expected.clamp(SMALLEST_PIXEL_MEAN, 1 - SMALLEST_PIXEL_MEAN).expand_as(found))


def test_a_multilayer_perceptron_has_the_parameters_that_its_widths_say():
    sizes = [(784, 192, 96, 2), (2, 128, 128, 192, 784)]
    expected = sum((wide + 1) * narrow for path in sizes for wide, narrow in pairwise(path))
    assert parameter_count(build(ModelSpec("ae"))) == expected
    assert parameter_count(build(ModelSpec("vae"))) == expected + (96 + 1) * 2


def test_samples_have_the_posteriors_moments():
    count, mean, std = 200_000, torch.tensor([-2.0, 0.0, 3.0]), torch.tensor([0.1, 1.0, 2.0])
    posterior = Posterior(mean.expand(count, 3), (2 * std.log()).expand(count, 3))
    z = posterior.sample(noise(count, 3))
    assert ((z.mean(0) - mean).abs() < 4 * std / count**0.5).all()
    assert ((z.std(0) - std).abs() < 4 * std / (2 * count) ** 0.5).all()


def test_gradients_flow_through_a_sample_to_its_mean_and_width():
    """dz / d mu = 1 and dz / d log sigma^2 = sigma epsilon / 2."""
    mean, log_variance = noise(4, 3, seed=1).requires_grad_(), noise(4, 3, seed=2).requires_grad_()
    epsilon = noise(4, 3, seed=3)
    gradients = torch.autograd.grad(Posterior(mean, log_variance).sample(epsilon).sum(), (mean, log_variance))
    torch.testing.assert_close(gradients, (torch.ones(4, 3), torch.exp(log_variance.detach() / 2) * epsilon / 2))


def test_many_draws_for_each_image_come_from_one_call():
    posterior, epsilon = Posterior(noise(4, 3, seed=1), noise(4, 3, seed=2)), noise(7, 4, 3)
    expected = torch.stack([posterior.sample(draw) for draw in epsilon])  # (K, B, D)
    torch.testing.assert_close(posterior.sample(epsilon), expected)


def test_the_code_of_an_autoencoder_is_a_point_without_width():
    code = Posterior(noise(4, 3), None)
    assert torch.equal(code.sample(noise(4, 3, seed=1)), code.mean)
    assert torch.equal(code.std, torch.zeros(4, 3))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "flow"}, ["kind", "'flow'", "ae, vae, gan"]),
        ({"kind": None}, ["kind", "None", "ae, vae"]),
        ({"latent_dim": 0}, ["latent_dim", "0", "1 to 64"]),
        ({"latent_dim": 65}, ["latent_dim", "65", "1 to 64"]),
        ({"latent_dim": 2.0}, ["latent_dim", "2.0", "whole number"]),
        ({"latent_dim": True}, ["latent_dim", "True", "whole number"]),
        ({"architecture": "transformer"}, ["architecture", "'transformer'", "mlp, conv"]),
        ({"decoder_widths": (8,) * 9}, ["decoder_widths", "1 to 8"]),
        ({"encoder_widths": "64"}, ["encoder_widths", "'64'", "list"]),
        ({"encoder_widths": (64, 0)}, ["encoder_widths", "0", "1 to 4,096"]),
        ({"decoder_widths": (5000,)}, ["decoder_widths", "5000", "1 to 4,096"]),
        ({"likelihood": "poisson"}, ["likelihood", "'poisson'", "bernoulli, gaussian"]),
        ({"observation_std": 0}, ["observation_std", "0", "0.01 to 10"]),
        ({"observation_std": float("nan")}, ["observation_std", "nan", "0.01 to 10"]),
        ({"observation_std": "1"}, ["observation_std", "'1'", "0.01 to 10"]),
        ({"classes": -1}, ["classes", "-1", "0 to 1,000"]),
        ({"prior": "spike"}, ["prior", "'spike'", "normal, vamp, two-level, flow"]),
        ({"prior": "vamp"}, ["prior_size", "0", "1 to 1,000"]),
        ({"prior_size": 3}, ["prior_size", "'normal'", "3"]),
        ({"prior": "two-level", "prior_size": 65}, ["prior_size", "65", "1 to 64"]),
        ({"latent_dim": 1, "prior": "flow", "prior_size": 3}, ["prior", "'flow'", "latent_dim 1", "2 or more"]),
        ({"kind": "ae", "prior": "vamp", "prior_size": 3}, ["prior", "'vamp'", "only a VAE"]),
        ({"classes": 10, "prior": "vamp", "prior_size": 3}, ["prior", "classes", "10"]),
        ({"kind": "gan", "classes": 10}, ["classes", "10", "GAN"]),
        ({"image_shape": (28, 28)}, ["image_shape", "(28, 28)", "channels, height, width"]),
        ({"image_shape": (1, 28, 1000)}, ["image_shape", "1000", "1 to 256"]),
        ({"architecture": "conv", "encoder_widths": (8, 8, 8)}, ["encoder_widths", "28 x 28", "divisible by 8"]),
        ({"architecture": "conv", "encoder_widths": (8,), "decoder_widths": (8,) * 5}, ["decoder_widths", "divisible by 32"]),
        ({"architecture": "conv", "dense_width": 5000}, ["dense_width", "5000", "0 to 4,096"]),
        ({"dense_width": 64}, ["dense_width", "64", "mlp", "conv"]),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_an_impossible_spec_names_the_field_its_value_and_what_is_allowed(fields, words):
    with pytest.raises(SpecError) as refusal:
        ModelSpec(**fields)
    assert [word for word in words if word not in str(refusal.value)] == []
    assert re.fullmatch(r"[^\n]+\.", str(refusal.value))


@pytest.mark.parametrize(("json_value", "word"), [([], "list"), (None, "NoneType"), ({"kind": "ae", "depth": 3}, "depth")])
def test_json_that_is_no_spec_says_why(json_value, word):
    with pytest.raises(SpecError, match=word):
        ModelSpec.from_json(json_value)


def test_a_spec_error_is_a_value_error_that_may_be_shown():
    assert issubclass(SpecError, ValueError)
    assert issubclass(SpecError, VaeError)
