"""Scores and areas against scikit-learn, torch.distributions and counting; the anomalies are what they are said to be."""

import shutil

import numpy as np
import pytest
import small_set
import torch
from scipy.stats import mannwhitneyu
from sklearn.covariance import EmpiricalCovariance
from sklearn.decomposition import PCA
from sklearn.metrics import auc, confusion_matrix, precision_score, recall_score, roc_auc_score, roc_curve
from torch.distributions import Bernoulli, Normal, kl_divergence

from lessons.anomalies import images as anomaly_images
from lessons.anomalies import models, scores
from lessons.anomalies.images import ANOMALIES, COUNT, FASHION, HELD_OUT, SHIPPED_KINDS
from lessons.anomalies.models import NORMALS, SCORES, VALIDATION
from lessons.shared.shipping import Shelf
from vae import archives, data
from vae.errors import CheckpointError
from vae.streams import Purpose, normal, stream


@pytest.fixture(scope="module")
def shipped() -> models.Shipped:
    return models.load()


@pytest.fixture(scope="module")
def two_sets() -> tuple[np.ndarray, np.ndarray]:
    """Scores with many ties."""
    generator = np.random.default_rng(0)
    return generator.integers(0, 12, 90).astype(float), generator.integers(4, 16, 40).astype(float)


def test_the_mahalanobis_distance_is_scikit_learns():
    codes = torch.randn(300, 5, generator=torch.Generator().manual_seed(0)) @ torch.randn(
        5, 5, generator=torch.Generator().manual_seed(1)
    )
    oracle = EmpiricalCovariance().fit(codes.double().numpy())
    found = scores.codes_of(codes).distance(codes[:50] + 1)
    np.testing.assert_allclose(found.square(), oracle.mahalanobis((codes[:50] + 1).double().numpy()), rtol=1e-4)
    assert float(scores.codes_of(codes).distance(codes).square().mean()) == pytest.approx(5, rel=1e-4)  # D on average


def test_the_negative_elbo_is_that_of_torchs_distributions(shipped, mnist):
    """On binary pixels, where the cross-entropy is a Bernoulli's log-probability."""
    model, images = shipped.detectors.vae, mnist.validation.pixels(slice(6)).round()
    posterior = model.encode(images)
    q = Normal(posterior.mean, posterior.std)
    noise = normal(Purpose.CODES, scores.DRAWS, *posterior.mean.shape)
    with torch.no_grad():
        fits = [Bernoulli(logits=model.decode(q.mean + q.stddev * e)).log_prob(images).sum((1, 2, 3)) for e in noise]
        expected = kl_divergence(q, Normal(0, 1)).sum(1) - torch.stack(fits).mean(0)
    torch.testing.assert_close(scores.negative_elbo(model, images).float(), expected, rtol=1e-4, atol=1e-2)


def test_the_importance_weighted_bound_is_below_the_negative_elbo_and_falls_with_more_samples(shipped, mnist):
    images, model = mnist.validation.pixels(slice(60)), shipped.detectors.vae
    elbo = scores.negative_elbo(model, images).mean()
    few, many = (scores.negative_log_likelihood(model, images, k).mean() for k in (2, scores.IMPORTANCE_SAMPLES))
    assert many < few < elbo + 1


def test_effective_samples_are_those_of_the_weights(shipped, mnist):
    """Each weight p(x|z) p(z) / q(z|x), written out with torch.distributions from the same draws."""
    images, model, count = mnist.validation.pixels(slice(41)).round(), shipped.detectors.vae, 7
    with torch.no_grad():
        posterior = model.encode(images)
        q = Normal(posterior.mean.double(), posterior.std.double())
        noise = torch.randn(count, *posterior.mean.shape, generator=stream(Purpose.WEIGHTS))
        z = q.mean + q.stddev * noise
        fits = torch.stack(
            [Bernoulli(logits=model.decode(each.float())).log_prob(images).sum((1, 2, 3)).double() for each in z]
        )
    weights = (fits + (Normal(0, 1).log_prob(z) - q.log_prob(z)).sum(2)).softmax(0)  # (K, N)
    assert scores.effective_samples(model, images, count) == pytest.approx(
        float((1 / weights.square().sum(0)).median()), rel=1e-3
    )


