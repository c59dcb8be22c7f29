"""A GAN against autograd, closed forms and laws: its losses, its penalty, its steps, its records, and a run resumed."""

from dataclasses import replace
from itertools import pairwise
from math import log

import pytest
import torch
from torch.nn import functional as F

from vae.errors import Diverged, SpecError
from vae.learning.gan_losses import discriminator_loss, generator_loss, gradient_penalty
from vae.learning.gan_stepper import PENALTY_EVERY, GanStepper
from vae.learning.recipes import recipe
from vae.learning.records import SCORE_BINS, GameLosses, Record, Step
from vae.learning.settings import TrainingSettings
from vae.learning.training import Training, prepare, prepare_network, train
from vae.model.networks import GAN, VAE, build, build_network
from vae.model.spec import ModelSpec

SPECS = [
    ModelSpec("gan", 4, encoder_widths=(24, 16), decoder_widths=(16, 24), image_shape=(1, 8, 8)),
    ModelSpec("gan", 2, "conv", encoder_widths=(4, 8), decoder_widths=(8, 4), image_shape=(1, 8, 8)),
    ModelSpec("gan", 3, encoder_widths=(24,), decoder_widths=(24,), likelihood="gaussian", image_shape=(1, 8, 8)),
]
SETTINGS = TrainingSettings("digits", 1_280, 64, 2e-3, gradient_penalty=2.0)


def made(spec: ModelSpec, seed: int = 0) -> GAN:
    model = build_network(spec, seed)
    assert isinstance(model, GAN)
    return model


