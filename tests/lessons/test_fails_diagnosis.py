"""Six runs that failed: each fails by a criterion computed from its weights, its mended sibling does not, and the runs are real."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.stats import entropy
from torch.distributions import Bernoulli, Normal, kl_divergence

from lessons.fails import diagnosis, models
from lessons.fails.diagnosis import QUESTIONS, Symptoms, diagnose
from lessons.fails.models import PAIRS, RUNS
from vae.errors import CheckpointError
from vae.learning.training import prepare, train
from vae.model import latent
from vae.model.networks import build, parameter_count
from vae.model.spec import ModelSpec

HEALTHY = Symptoms(
    training=140.0,
    validation=143.0,
    constant=206.0,
    class_entropy=math.log(10),
    latents=4,
    active_units=4,
    kl=6.0,
    kl_per_dim=(1.5,) * 4,
    out_of_reach=0.02,
)
ILL = {
    "diverged": {"training": 5_000.0, "validation": 9_000.0},
    "memorised": {"training": 50.0, "validation": 300.0},
    "collapsed": {"kl": 0.01, "active_units": 0},
    "over": {"kl": 2.0},
    "under": {"out_of_reach": 0.3},
    "dead": {"active_units": 1},
}


@pytest.fixture(scope="module")
def examined(mnist) -> dict[str, Symptoms]:
    """The symptoms of every model of the lesson, computed from its weights now."""
    return {name: diagnosis.examine(models.load(name).checkpoint.model, models.seen_by(name, mnist)) for name in models.NAMES}


@pytest.mark.parametrize("failure", PAIRS)
def test_each_failure_is_found_from_its_weights_and_its_mended_sibling_is_healthy(examined, failure):
    assert diagnose(examined[PAIRS[failure].failed]) == failure
    assert diagnose(examined[PAIRS[failure].mended]) == ""


def test_the_vae_on_the_same_few_images_memorises_too_although_its_kl_can_name_each(examined):
    found = examined[models.SAME_IMAGES]
    assert diagnose(found) == "memorised"
    assert found.kl > math.log(models.FEW)


def test_what_ships_is_what_the_weights_show(examined):
    for name, symptoms in models.symptoms().items():
        for field, value in vars(symptoms).items():
            close = None if value is None else pytest.approx(value, rel=2e-3, abs=2e-3)
            assert getattr(examined[name], field) == close, (name, field)


@pytest.mark.parametrize("failure", ILL)
def test_a_symptom_alone_gives_its_failure_and_without_any_there_is_none(failure):
    assert diagnose(HEALTHY) == ""
    assert diagnose(replace(HEALTHY, **ILL[failure])) == failure


def test_the_first_yes_is_the_answer():
    everything = replace(HEALTHY, **{name: value for ill in reversed(ILL.values()) for name, value in ill.items()})
    for question in QUESTIONS:
        assert diagnose(everything) == question.failure
        everything = replace(everything, **{name: getattr(HEALTHY, name) for name in ILL[question.failure]})
        everything = replace(
            everything, **{n: v for q in QUESTIONS[QUESTIONS.index(question) + 1 :][::-1] for n, v in ILL[q.failure].items()}
        )
    assert diagnose(everything) == ""


def test_a_loss_that_is_no_number_has_diverged():
    assert diagnose(replace(HEALTHY, training=math.nan)) == "diverged"


def test_an_autoencoder_is_asked_only_what_it_can_answer():
    ae = replace(HEALTHY, kl=None, kl_per_dim=None, out_of_reach=None, active_units=0)
    assert diagnose(ae) == ""


def test_no_constant_answer_is_cheaper_than_the_mean_image(small_mnist):
    own = replace(small_mnist, validation=small_mnist.train)  # judged where it was taken
    cost = diagnosis.constant_cost(own)
    images = small_mnist.train.pixels()
    mean = images.mean(0).clamp(1e-3, 1 - 1e-3)
    generator = torch.Generator().manual_seed(0)
    for scale in (0.0, 0.02, 0.1):
        answer = (mean + scale * torch.randn(mean.shape, generator=generator)).clamp(1e-3, 1 - 1e-3)
        other = float(-Bernoulli(probs=answer, validate_args=False).log_prob(images).flatten(1).sum(1).mean())
        assert other == pytest.approx(cost, abs=1e-2) if scale == 0 else other > cost


def test_the_class_entropy_is_scipys(mnist):
    labels = mnist.validation.labels
    assert diagnosis.class_entropy(labels) == pytest.approx(entropy(np.bincount(labels)))
    assert diagnosis.class_entropy(torch.arange(10)) == pytest.approx(math.log(10))


def test_a_code_that_says_less_than_the_class_cannot_tell_the_class(mnist):
    """I(y; z) <= I(x; z) <= E KL: a classifier on draws of z extracts no more nats about y than the KL. Checked on the run at beta = 16."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import PolynomialFeatures

    model = models.load(PAIRS["over"].failed).checkpoint.model
    posterior = latent.encode(model, mnist.validation.pixels())
    z = posterior.sample(torch.randn(posterior.mean.shape, generator=torch.Generator().manual_seed(0))).numpy()
    features = PolynomialFeatures(3).fit_transform(z)
    labels = mnist.validation.labels.numpy()
    half = len(labels) // 2
    chances = LogisticRegression(max_iter=500).fit(features[:half], labels[:half]).predict_proba(features[half:])
    told = entropy(np.bincount(labels)) + np.log(chances[np.arange(half), labels[half:]]).mean()  # a lower bound on I(y; z)
    prior = Normal(torch.zeros(()), torch.ones(()))
    kl = float(kl_divergence(Normal(posterior.mean, posterior.std), prior).sum(1).mean())
    assert 0.5 < told < kl < diagnosis.class_entropy(mnist.validation.labels)