def test_principal_components_are_scikit_learns(shipped, mnist):
    train = anomaly_images.without(mnist.train).pixels().flatten(1)
    oracle = PCA(models.LATENTS, svd_solver="covariance_eigh").fit(train.numpy())
    images = mnist.test.pixels(slice(20))
    codes, rebuilt = shipped.detectors.through("pca", images)
    flat = images.flatten(1).numpy()
    np.testing.assert_allclose(rebuilt.flatten(1), oracle.inverse_transform(oracle.transform(flat)).clip(0, 1), atol=1e-4)
    expected = np.sqrt((oracle.transform(flat) ** 2 / (oracle.explained_variance_ * (1 - 1 / len(train)))).sum(1))
    np.testing.assert_allclose(shipped.detectors.codes["pca"].distance(codes), expected, rtol=1e-3)


def test_the_area_is_scikit_learns_and_mann_and_whitneys(two_sets):
    normal, strange = two_sets
    truth = np.repeat([0, 1], [len(normal), len(strange)])
    false_alarms, recall, _ = roc_curve(truth, np.concatenate(two_sets))
    found = scores.auroc(normal, strange)
    assert found.value == pytest.approx(auc(false_alarms, recall))
    assert found.value == pytest.approx(mannwhitneyu(strange, normal).statistic / (len(normal) * len(strange)))
    assert found.low < found.value < found.high


def test_the_area_of_a_resample_is_that_of_the_images_drawn(two_sets):
    normal, strange = two_sets
    generator = np.random.default_rng(1)
    drawn = [generator.integers(0, len(scores), (5, len(scores))) for scores in two_sets]
    weights = [np.stack([np.bincount(row, minlength=rows.shape[1]) / rows.shape[1] for row in rows]) for rows in drawn]
    found = scores.areas_of_resamples(normal, strange, *weights)
    truth = np.repeat([0, 1], [len(normal), len(strange)])
    expected = [roc_auc_score(truth, np.concatenate([normal[a], strange[b]])) for a, b in zip(*drawn, strict=True)]
    np.testing.assert_allclose(found, expected)


def test_the_interval_is_about_as_wide_as_the_standard_error_says():
    """Hanley & McNeil 1982 for two Gaussians; the bootstrap should come near four of their standard errors."""
    generator = np.random.default_rng(2)
    normal, strange = generator.normal(0, 1, 400), generator.normal(1, 1, 300)
    found = scores.auroc(normal, strange)
    a = found.value
    q1, q2 = a / (2 - a), 2 * a**2 / (1 + a)
    error = np.sqrt((a * (1 - a) + 299 * (q1 - a**2) + 399 * (q2 - a**2)) / (400 * 300))
    assert found.high - found.low == pytest.approx(2 * 1.96 * error, rel=0.2)


def test_apart_is_one_and_the_same_is_a_half():
    low, high = np.arange(50.0), np.arange(50.0) + 100
    assert scores.auroc(low, high) == pytest.approx((1.0, 1.0, 1.0))
    assert scores.auroc(low, low).value == 0.5
    assert scores.average_precision(low, high) == 1
    assert scores.average_precision(high, low) < 0.5


def test_no_model_was_shown_the_digit_that_is_held_out(mnist):
    for split in (mnist.train, mnist.test):
        assert HELD_OUT not in anomaly_images.without(split).labels
        assert len(anomaly_images.without(split)) == (split.labels != HELD_OUT).sum()
    assert len(anomaly_images.without(mnist.test)) >= models.NORMAL + COUNT  # turned digits are not among the normal ones


