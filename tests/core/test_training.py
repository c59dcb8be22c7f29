"""What training promises: its records, its schedules, its seeds, and what it does when stopped or diverging."""

import json
import time
from dataclasses import replace
from itertools import combinations, pairwise, product
from math import ceil, isfinite

import pytest
import torch
from model_list import MODELS, covering, factors, model_name
from torch.distributions import Normal, kl_divergence

from vae.errors import Diverged, SpecError
from vae.learning import learner
from vae.learning.records import Record
from vae.learning.settings import TrainingSettings
from vae.learning.training import mean_image, prepare, train, train_together
from vae.model.networks import build
from vae.model.spec import ModelSpec

VAE = ModelSpec(encoder_widths=(24,), decoder_widths=(24,), image_shape=(1, 8, 8))
CONV = replace(VAE, architecture="conv", encoder_widths=(4, 8), decoder_widths=(8, 4))
BRIEF = TrainingSettings(dataset="digits", images=2_000, batch_size=64)
PLAIN = replace(BRIEF, learning_rate=3e-3)
NAMES = {
    replace(PLAIN, **changes): name
    for name, changes in {
        "beta": {"beta": 4.0},
        "free-bits": {"free_bits": 0.5},
        "importance-weighted": {"importance_samples": 3},
        "binary": {"pixels": "dynamic"},
        "weight-decay": {"weight_decay": 0.1},
        "denoising": {"corruption": "gaussian", "corruption_level": 0.5},
    }.items()
}
OBJECTIVES = list(NAMES)


def weights(model) -> torch.Tensor:
    return torch.cat([value.flatten() for value in model.state_dict().values()])


def run(spec, settings, dataset, **options):
    model = prepare(spec, settings, dataset)
    return model, list(train(model, settings, dataset, **options))


def losses_only(record: Record) -> Record:
    """The record without what depends on the clock."""
    return replace(record, elapsed=0.0, stepping=0.0)


@pytest.mark.parametrize("spec", covering(MODELS, factors), ids=model_name)
def test_training_a_little_lowers_the_loss_of_every_kind_of_model(spec, dataset):
    """On models in which every two values of kind and prior, architecture, likelihood, latents and image size meet."""
    settings = TrainingSettings(dataset=dataset.name, images=1_600, batch_size=64, learning_rate=3e-3)
    _, records = run(spec, settings, dataset, records=2)
    totals = [(record.training.total, record.validation.total) for record in records]
    assert totals[-1][0] < totals[0][0]
    assert totals[-1][1] < totals[0][1]


TAUGHT = covering(
    [
        (spec, settings)
        for spec, settings in product(MODELS, OBJECTIVES)
        if spec.latent_dim == 2 and spec.image_shape[1] == 8 and settings == settings.fitted(spec.traits)
    ],
    lambda case: (*factors(case[0]), case[1]),
)


@pytest.mark.parametrize(
    ("spec", "settings"), TAUGHT, ids=[f"{model_name(spec)}-{NAMES[settings]}" for spec, settings in TAUGHT]
)
def test_every_objective_teaches_every_kind_of_model_and_one_seed_gives_one_model(spec, settings, dataset):
    """In cases in which every two values of kind and prior, architecture, likelihood and objective meet."""
    settings = replace(settings, dataset=dataset.name)
    first, records = run(spec, settings, dataset, records=1)
    assert records[-1].validation.reconstruction < records[0].validation.reconstruction
    assert torch.equal(weights(first), weights(run(spec, settings, dataset, records=1)[0]))


def test_each_objective_makes_another_model(small_digits):
    trained = [weights(run(VAE, settings, small_digits)[0]) for settings in (PLAIN, *OBJECTIVES[:3])]
    assert all(not torch.equal(a, b) for a, b in combinations(trained, 2))


def test_binary_pixels_are_drawn_with_the_probability_of_their_grey_level(small_digits, monkeypatch):
    seen = []
    monkeypatch.setattr(learner.Learner, "step", lambda self, images, *_: seen.append(images.float()))
    settings = replace(BRIEF, pixels="dynamic", images=512 * 400, batch_size=512)
    run(VAE, settings, small_digits, records=1)
    drawn = torch.stack(seen)
    assert set(drawn.unique().tolist()) == {0.0, 1.0}
    grey = small_digits.train.pixels().mean()  # an epoch is one batch, in another order each time
    torch.testing.assert_close(drawn.mean(), grey, atol=0.002, rtol=0)
    per_pixel = small_digits.train.pixels().flatten(1).mean(0)
    torch.testing.assert_close(drawn.mean((0, 1)), per_pixel, atol=0.01, rtol=0)


@pytest.mark.parametrize("spec", [VAE, CONV, replace(VAE, kind="ae")], ids=["mlp", "conv", "ae"])
def test_one_seed_gives_one_model_bit_for_bit_and_another_seed_another(spec, small_digits):
    (first, records), (again, same) = (run(spec, BRIEF, small_digits, records=4) for _ in range(2))
    assert torch.equal(weights(first), weights(again))
    assert [losses_only(record) for record in records] == [losses_only(record) for record in same]
    other, _ = run(spec, replace(BRIEF, seed=1), small_digits)
    assert not torch.equal(weights(first), weights(other))