def scores(seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    draw = torch.Generator().manual_seed(seed)
    return 3 * torch.randn(50, generator=draw), 3 * torch.randn(40, generator=draw) - 1


def test_the_losses_are_cross_entropies_with_the_right_and_the_wrong_answer():
    real, fake = scores()
    oracle = F.binary_cross_entropy_with_logits(real, torch.ones(50)) + F.binary_cross_entropy_with_logits(
        fake, torch.zeros(40)
    )
    torch.testing.assert_close(discriminator_loss(real, fake), oracle)
    torch.testing.assert_close(generator_loss(fake), F.binary_cross_entropy_with_logits(fake, torch.ones(40)))


def test_a_discriminator_that_cannot_tell_pays_log_four_and_its_generator_log_two():
    none = torch.zeros(7)
    assert float(discriminator_loss(none, none)) == pytest.approx(log(4))
    assert float(generator_loss(none)) == pytest.approx(log(2))


def test_where_the_discriminator_is_sure_only_the_non_saturating_loss_still_pulls():
    fake = torch.full((5,), -12.0, requires_grad=True)
    (pull,) = torch.autograd.grad(generator_loss(fake), fake)
    (saturated,) = torch.autograd.grad(-F.softplus(fake).mean(), fake)
    torch.testing.assert_close(pull, torch.full((5,), -1 / 5), rtol=1e-4, atol=0)
    assert float(saturated.abs().max()) < 1e-5


def test_the_penalty_of_a_plane_is_its_slope_squared_and_for_a_network_that_of_finite_differences():
    draw = torch.Generator().manual_seed(0)
    weight, images = torch.randn(64, generator=draw), torch.rand(6, 1, 8, 8, generator=draw).requires_grad_()
    assert float(gradient_penalty(images.flatten(1) @ weight, images)) == pytest.approx(float(weight @ weight), rel=1e-5)
    model = made(SPECS[0]).double()
    pixels = images.detach().double().requires_grad_()
    slopes = torch.zeros(6, 64, dtype=torch.float64)
    with torch.no_grad():
        for p in range(64):
            moved = torch.zeros(64, dtype=torch.float64)
            moved[p] = 1e-5
            moved = moved.view(1, 1, 8, 8)
            slopes[:, p] = (model.score(pixels + moved) - model.score(pixels - moved)) / 2e-5
    found = gradient_penalty(model.score(pixels), pixels)
    assert float(found.detach()) == pytest.approx(float(slopes.square().sum(1).mean()), rel=1e-5)


@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_a_step_moves_each_player_along_its_own_gradient_and_leaves_the_other(spec, small_digits):
    """With plain descent in Adam's place (whose first step is a sign, and nothing to compare), against the gradients written out."""
    model, oracle = made(spec), made(spec)
    images = small_digits.train.pixels(slice(32)).flatten(1)
    noise = torch.randn(32, spec.latent_dim, generator=torch.Generator().manual_seed(1))
    players = GanStepper(model, replace(SETTINGS, discriminator_rate=0.5))
    players.optimizer = torch.optim.SGD(players.optimizer.param_groups)
    players.step(images, small_digits.train.labels[:32], noise, 1.0, 0.1)

    judge, maker = torch.optim.SGD(oracle.discriminator(), 0.05), torch.optim.SGD(oracle.decoder.parameters(), 0.1)
    real = images.view(-1, *spec.image_shape).requires_grad_()
    given = oracle.score(real)
    with torch.no_grad():
        fakes = oracle.generate(noise)
    loss = -(F.logsigmoid(given).mean() + F.logsigmoid(-oracle.score(fakes)).mean())
    (slope,) = torch.autograd.grad(given.sum(), real, create_graph=True)
    (loss + 0.5 * PENALTY_EVERY * 2.0 * slope.flatten(1).square().sum(1).mean()).backward()
    judge.step()
    maker.zero_grad()
    (-F.logsigmoid(oracle.score(oracle.generate(noise))).mean()).backward()
    maker.step()
    for found, expected in zip(model.state_dict().values(), oracle.state_dict().values(), strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-6)


def test_it_is_made_of_the_vaes_parts():
    shape = {"encoder_widths": (24, 16), "decoder_widths": (16, 24), "image_shape": (1, 8, 8)}
    gan, vae = made(ModelSpec("gan", 4, **shape)), build(ModelSpec("vae", 4, **shape))
    assert isinstance(vae, VAE)
    for part in ("trunk", "decoder"):
        theirs = {name: w.shape for name, w in getattr(vae, part).state_dict().items()}
        assert {name: w.shape for name, w in getattr(gan, part).state_dict().items()} == theirs
    images = gan.generate(torch.randn(5, 4))
    assert images.shape == (5, 1, 8, 8)
    assert 0 <= float(images.detach().min()) <= float(images.detach().max()) <= 1
    assert gan.score(images).shape == (5,)


def test_where_an_encoder_is_needed_it_is_refused_with_a_sentence(small_digits):
    with pytest.raises(SpecError, match="A GAN has no encoder"):
        build(SPECS[0])
    with pytest.raises(SpecError, match="A GAN has no encoder"):
        prepare(SPECS[0], SETTINGS, small_digits)


@pytest.mark.parametrize("spec", SPECS[:2], ids=str)
def test_records_hold_both_losses_and_what_the_discriminator_makes_of_either(spec, small_digits):
    records = list(train(prepare_network(spec, SETTINGS, small_digits), SETTINGS, small_digits, 4, snapshots=True))
    assert [record.images_seen for record in records] == [0, 320, 640, 960, 1_280]
    for record in records:
        for losses in (record.training, record.validation):
            assert isinstance(losses, GameLosses)
            assert len(losses.real) == len(losses.fake) == SCORE_BINS
            assert sum(losses.real) == pytest.approx(1)
            assert sum(losses.fake) == pytest.approx(1)
        assert Record.from_json(record.to_json()) == replace(record, snapshot=None)
        assert record.snapshot is not None
        assert record.snapshot.samples.shape == (64, 1, 8, 8)
        assert record.snapshot.codes.shape == (0, spec.latent_dim)
    for before, after in pairwise(records):
        assert not torch.equal(before.snapshot.samples, after.snapshot.samples)


def test_a_single_step_tells_what_it_did_to_both_losses(small_digits):
    training = Training([prepare_network(SPECS[0], SETTINGS, small_digits)], [SETTINGS], small_digits)
    for _ in range(4):
        training.step()
    (step,) = training.step_and_compare()
    assert isinstance(step.batch.before, GameLosses)
    assert step.batch.before != step.batch.after
    assert Step.from_json(step.to_json()) == step


def test_looking_changes_nothing_and_a_resumed_run_is_the_uninterrupted_one(small_digits):
    def begin(**how) -> tuple[GAN, Training]:
        model = prepare_network(SPECS[0], SETTINGS, small_digits)
        assert isinstance(model, GAN)
        return model, Training([model], [SETTINGS], small_digits, **how)

    whole, training = begin()
    while not training.done:
        training.step()
    first, training = begin()
    for _ in range(7):
        training.step()
        training.record()
    adam = training.adam()
    second = prepare_network(SPECS[0], SETTINGS, small_digits)
    second.load_state_dict({name: weight.clone() for name, weight in first.state_dict().items()})
    training = Training([second], [SETTINGS], small_digits, start=training.images_seen, adam=adam)
    while not training.done:
        training.step()
    for name, weight in whole.state_dict().items():
        assert torch.equal(weight, second.state_dict()[name]), name


def test_learning_makes_fakes_that_resemble_the_data_more(small_digits):
    spec, settings = SPECS[0], replace(SETTINGS, images=30_000)
    model = prepare_network(spec, settings, small_digits)
    assert isinstance(model, GAN)
    noise = torch.randn(500, spec.latent_dim, generator=torch.Generator().manual_seed(1))
    real = small_digits.train.pixels()

    def spread(images: torch.Tensor) -> torch.Tensor:
        return images.flatten(1).std(0)

    before = (spread(model.generate(noise).detach()) - spread(real)).abs().mean()
    for _ in train(model, settings, small_digits, 1):
        pass
    after = (spread(model.generate(noise).detach()) - spread(real)).abs().mean()
    assert float(after) < 0.6 * float(before)


def test_a_diverging_gan_keeps_its_last_good_weights(small_digits):
    settings = replace(SETTINGS, learning_rate=10.0, gradient_penalty=0.0)
    model = prepare_network(SPECS[2], settings, small_digits)
    with torch.no_grad():
        model.decoder[-2].bias.fill_(float("nan"))
    with pytest.raises(Diverged):
        list(train(model, settings, small_digits, 2))


def test_the_recipe_is_a_gan_with_the_vaes_networks():
    for latents in (2, 20):
        gan, settings = recipe("gan", latents, images=1_000)
        assert replace(gan, kind="vae") == recipe("vae", latents).spec
        assert settings.gradient_penalty > 0
        assert recipe("gan", latents, gradient_penalty=0.0).settings.gradient_penalty == 0