@pytest.mark.parametrize("kind", SHIPPED_KINDS)
def test_each_kind_is_made_the_same_way_every_time_and_has_as_many_scores_as_images(kind, mnist, shipped):
    first, again = (ANOMALIES[kind](mnist) for _ in range(2))
    assert torch.equal(first, again)
    assert first.shape == (COUNT, 1, 28, 28)
    assert 0 <= float(first.min()) <= float(first.max()) <= 1
    assert {len(values) for values in shipped.scores[kind].values()} == {COUNT}


def test_anomalies_are_what_they_are_called(mnist):
    normal = anomaly_images.without(mnist.test).pixels(slice(-COUNT, None))
    turned, inverted = (ANOMALIES[kind](mnist) for kind in ("turned", "inverted"))
    assert torch.equal(inverted + normal, torch.ones_like(normal))
    np.testing.assert_array_equal(turned[0, 0].numpy(), np.rot90(normal[0, 0].numpy()))
    held_out = ANOMALIES["held-out"](mnist)
    assert torch.equal(held_out, mnist.test.pixels(mnist.test.labels == HELD_OUT)[:COUNT])
    noise = ANOMALIES["noise"](mnist)
    assert float(noise.mean()) == pytest.approx(0.5, abs=0.005)
    assert float(noise.var()) == pytest.approx(1 / 12, abs=0.001)
    ink = {name: images.sum((1, 2, 3)) for name, images in (("strokes", anomaly_images.short_strokes()), ("digits", normal))}
    assert float(ink["strokes"].max()) < float(ink["digits"].median())
    photographs = anomaly_images.photographs()
    assert len(photographs.unique(dim=0)) > 0.99 * COUNT


def test_a_short_stroke_has_ink_around_a_line_and_nowhere_else():
    """The ink of a stroke grows with its length: a round end and a straight middle, as thick as the pen."""
    strokes = anomaly_images.short_strokes()
    ink = strokes.sum((1, 2, 3)).double()
    generator = stream(Purpose.IMAGES)
    torch.rand(COUNT, 2, generator=generator)
    length = 6 * torch.rand(COUNT, 1, generator=generator)[:, 0].double()
    width = 2 * (anomaly_images.PEN - 0.5)  # between the places where half of the ink is left
    assert float(np.corrcoef(ink, length)[0, 1]) > 0.99
    slope = np.polyfit(length, ink, 1)[0]
    assert slope == pytest.approx(width, rel=0.1)


def test_the_scores_that_ship_are_those_of_the_models_that_ship(mnist, shipped):
    for kind in (NORMALS, VALIDATION, "held-out", "strokes"):
        images = models.images_of(kind, mnist)
        for name in ("ae-error", "vae-error", "pca-error", "ae-distance", "vae-distance", "pca-distance"):
            found = SCORES[name].compute(shipped.detectors, images).numpy()
            np.testing.assert_allclose(found, shipped.scores[kind][name], rtol=1e-3, atol=1e-3)
    elbo = SCORES["elbo"].compute(shipped.detectors, models.images_of("strokes", mnist)).numpy()
    np.testing.assert_allclose(elbo, shipped.scores["strokes"]["elbo"], rtol=1e-3, atol=0.05)
    effective = scores.effective_samples(shipped.detectors.vae, models.images_of("strokes", mnist))
    assert shipped.effective["strokes"] == pytest.approx(effective, rel=1e-2)


def test_the_areas_that_ship_are_those_of_the_scores_that_ship(shipped):
    for kind in ("held-out", "strokes"):
        for name in ("ae-error", "iwae", "pca-distance"):
            told = shipped.areas[kind][name]
            assert told["auroc"] == pytest.approx(list(scores.auroc(shipped.scores[NORMALS][name], shipped.scores[kind][name])))


