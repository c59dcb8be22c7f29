"""Few labels, against scikit-learn, counting, and the measures that ship with the checkpoints."""

import itertools

import numpy as np
import pytest
from sklearn.feature_selection import f_classif

from explorer.models.trained import shipped
from lessons.represent import few_labels
from lessons.shared.shipping import Shelf
from vae import checkpoints
from vae.errors import CheckpointError
from vae.family import BASELINES
from vae.measuring import probes
from vae.measuring.probes import Labelled, Probes


@pytest.fixture(scope="module")
def labelled(digits):
    return [Labelled(part.pixels().flatten(1).numpy(), part.labels.numpy()) for part in (digits.train, digits.test)]


@pytest.mark.parametrize("count", [10, 30, 100])
def test_a_draw_has_as_many_of_each_class_and_is_the_same_for_every_representation(labelled, count):
    labels = labelled[0].labels
    chosen = few_labels.subset(labels, count, draw=3)
    assert np.bincount(labels[chosen]).tolist() == [count // 10] * 10
    assert len(set(chosen.tolist())) == count
    assert (few_labels.subset(labels, count, draw=3) == chosen).all()
    assert (few_labels.subset(labels, count, draw=4) != chosen).any()


def test_nearest_neighbours_vote_as_counting_says(labelled):
    """By hand: the five nearest, the class with most votes; ties go to the smaller class, as scikit-learn has it."""
    train, test = labelled
    chosen = few_labels.subset(train.labels, 100, 0)
    few = Labelled(train.features[chosen], train.labels[chosen])
    right = 0
    for image, label in zip(test.features, test.labels, strict=True):
        nearest = np.argsort(((few.features - image) ** 2).sum(1), kind="stable")[:5]
        right += np.bincount(few.labels[nearest], minlength=10).argmax() == label
    assert few_labels.accuracy("knn", few, test) == pytest.approx(right / len(test.labels), abs=0.005)
    assert [few_labels.neighbours(count) for count in few_labels.COUNTS] == [1, 3, 5, 5, 5, 5]


def test_the_probe_is_the_one_that_measures_the_checkpoints(labelled):
    train, test = labelled
    few = Labelled(train.features[:100], train.labels[:100])
    assert few_labels.accuracy("probe", few, test) == probes.linear_probe(few, test).value


def test_what_ships_agrees_with_the_measures_of_the_checkpoints():
    """The same probe with 100 labels, other draws of them: means agree within their errors."""
    found = few_labels.load()
    baselines = {name: Probes.from_json(read) for name, read in checkpoints.read_json(checkpoints.SHIPPED, BASELINES).items()}
    for name in ("ae-2", "vae-2", "ae-10", "vae-10", "ae-20", "vae-20", "pca-2", "pca-10", "pca-20", "pixels"):
        kind, _, latents = name.partition("-")
        measured = shipped(f"mnist-{name}d").measures if kind in ("ae", "vae") else baselines[f"{name}d" if latents else name]
        score = found[name]["probe"][100]
        error = (score.error**2 + measured.linear_probe_100_error**2) ** 0.5
        assert abs(score.mean - measured.linear_probe_100) < 4 * error, name


def test_more_labels_read_better():
    for classifiers in few_labels.load().values():
        for scores in classifiers.values():
            means = [scores[count].mean for count in few_labels.COUNTS]
            assert all(b > a - 0.01 for a, b in itertools.pairwise(means))


def test_a_summary_gives_mean_spread_and_error():
    score = few_labels.summary([0.5, 0.7, 0.6])
    assert score.mean == pytest.approx(0.6)
    assert score.spread == pytest.approx(0.1)
    assert score.error == pytest.approx(0.1 / 3**0.5)


def test_the_share_between_classes_is_that_of_the_analysis_of_variance(labelled):
    features, labels = labelled[0]
    varied = features[:, features.var(0) > 0]
    f = f_classif(varied, labels)[0]
    eta = f * 9 / (f * 9 + len(labels) - 10)  # of each feature
    weight = varied.var(0)
    assert few_labels.between_share(features, labels) == pytest.approx(float((eta * weight).sum() / weight.sum()), rel=1e-4)
    assert few_labels.between_share(labels[:, None].astype(float), labels) == pytest.approx(1)


def test_a_damaged_file_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(few_labels, "SHELF", Shelf("represent", "represent", tmp_path))
    few_labels.SHELF.folder.mkdir(parents=True)
    for contents in (None, "[]", "{}", '{"pixels": {}}', "noise"):
        if contents:
            (few_labels.SHELF.folder / "represent.json").write_text(contents)
        with pytest.raises(CheckpointError, match="python -m lessons represent"):
            few_labels.load()
