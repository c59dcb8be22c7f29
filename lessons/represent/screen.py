"""What the lesson on representations shows: accuracies that ship, and one labelled subset tried while the reader waits."""

import random
from typing import NamedTuple

import streamlit as st
import torch
from torch import Tensor

from lessons.represent import few_labels, tsne
from lessons.represent.few_labels import Score
from lessons.represent.tsne import Map
from lessons.shared.screen import coder
from vae import data
from vae.measuring.probes import Labelled

POOL = 5_000  # training images that labels are drawn from, live
TESTED = 1_000  # test images that a live subset is tried on
LIVE_COUNTS = (10, 30, 100, 300)
DRAWS = 1_000
FEATURES = ("vae", "ae", "pca", "pixels")
ASKED = (10, 100)  # latents and labels of the prediction
MANY = 10_000  # labels, to compare with
SHOWN = 30  # labelled digits on the page


@st.cache_resource(max_entries=10, show_spinner="Encoding digits")
def _features(kind: str, latents: int) -> tuple[Labelled, Labelled]:
    """Features of the pool and of the digits that are tested; pixels whatever the number of latents."""
    dataset = data.load("mnist")
    one = None if kind == "pixels" else coder(kind, latents)
    found = []
    for split, count in ((dataset.train, POOL), (dataset.test, TESTED)):
        images = split.pixels(slice(count))
        values = images.flatten(1) if one is None else one.encode(images)
        found.append(Labelled(values.numpy(), split.labels[:count].numpy()))
    return found[0], found[1]


class Trial(NamedTuple):
    """One labelled subset: its images, and what each representation makes of it."""

    images: Tensor  # (N, 1, H, W) in the order of their classes
    labels: list[int]
    accuracies: dict[str, dict[str, float]]  # kind -> classifier -> accuracy


def trial(latents: int, count: int, draw: int) -> Trial:
    """Train both classifiers on every representation of the same labelled digits; CheckpointError where a model is missing."""
    for kind in ("ae", "vae"):
        coder(kind, latents)  # a model may have gone since its codes were kept
    return _trial(latents, count, draw)


@st.cache_data(max_entries=64, show_spinner="Training eight classifiers")
def _trial(latents: int, count: int, draw: int) -> Trial:
    split = data.load("mnist").train
    chosen = few_labels.subset(split.labels[:POOL].numpy(), count, draw)
    accuracies = {}
    for kind in FEATURES:
        train, test = _features(kind, 0 if kind == "pixels" else latents)
        few = Labelled(train.features[chosen], train.labels[chosen])
        accuracies[kind] = {name: few_labels.accuracy(name, few, test) for name in few_labels.CLASSIFIERS}
    return Trial(split.pixels(torch.from_numpy(chosen)), split.labels[chosen].tolist(), accuracies)


def between(kind: str, latents: int) -> float:
    """Share of the features' variance that lies between the means of the ten classes, on the test digits."""
    _, test = _features(kind, 0 if kind == "pixels" else latents)
    return few_labels.between_share(test.features, test.labels)


def shipped(classifier: str, latents: int) -> dict[str, dict[int, Score]]:
    """Accuracies by kind of features and number of labels, for one classifier and one size of code."""
    found = _loaded(few_labels.SHELF.stamp())
    return {kind: found["pixels" if kind == "pixels" else f"{kind}-{latents}"][classifier] for kind in FEATURES}


@st.cache_data(max_entries=2, show_spinner=False)
def _loaded(stamp: tuple[int, ...]) -> dict[str, dict[str, dict[int, Score]]]:
    return few_labels.load()


def best(classifier: str, latents: int, count: int) -> str:
    """The kind that reads digits best on average."""
    found = shipped(classifier, latents)
    return max(FEATURES, key=lambda kind: found[kind][count].mean)


def typical_error(classifier: str, latents: int, count: int) -> float:
    """The largest standard error among the means that are compared."""
    return max(scores[count].error for scores in shipped(classifier, latents).values())


def asked() -> dict[str, float]:
    """What is behind the prediction, by the names under which the reveal says it."""
    latents, labels = ASKED
    few, many = shipped("probe", latents), shipped("knn", latents)
    two = shipped("probe", 2)
    return {
        "labels": labels,
        "many": MANY,
        "error": typical_error("probe", latents, labels),
        **{kind: few[kind][labels].mean for kind in FEATURES},
        **{f"many_{kind}": many[kind][MANY].mean for kind in FEATURES},
        **{f"two_{kind}": two[kind][labels].mean for kind in ("ae", "vae")},
        **{f"between_{kind}": between(kind, latents) for kind in ("ae", "vae", "pca")},
    }


def another() -> None:
    """Draw other labels."""
    st.session_state["rep_draw"] = random.randrange(DRAWS)


def maps(subject: str, perplexity: int) -> dict[int, Map]:
    """The same codes mapped from each random start, by its seed."""
    return {seed: tsne.load(subject, perplexity, seed) for seed in tsne.SEEDS}


def ranges(subject: str) -> dict[str, float]:
    """Over all maps of those codes, the range of two rank correlations: of distances between class centres, of class sizes."""
    found = [each for perplexity in tsne.PERPLEXITIES for each in maps(subject, perplexity).values()]
    far, size = [each.distances for each in found], [each.sizes for each in found]
    return {
        "maps": len(found),
        "far_low": min(far),
        "far_high": max(far),
        "size_low": min(size),
        "size_high": max(size),
    }
