"""Probes: how well simple classifiers read the class of an image from its code.

They work on any features (N, F): codes of an autoencoder or a VAE, principal components, raw pixels. Errors are standard errors,
binomial over the test images or over repeated draws of the labelled examples.
"""

import warnings
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from vae.data import Dataset
from vae.measuring.measure_set import MeasureSet
from vae.streams import Purpose, numpy_stream

NEIGHBOURS = 10
FEW_LABELS = 100
REPEATS = 10
PIXEL_ITERATIONS = 60  # of L-BFGS: enough for codes; on raw pixels it has not quite converged


class Accuracy(NamedTuple):
    """A share of right answers and its standard error."""

    value: float
    error: float


@dataclass(frozen=True)
class Probes(MeasureSet):
    """Accuracies of the classifiers below, with standard errors; None if all training images have the same class."""

    knn_accuracy: float | None
    knn_accuracy_error: float | None
    linear_probe_100: float | None
    linear_probe_100_error: float | None
    linear_probe: float | None
    linear_probe_error: float | None


NO_PROBES = Probes(None, None, None, None, None, None)


class Labelled(NamedTuple):
    """Features (N, F) with their classes (N,)."""

    features: np.ndarray
    labels: np.ndarray


def knn_accuracy(train: Labelled, test: Labelled) -> Accuracy:
    """Share of test features whose class is that of the majority of their ten nearest training features."""
    classifier = KNeighborsClassifier(n_neighbors=min(NEIGHBOURS, len(train.labels)))
    classifier.fit(train.features, train.labels)
    return _binomial(classifier.score(test.features, test.labels), len(test.labels))


def linear_probe(train: Labelled, test: Labelled) -> Accuracy:
    """Test accuracy of logistic regression on standardised features, trained on every label."""
    return _binomial(_probe(train).score(test.features, test.labels), len(test.labels))


def linear_probe_few(
    train: Labelled, test: Labelled, labels: int = FEW_LABELS, repeats: int = REPEATS, seed: int = 0
) -> Accuracy:
    """The same with few labels, equally many of each class (or all it has), drawn again for each repeat; mean and standard error over repeats."""
    generator = numpy_stream(Purpose.EXAMPLES, seed)
    members = [np.flatnonzero(train.labels == c) for c in np.unique(train.labels)]
    each = max(labels // len(members), 1)
    scores = []
    for _ in range(repeats):
        chosen = np.concatenate([generator.choice(some, min(each, len(some)), replace=False) for some in members])
        few = Labelled(train.features[chosen], train.labels[chosen])
        scores.append(_probe(few).score(test.features, test.labels))
    return Accuracy(float(np.mean(scores)), float(np.std(scores, ddof=1) / repeats**0.5))


def all_probes(train: Labelled, test: Labelled) -> Probes:
    """k-NN, and the linear probe with few labels and with all."""
    if len(np.unique(train.labels)) < 2:
        return NO_PROBES
    return Probes(*knn_accuracy(train, test), *linear_probe_few(train, test), *linear_probe(train, test))


def pixel_features(data: Dataset) -> tuple[Labelled, Labelled]:
    """Raw pixels in [0, 1], training and test."""
    train, test = (Labelled(split.pixels().flatten(1).numpy(), split.labels.numpy()) for split in (data.train, data.test))
    return train, test


def pca_features(data: Dataset, components: int) -> tuple[Labelled, Labelled]:
    """The first principal components of the training images."""
    train, test = pixel_features(data)
    pca = PCA(components, svd_solver="covariance_eigh").fit(train.features)
    return Labelled(pca.transform(train.features), train.labels), Labelled(pca.transform(test.features), test.labels)


def _probe(train: Labelled):
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=PIXEL_ITERATIONS))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(train.features, train.labels)


def _binomial(share: float, count: int) -> Accuracy:
    return Accuracy(float(share), float((share * (1 - share) / count) ** 0.5))
