"""Training in hand: stepped, looked at, changed and resumed, it is the training that runs by itself."""

from dataclasses import replace
from math import isfinite

import pytest
import torch

from vae.errors import Diverged, SpecError
from vae.hardware import bfloat16_is_fast
from vae.learning.engine import ADAM_BETAS, Engine
from vae.learning.objectives import objective, training_loss
from vae.learning.records import Step
from vae.learning.settings import TrainingSettings
from vae.learning.training import Training, prepare, train, train_together
from vae.model.spec import ModelSpec

VAE = ModelSpec(encoder_widths=(24,), decoder_widths=(24,), image_shape=(1, 8, 8))
AE = replace(VAE, kind="ae")
FLOW = replace(VAE, prior="flow", prior_size=2)
CONV = replace(VAE, architecture="conv", encoder_widths=(4, 8), decoder_widths=(8, 4))
PLAIN = TrainingSettings(dataset="digits", images=2_560, batch_size=64, learning_rate=3e-3)
RUNS = {
    "pair": [(AE, PLAIN), (VAE, replace(PLAIN, beta=4.0))],
    "conv": [(CONV, PLAIN)],
    "binary": [(VAE, replace(PLAIN, pixels="dynamic", weight_decay=0.1, kl_cycles=3))],
    "importance": [(VAE, replace(PLAIN, importance_samples=3)), (AE, PLAIN)],
    "importance later": [(VAE, replace(PLAIN, importance_samples=3, importance_from=0.4)), (FLOW, PLAIN)],
    "free bits": [(VAE, replace(PLAIN, free_bits=0.3)), (CONV, replace(PLAIN, free_bits=0.3))],
    "denoising": [
        (AE, replace(PLAIN, corruption="gaussian", corruption_level=0.5)),
        (VAE, replace(PLAIN, corruption="salt-pepper", corruption_level=0.3)),
        (CONV, replace(PLAIN, corruption="masking", corruption_level=0.4)),
    ],
}
STEPS = 40


@pytest.fixture(params=RUNS.values(), ids=RUNS)
def run(request):
    return request.param


def begin(run, data, models=None, **options) -> tuple[list, Training]:
    models = models or [prepare(*pair, data) for pair in run]
    return models, Training(models, [settings for _, settings in run], data, **options)


def weights(models) -> torch.Tensor:
    return torch.cat([value.flatten() for model in models for value in model.state_dict().values()])


def walk(training: Training, steps: int) -> torch.Tensor:
    """Take so many steps; the weights afterwards."""
    for _ in range(steps):
        training.step()
    training.record()
    return weights([learner.model for learner in training._learners])


def test_a_training_loop_written_out_gives_the_same_weights_bit_for_bit(small_digits):
    """The recipe in its plainest form: nothing here knows of looking, pausing or resuming."""
    settings = replace(PLAIN, beta=2.0, weight_decay=0.05)
    model = prepare(VAE, settings, small_digits)
    engine = Engine(model, 64, torch.bfloat16 if bfloat16_is_fast() else torch.float32, 0.05)
    order, noise = (torch.Generator().manual_seed(settings.seed + i) for i in (0, 1))
    grey = small_digits.train.images.flatten(1)
    steps = [part for _ in range(5) for part in torch.randperm(512, generator=order).split(64)]
    for i, chosen in enumerate(steps):
        images = grey[chosen].to(engine._weights.dtype).mul_(1 / 255)
        epsilon = torch.randn(64, 2, generator=noise)
        engine.step(
            images,
            small_digits.train.labels[chosen],
            epsilon,
            settings.beta_at(i / STEPS),
            settings.learning_rate_at(i / STEPS),
        )
    engine.write_back()
    trained = prepare(VAE, settings, small_digits)
    list(train(trained, settings, small_digits))
    assert torch.equal(weights([model]), weights([trained]))


def test_through_autograd_the_written_out_loop_gives_the_same_weights_bit_for_bit(small_digits):
    settings = replace(PLAIN, free_bits=0.3)  # the engine knows none
    model = prepare(CONV, settings, small_digits)
    adam = torch.optim.AdamW(model.parameters(), lr=0.0, betas=ADAM_BETAS, weight_decay=0.0, fused=True)
    order, noise = (torch.Generator().manual_seed(PLAIN.seed + i) for i in (0, 1))
    fast = bfloat16_is_fast()
    compute = torch.bfloat16 if fast else torch.float32
    steps = [part for _ in range(5) for part in torch.randperm(512, generator=order).split(64)]
    for i, chosen in enumerate(steps):
        adam.param_groups[0]["lr"] = PLAIN.learning_rate_at(i / STEPS)
        images = small_digits.train.images[chosen].to(compute).mul_(1 / 255)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=fast):
            loss = training_loss(model, images, torch.randn(64, 2, generator=noise), PLAIN.beta_at(i / STEPS), 0.3)
        adam.zero_grad()
        loss.backward()
        adam.step()
    trained = prepare(CONV, settings, small_digits)
    list(train(trained, settings, small_digits))
    assert torch.equal(weights([model]), weights([trained]))