@pytest.mark.parametrize("spec", [VAE, CONV], ids=["mlp", "conv"])
def test_how_often_one_looks_does_not_change_the_model(spec, small_digits):
    looked, _ = run(spec, BRIEF, small_digits, records=30, snapshots=True)
    left_alone, _ = run(spec, BRIEF, small_digits, records=1)
    assert torch.equal(weights(looked), weights(left_alone))


@pytest.mark.parametrize("spec", [VAE, CONV], ids=["mlp", "conv"])
def test_training_neither_uses_nor_moves_the_global_random_numbers(spec, small_digits):
    torch.manual_seed(1)
    first, _ = run(spec, BRIEF, small_digits)
    after = torch.rand(3)
    torch.manual_seed(1)
    assert torch.equal(torch.rand(3), after)
    torch.manual_seed(2)
    assert torch.equal(weights(first), weights(run(spec, BRIEF, small_digits)[0]))


@pytest.mark.parametrize(
    ("budget", "batch", "records"), [(2_000, 64, 10), (2_048, 64, 32), (1, 64, 1), (5_000, 100, 7), (600, 10_000, 2)]
)
def test_records_are_evenly_spaced_from_before_the_first_step_to_the_end_of_the_budget(small_digits, budget, batch, records):
    settings = TrainingSettings(dataset="digits", images=budget, batch_size=batch)
    _, history = run(VAE, settings, small_digits, records=records)
    seen = [record.images_seen for record in history]
    step = min(batch, 512)  # a batch is never larger than the data set
    assert len(seen) == records + 1
    assert seen[0] == 0
    assert seen[-1] == ceil(budget / step) * step
    gaps = [after - before for before, after in pairwise(seen)]
    assert all(gap % step == 0 for gap in gaps)
    assert max(gaps) - min(gaps) <= step
    assert [record.epoch for record in history] == [images / 512 for images in seen]


def test_a_run_with_fewer_steps_than_records_has_one_record_a_step(small_digits):
    _, history = run(VAE, replace(BRIEF, images=300), small_digits, records=40)
    assert [record.images_seen for record in history] == [0, 64, 128, 192, 256, 320]


def test_a_record_carries_the_schedules_of_its_moment(small_digits):
    settings = replace(BRIEF, images=2_048, beta=3.0)
    _, history = run(VAE, settings, small_digits, records=8)
    for record in history:
        progress = record.images_seen / 2_048
        assert record.learning_rate == settings.learning_rate_at(progress)
        assert record.beta == settings.beta_at(progress)


def test_a_records_losses_are_those_of_the_model_at_that_moment_with_the_full_beta(small_digits):
    settings = replace(BRIEF, beta=3.0)
    model = prepare(VAE, settings, small_digits)
    for record in train(model, settings, small_digits, records=3):
        with torch.no_grad():
            q = model.encode(small_digits.validation.pixels())
        kl = kl_divergence(Normal(q.mean, q.std), Normal(0.0, 1.0)).mean(0)
        found = record.validation
        assert found.kl_per_dim == pytest.approx(kl.tolist(), rel=0.03, abs=0.01)  # products of a record may be bfloat16
        assert found.kl == pytest.approx(sum(found.kl_per_dim), rel=1e-5, abs=1e-6)
        assert found.total == pytest.approx(found.reconstruction + 3 * found.kl, rel=1e-5)


def test_an_autoencoders_record_has_its_cross_entropy_and_no_kl(small_digits):
    model = prepare(replace(VAE, kind="ae"), BRIEF, small_digits)
    for record in train(model, BRIEF, small_digits, records=2):
        pixels = small_digits.train.pixels()
        with torch.no_grad():
            mean = model.decode(model.encode(pixels).mean).double().sigmoid()
        nll = torch.nn.functional.binary_cross_entropy(mean, pixels.double(), reduction="sum") / 512
        assert record.training.reconstruction == pytest.approx(float(nll), rel=1e-3)
        assert (record.training.kl, record.training.kl_per_dim) == (None, None)
        assert record.training.total == record.training.reconstruction


def test_a_larger_beta_leaves_a_smaller_kl(small_digits):
    settings = replace(BRIEF, images=8_000)
    divergences = [run(VAE, replace(settings, beta=beta), small_digits)[1][-1].validation.kl for beta in (0.1, 1, 10)]
    assert divergences[0] > divergences[1] > divergences[2] >= 0


def test_a_history_survives_json(small_digits):
    for spec in (VAE, replace(VAE, kind="ae")):
        _, history = run(spec, BRIEF, small_digits, records=3)
        text = json.dumps([record.to_json() for record in history], allow_nan=False)
        assert [Record.from_json(record) for record in json.loads(text)] == history