def test_silent_units_are_those_whose_weights_were_taken_away():
    model = build(ModelSpec("vae", 2, encoder_widths=(8,), decoder_widths=(16, 12)), seed=0)
    assert diagnosis.silent_units(model) == (0, 12)
    with torch.no_grad():
        model.decoder[2].weight[:5] = 0
    assert diagnosis.silent_units(model) == (5, 12)


def test_the_collapsed_decoder_is_deaf_and_its_sibling_is_not():
    silent, units = diagnosis.silent_units(models.load(PAIRS["collapsed"].failed).checkpoint.model)
    assert silent == units
    assert diagnosis.silent_units(models.load(PAIRS["collapsed"].mended).checkpoint.model)[0] < units / 10


def test_the_memorised_run_answers_with_what_it_was_trained_on(mnist):
    name = PAIRS["memorised"].failed
    seen = models.seen_by(name, mnist)
    assert len(seen.train) == models.FEW
    test = mnist.test.pixels(slice(300))
    distances = {}
    for each in PAIRS["memorised"]:
        model = models.load(each).checkpoint.model
        answers = latent.decode(model, latent.encode(model, test).mean).flatten(1)
        distances[each] = torch.cdist(answers, seen.train.pixels().flatten(1)).min(1).values.mean()
    real = torch.cdist(test.flatten(1), seen.train.pixels().flatten(1)).min(1).values.mean()
    assert distances[name] < 0.75 * real  # its answers are nearer to the images it has seen than the digits it was asked about


@pytest.mark.parametrize("name", ["fails-diverged", "fails-memorised"])
def test_the_history_is_that_of_a_real_run(name, mnist):
    """The run begun again: the same losses at the first records. Kernels differ between processors, and a run that diverges magnifies it."""
    spec, settings = RUNS[name].recipe
    seen = models.seen_by(name, mnist)
    model = prepare(spec, settings, seen)
    shipped = models.load(name).history
    again = train(model, settings, seen, records=models.moments(RUNS[name]))
    for past, record in zip(shipped[:3], again, strict=False):
        assert record.images_seen == past.images_seen
        for split in ("training", "validation"):
            assert getattr(record, split).total == pytest.approx(getattr(past, split).total, rel=0.02)


def test_the_diverged_run_diverges_again_and_keeps_its_last_good_weights(mnist):
    ended = models.repeat("fails-diverged", mnist)
    assert "no longer finite" in ended.stopped
    assert models.stopped("fails-diverged").startswith("The loss is no longer finite after")
    assert all(math.isfinite(r.training.total) for r in ended.history)
    assert all(torch.isfinite(weight).all() for weight in ended.model.state_dict().values())
    assert ended.history[-1].images_seen < RUNS["fails-diverged"].recipe.settings.images / 10


@pytest.mark.parametrize("name", RUNS)
def test_a_shipped_run_is_its_recipe_and_small(name):
    spec, settings = RUNS[name].recipe
    shipped = models.load(name)
    assert shipped.checkpoint.model.spec == spec
    assert shipped.checkpoint.settings == settings
    finished = shipped.history[-1].images_seen >= settings.images
    assert finished == (models.stopped(name) == "")
    assert sum(file.stat().st_size for file in (models.SHELF.folder / name).iterdir()) < 1_000_000


def test_the_memorising_network_could_store_its_images():
    spec, _ = RUNS["fails-memorised"].recipe
    assert parameter_count(build(spec)) == 362_418
    assert math.ceil(300_000 / models.FEW) == 1_172


def test_damage_is_a_sentence(tmp_path, monkeypatch):
    shelf = replace(models.SHELF, root=tmp_path)
    monkeypatch.setattr(models, "SHELF", shelf)
    for ask in (models.symptoms, lambda: models.load("fails-dead"), lambda: models.stopped("fails-dead")):
        with pytest.raises(CheckpointError, match="python -m lessons fails"):
            ask()
    for content in ("{", "[]", '{"symptoms": {}, "stopped": {}}'):
        shelf.folder.mkdir(parents=True, exist_ok=True)
        (shelf.folder / "fails.json").write_text(content)
        with pytest.raises(CheckpointError, match="python -m lessons fails"):
            models.symptoms()