def test_step_by_step_looked_at_and_compared_it_is_the_same_training(run, small_digits):
    by_itself, _ = begin(run, small_digits)
    list(train_together(by_itself, [settings for _, settings in run], small_digits, records=1))
    models, training = begin(run, small_digits, snapshots=True)
    while not training.done:
        if training.taken % 3 == 0:
            training.step_and_compare()
        else:
            training.step()
        if training.taken % 2 == 0:
            training.record()
    training.record()
    assert torch.equal(weights(models), weights(by_itself))
    assert training.images_seen == 2_560


def test_resumed_at_the_start_it_is_a_fresh_run(run, small_digits):
    assert torch.equal(walk(begin(run, small_digits, start=0)[1], STEPS), walk(begin(run, small_digits)[1], STEPS))


@pytest.mark.parametrize("at", [1, 8, 23])
def test_resumed_it_is_the_run_that_was_never_interrupted(run, small_digits, at):
    models, whole = begin(run, small_digits)
    walk(whole, at)
    copies = [prepare(*pair, small_digits) for pair in run]
    for copy, model in zip(copies, models, strict=True):
        copy.load_state_dict(model.state_dict())
    _, resumed = begin(run, small_digits, copies, start=64 * at, adam=whole.adam())
    assert (resumed.taken, resumed.images_seen) == (at, 64 * at)
    assert torch.equal(walk(resumed, STEPS - at), walk(whole, STEPS - at))


def test_resumed_without_adams_moments_it_learns_on(small_digits):
    run = [(VAE, replace(PLAIN, images=12_800))]
    models, whole = begin(run, small_digits)
    walk(whole, 100)
    (before,) = whole.record()
    _, resumed = begin(run, small_digits, models, start=6_400)
    (first,) = resumed.record()
    assert (first.images_seen, first.validation, first.beta) == (6_400, before.validation, before.beta)
    walk(resumed, 100)
    (last,) = resumed.record()
    walk(whole, 100)
    (uninterrupted,) = whole.record()
    gained = before.validation.total - uninterrupted.validation.total
    assert gained > 0.3
    assert before.validation.total - last.validation.total == pytest.approx(gained, rel=0.4)


def test_adams_moments_of_another_model_are_refused(small_digits):
    _, training = begin(RUNS["pair"], small_digits)
    assert training.adam() == ({}, {})
    walk(training, 3)
    with pytest.raises(SpecError, match="not of this model"):
        begin(RUNS["pair"], small_digits, start=192, adam=training.adam()[::-1])


@pytest.mark.parametrize("start", [-64, 63, 65, 2_624, 1.5])
def test_a_run_is_resumed_between_two_of_its_batches(small_digits, start):
    with pytest.raises(SpecError, match="start"):
        begin(RUNS["pair"], small_digits, start=start)


def test_at_the_end_of_its_budget_there_is_nothing_left(small_digits):
    _, training = begin(RUNS["pair"], small_digits, start=2_560)
    assert training.done


def with_change(run, change):
    """The settings of each model with that change, as far as it concerns the model."""
    changed = [(spec, replace(settings, **change)) for spec, settings in run]
    return [(spec, settings.fitted(spec.traits)) for spec, settings in changed]


@pytest.mark.parametrize("change", [{"beta": 0.1}, {"learning_rate": 1e-2}, {"beta": 9.0, "learning_rate": 1e-4}], ids=str)
def test_changed_before_the_first_step_it_is_the_run_with_those_settings(small_digits, change):
    run = RUNS["pair"]
    _, changed = begin(run, small_digits)
    changed.change(**change)
    other = with_change(run, change)
    assert torch.equal(walk(changed, STEPS), walk(begin(other, small_digits)[1], STEPS))


@pytest.mark.parametrize("at", [5, 30])  # within the ramp of beta, and after it
def test_changed_on_the_way_it_is_from_there_the_run_with_those_settings(small_digits, at):
    run, change = RUNS["pair"], {"beta": 0.1, "learning_rate": 1e-2}
    models, changed = begin(run, small_digits)
    until = walk(changed, at)
    assert torch.equal(until, walk(begin(run, small_digits)[1], at))
    copies = [prepare(*pair, small_digits) for pair in run]
    for copy, model in zip(copies, models, strict=True):
        copy.load_state_dict(model.state_dict())
    changed.change(**change)
    other = with_change(run, change)
    _, resumed = begin(other, small_digits, copies, start=64 * at, adam=changed.adam())
    assert torch.equal(walk(changed, STEPS - at), walk(resumed, STEPS - at))
    for record, (_, settings) in zip(changed.record(), other, strict=True):
        assert record.beta == settings.beta_at(1)
        assert record.validation.total == pytest.approx(record.validation.reconstruction + 0.1 * (record.validation.kl or 0))