def test_snapshots_show_the_model_on_the_same_inputs_every_time(small_digits):
    model = prepare(VAE, BRIEF, small_digits)
    first, *_, last = [record.snapshot for record in train(model, BRIEF, small_digits, records=2, snapshots=True)]
    pixels = small_digits.test.pixels()
    with torch.no_grad():
        codes = model.encode(pixels).mean
        torch.testing.assert_close(last.codes, codes, rtol=0.03, atol=0.03)  # bfloat16
        torch.testing.assert_close(last.reconstructions, model.decode(codes[:8]).sigmoid())
        assert last.samples.shape == (8, 1, 8, 8)
        before = prepare(VAE, BRIEF, small_digits)
        torch.testing.assert_close(first.codes, before.encode(pixels).mean, rtol=0.03, atol=0.03)
    assert all(tensor.isfinite().all() and not tensor.requires_grad for tensor in (*first, *last))


def test_without_snapshots_there_are_none(small_digits):
    assert {record.snapshot for record in run(VAE, BRIEF, small_digits)[1]} == {None}


def test_stopping_early_keeps_the_weights_of_that_moment(small_digits):
    model = prepare(VAE, BRIEF, small_digits)
    running = train(model, BRIEF, small_digits, records=10)
    for record in running:
        if record.images_seen > 1_000:
            break
    at_that_moment = weights(model)
    running.close()
    assert torch.equal(weights(model), at_that_moment)
    assert not torch.equal(at_that_moment, weights(prepare(VAE, BRIEF, small_digits)))
    assert next(running, None) is None


@pytest.mark.parametrize(
    "spec", [replace(VAE, likelihood="gaussian", observation_std=0.01), replace(CONV, likelihood="gaussian")]
)
def test_divergence_keeps_the_last_good_weights_and_says_what_to_do(spec, small_digits):
    settings = replace(BRIEF, images=20_000, learning_rate=10.0, warmup=0.0)
    model = prepare(spec, settings, small_digits)
    good = [weights(model)]

    def watch() -> None:
        for record in train(model, settings, small_digits, records=100):
            assert isfinite(record.validation.total)
            good.append(weights(model))

    with pytest.raises(Diverged, match=r"images with learning rate 10 .* smaller learning rate\.$"):
        watch()
    assert torch.equal(weights(model), good[-1])
    assert weights(model).isfinite().all()


def test_the_consumers_own_time_does_not_count(small_digits):
    model = prepare(VAE, BRIEF, small_digits)
    start = time.perf_counter()
    elapsed = []
    for record in train(model, BRIEF, small_digits, records=4):
        time.sleep(0.2)
        elapsed.append(record.elapsed)
    assert 0 < elapsed[-1] <= time.perf_counter() - start - 5 * 0.2


def test_elapsed_time_and_images_only_rise(small_digits):
    _, history = run(VAE, BRIEF, small_digits, records=6)
    for before, after in pairwise(history):
        assert after.elapsed > before.elapsed >= 0
        assert after.images_seen > before.images_seen


@pytest.mark.parametrize("spec", [VAE, CONV], ids=["mlp", "conv"])
def test_models_trained_together_are_those_trained_alone(spec, small_digits):
    specs = [spec, replace(spec, kind="ae"), replace(spec, latent_dim=5)]
    settings = [BRIEF, replace(BRIEF, learning_rate=1e-3), replace(BRIEF, beta=4.0)]
    together = [prepare(*pair, small_digits) for pair in zip(specs, settings, strict=True)]
    history = list(train_together(together, settings, small_digits, records=3))
    for i, pair in enumerate(zip(specs, settings, strict=True)):
        alone, records = run(*pair, small_digits, records=3)
        assert torch.equal(weights(alone), weights(together[i]))
        assert [losses_only(moment[i]) for moment in history] == [losses_only(record) for record in records]


@pytest.mark.parametrize("field", [{"images": 10}, {"seed": 1}, {"batch_size": 5}, {"dataset": "mnist"}])
def test_models_trained_together_must_see_the_same_images(small_digits, field):
    models = [build(VAE), build(VAE)]
    with pytest.raises(SpecError, match=next(iter(field))):
        next(train_together(models, [BRIEF, replace(BRIEF, **field)], small_digits))


def test_a_model_starts_at_the_mean_of_the_data_it_will_see(small_digits):
    expected = small_digits.train.images.double().mean(0) / 255
    torch.testing.assert_close(mean_image(small_digits.train), expected.float())
    bias = prepare(VAE, BRIEF, small_digits).decoder[-2].bias.detach().sigmoid()
    torch.testing.assert_close(bias, expected.float().clamp(1e-3, 1 - 1e-3).flatten())


def test_a_model_for_images_of_another_size_is_refused(small_digits):
    with pytest.raises(SpecError, match=r"image_shape is \(1, 28, 28\); the images of digits are \(1, 8, 8\)"):
        prepare(ModelSpec(), BRIEF, small_digits)
