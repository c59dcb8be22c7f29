"""How many labels a representation needs: k nearest neighbours and a linear probe, trained on few labels, over many draws of them.

`python -m lessons represent` measures codes of three sizes and raw pixels, and ships every draw's accuracy. Letters for shapes: N images,
F features.
"""

from typing import NamedTuple

import numpy as np
from sklearn.neighbors import KNeighborsClassifier

from lessons.shared import coders
from lessons.shared.coders import CODERS, LATENTS, Coder
from lessons.shared.shipping import Shelf
from vae import data
from vae.data import Dataset
from vae.measuring import probes
from vae.measuring.probes import Labelled
from vae.streams import Purpose, numpy_stream

SHELF, FILE = Shelf("represent", "represent"), "represent"
COUNTS = (10, 30, 100, 300, 1_000, 10_000)  # labels, as many of each class
DRAWS = {10: 10, 30: 10, 100: 10, 300: 10, 1_000: 10, 10_000: 4}
MOST_NEIGHBOURS = 5
CLASSIFIERS = ("probe", "knn")  # a linear probe, k nearest neighbours


def draw_labels(labels: np.ndarray, count: int, generator: np.random.Generator) -> np.ndarray:
    """Indices (count,) of a labelled subset with as many of each class, in the order of the classes."""
    classes = np.unique(labels)
    each = count // len(classes)
    return np.concatenate([generator.choice(np.flatnonzero(labels == c), each, replace=False) for c in classes])


def subset(labels: np.ndarray, count: int, draw: int) -> np.ndarray:
    """The labelled subset of that number, the same for every representation."""
    return draw_labels(labels, count, numpy_stream(Purpose.EXAMPLES, (count, draw)))


def neighbours(count: int) -> int:
    """How many neighbours vote: no more than a class has labels."""
    return min(MOST_NEIGHBOURS, count // 10)


def accuracy(classifier: str, train: Labelled, test: Labelled) -> float:
    """Share of test features whose class is recognised after training on those features."""
    if classifier == "probe":
        return probes.linear_probe(train, test).value
    voters = KNeighborsClassifier(n_neighbors=neighbours(len(train.labels)))
    return float(voters.fit(train.features, train.labels).score(test.features, test.labels))


def scores(classifier: str, train: Labelled, test: Labelled, count: int, draws: int) -> list[float]:
    """Accuracy for each of the first draws of `count` labels."""
    found = []
    for draw in range(draws):
        chosen = subset(train.labels, count, draw)
        found.append(accuracy(classifier, Labelled(train.features[chosen], train.labels[chosen]), test))
    return found


def features(coder: Coder | None, dataset: Dataset) -> tuple[Labelled, Labelled]:
    """Codes of the training and the test set, or raw pixels where there is no coder."""
    if coder is None:
        return probes.pixel_features(dataset)
    train, test = (Labelled(coder.encode(part.pixels()).numpy(), part.labels.numpy()) for part in (dataset.train, dataset.test))
    return train, test


def between_share(features: np.ndarray, labels: np.ndarray) -> float:
    """Share of the variance of features (N, F) that lies between the means of the classes: 1 - within / total, from 0 to 1."""
    total = features.var(0).sum()
    within = sum(features[labels == c].var(0).sum() * (labels == c).mean() for c in np.unique(labels))
    return float(1 - within / total)


class Score(NamedTuple):
    """Accuracies over draws of the labels, summed up."""

    mean: float
    spread: float  # standard deviation over draws: what the luck of one draw does
    draws: int

    @property
    def error(self) -> float:
        """Standard error of the mean."""
        return self.spread / self.draws**0.5


def summary(found: list[float]) -> Score:
    return Score(float(np.mean(found)), float(np.std(found, ddof=1)), len(found))


def write() -> None:
    """Measure every representation, and ship the accuracies."""
    dataset = data.load("mnist")
    subjects: dict[str, Coder | None] = {"pixels": None}
    for latents in LATENTS:
        subjects |= {f"{kind}-{latents}": coder for kind, coder in coders.shipped(latents).items()}
    contents = {}
    for name, coder in subjects.items():
        train, test = features(coder, dataset)
        contents[name] = {
            classifier: {
                str(count): [round(score, 5) for score in scores(classifier, train, test, count, DRAWS[count])]
                for count in COUNTS
            }
            for classifier in CLASSIFIERS
        }
        print(name, {c: round(float(np.mean(contents[name][c]["100"])), 4) for c in CLASSIFIERS}, flush=True)
    SHELF.write_numbers(FILE, contents)


def load() -> dict[str, dict[str, dict[int, Score]]]:
    """What ships: representation -> classifier -> number of labels -> score; CheckpointError with a sentence where it is damaged."""
    contents = SHELF.numbers(FILE)
    names = ["pixels", *(f"{kind}-{latents}" for kind in CODERS for latents in LATENTS)]
    with SHELF.reading(f"{FILE}.json"):
        return {
            name: {c: {count: summary(contents[name][c][str(count)]) for count in COUNTS} for c in CLASSIFIERS}
            for name in names
        }