def test_a_change_shows_on_the_next_record_as_another_height_of_the_same_schedules(small_digits):
    _, training = begin([(VAE, PLAIN)], small_digits)
    walk(training, 6)
    (before,) = training.record()
    training.change(beta=3 * PLAIN.beta, learning_rate=PLAIN.learning_rate / 2)
    (after,) = training.record()
    assert after.beta == pytest.approx(3 * before.beta)
    assert after.learning_rate == pytest.approx(before.learning_rate / 2)
    assert after.validation.reconstruction == before.validation.reconstruction


def test_beta_changes_a_vae_and_never_an_autoencoder(small_digits):
    changed = {}
    for spec in (AE, VAE):
        _, training = begin([(spec, PLAIN)], small_digits)
        walk(training, 20)
        training.change(beta=50.0)
        changed[spec.kind] = torch.equal(walk(training, 20), walk(begin([(spec, PLAIN)], small_digits)[1], STEPS))
    assert changed == {"ae": True, "vae": False}


@pytest.mark.parametrize(
    "wrong", [{"beta": -1.0}, {"learning_rate": 0.0}, {"beta": 2.0, "learning_rate": float("nan")}], ids=str
)
def test_a_change_that_cannot_be_changes_nothing(small_digits, wrong):
    run = RUNS["pair"]
    _, training = begin(run, small_digits)
    with pytest.raises(SpecError, match=r"beta|learning_rate"):
        training.change(**wrong)
    assert torch.equal(walk(training, STEPS), walk(begin(run, small_digits)[1], STEPS))


def test_a_single_step_is_measured_before_and_after_on_its_own_batch(small_digits):
    """Against the objective of a model trained up to there and one step further."""
    run, at = [(VAE, replace(PLAIN, beta=2.0)), (AE, PLAIN)], 7
    _, training = begin(run, small_digits)
    walk(training, at)
    steps = training.step_and_compare()
    order, noise = (torch.Generator().manual_seed(PLAIN.seed + i) for i in (0, 1))
    batch = small_digits.train.pixels()[torch.randperm(512, generator=order).split(64)[at]]
    epsilon = [torch.randn(64, 2, generator=noise) for _ in range(at + 1)][-1]
    for moment, taken in (("before", at), ("after", at + 1)):
        models, again = begin(run, small_digits)
        walk(again, taken)
        for model, step, (_, settings) in zip(models, steps, run, strict=True):
            beta = settings.beta_at(at / STEPS)
            assert (step.images_seen, step.beta, step.learning_rate) == (
                64 * (at + 1),
                beta,
                settings.learning_rate_at(at / STEPS),
            )
            with torch.no_grad():
                terms = objective(model, batch, epsilon, beta)
            found = getattr(step.batch, moment)
            assert found.reconstruction == pytest.approx(float(terms.reconstruction), rel=1e-6)
            assert found.kl == (None if terms.kl is None else pytest.approx(float(terms.kl), rel=1e-6))
            assert found.total == pytest.approx(float(terms.loss), rel=1e-6)
        for record, step in zip(again.record(), steps, strict=True):
            for split in ("training", "validation"):
                watched = getattr(getattr(step, split), moment)
                expected = getattr(record, split)
                rounded = pytest.approx(expected.reconstruction, rel=1e-3), pytest.approx(expected.kl or 0, rel=0.03, abs=0.01)
                assert (watched.reconstruction, watched.kl or 0) == rounded  # a record's products may be bfloat16
                assert watched.total == pytest.approx(watched.reconstruction + step.beta * (watched.kl or 0.0), rel=1e-5)


def test_a_small_step_lowers_the_loss_on_its_own_batch(run, small_digits):
    small = [(spec, replace(settings, learning_rate=1e-4, warmup=0.0)) for spec, settings in run]
    _, training = begin(small, small_digits)
    for _ in range(5):
        for step in training.step_and_compare():
            assert step.batch.after.total < step.batch.before.total
            assert Step.from_json(step.to_json()) == step


def test_when_one_diverges_all_go_back_to_the_last_record(small_digits):
    steep = replace(VAE, likelihood="gaussian", observation_std=0.01)
    run = [(AE, replace(PLAIN, images=64_000)), (steep, replace(PLAIN, images=64_000, learning_rate=10.0, warmup=0.0))]
    models, training = begin(run, small_digits)
    good = []

    def go_on() -> None:
        while not training.done:
            records = training.record()
            assert all(isfinite(record.validation.total) for record in records)
            good.append(weights(models))
            training.step()

    with pytest.raises(Diverged, match="with learning rate 10 and beta 1"):
        go_on()
    assert torch.equal(weights(models), good[-1])
    assert weights(models).isfinite().all()