def test_what_the_page_says_of_the_areas_is_so(shipped):
    def area(kind: str, name: str) -> float:
        return shipped.areas[kind][name]["auroc"][0]

    assert max(area("held-out", name) for name in SCORES) < 0.95  # hard for every score
    by_error = min(area("held-out", f"{way}-error") for way in ("ae", "vae"))
    assert by_error > max(area("held-out", name) for name in SCORES if name not in ("ae-error", "vae-error"))
    for kind in ("photographs", "noise", "inverted"):
        assert area(kind, "elbo") > 0.99
    for name in SCORES:  # every score has strokes backwards
        assert shipped.areas["strokes"][name]["auroc"][2] < 0.5
    assert area("strokes", "iwae") < area("strokes", "elbo") - 0.1  # the better the estimate, the worse the detector
    kinds = set(SHIPPED_KINDS)
    assert all(any(area(kind, name) < 0.9 for kind in kinds) for name in SCORES)  # no score finds them all


def test_black_is_more_probable_than_every_digit(shipped):
    black, vae = torch.zeros(1, 1, 28, 28), shipped.detectors.vae
    bound = float(scores.negative_log_likelihood(vae, black))
    assert bound < shipped.scores[NORMALS]["iwae"].min()
    assert bound < float(scores.negative_elbo(vae, black)) - 10  # its posterior is a bad one
    assert (
        float(scores.squared_error(black, shipped.detectors.through("ae", black)[1]))
        < shipped.scores[NORMALS]["ae-error"].min()
    )


def test_fashion_is_asked_for_only_where_its_files_are(tmp_path, monkeypatch, mnist):
    monkeypatch.setattr(archives, "PROJECT_DATA", tmp_path)
    files = small_set.small(archives.FASHION, held := small_set.contents(mnist))
    monkeypatch.setitem(data.LOADERS, FASHION, data.of_archives(files))
    assert not anomaly_images.fashion_is_here()
    small_set.put(held, small_set.home(files))
    assert anomaly_images.fashion_is_here()
    assert FASHION not in SHIPPED_KINDS


@pytest.mark.parametrize("damage", ["gone", "cut", "areas"])
def test_missing_or_damaged_files_cost_a_sentence(tmp_path, monkeypatch, damage):
    shelf = Shelf("anomalies", "anomalies", tmp_path)
    shutil.copytree(models.SHELF.folder, shelf.folder)
    file = shelf.folder / ("anomalies.json" if damage == "areas" else "anomalies.safetensors")
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(b'{"held-out": {}}' if damage == "areas" else file.read_bytes()[:1000])
    monkeypatch.setattr(models, "SHELF", shelf)
    with pytest.raises(CheckpointError, match="python -m lessons anomalies"):
        models.load()


def test_counts_in_the_browser_are_scikit_learns(in_javascript, two_sets):
    normal, strange = (np.sort(scores) for scores in two_sets)
    thresholds = [-1.0, 4.0, 7.5, 11.0, 15.0, 99.0]
    calls = [["counts", normal.tolist(), strange.tolist(), threshold] for threshold in thresholds]
    truth = np.repeat([0, 1], [len(normal), len(strange)])
    for threshold, found in zip(thresholds, in_javascript("lessons/anomalies/anomalies_maths", *calls), strict=True):
        flagged = np.concatenate([normal, strange]) >= threshold
        passed, alarms, misses, hits = confusion_matrix(truth, flagged).ravel().tolist()
        assert found == {"hits": hits, "misses": misses, "alarms": alarms, "passed": passed}
        (shares,) = in_javascript("lessons/anomalies/anomalies_maths", ["rates", found])
        assert shares["recall"] == pytest.approx(recall_score(truth, flagged))
        assert shares["alarmRate"] == pytest.approx(alarms / len(normal))
        if flagged.any():
            assert shares["precision"] == pytest.approx(precision_score(truth, flagged))
        else:
            assert shares["precision"] is None


def test_the_browsers_histogram_is_numpys(in_javascript):
    values = np.random.default_rng(0).uniform(-1, 3, 200)
    (found,) = in_javascript("lessons/anomalies/anomalies_maths", ["histogram", values.tolist(), 0.0, 2.0, 7])
    counts, _ = np.histogram(values.clip(0, 2 - 1e-12), 7, (0, 2))
    np.testing.assert_allclose(found, counts / len(values))
