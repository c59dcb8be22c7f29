"""What the lesson on representations shows: accuracies that ship, and one labelled subset tried while the reader waits."""

from typing import NamedTuple

import streamlit as st
import torch
from torch import Tensor

from lessons.represent import few_labels as represent
from lessons.represent import tsne as tsne_maps
from lessons.shared.screen import coder
from vae import data
from vae.probes import Labelled

POOL = 5_000  # training images that labels are drawn from, live
TESTED = 1_000  # test images that a live subset is tried on
LIVE_COUNTS = (10, 30, 100, 300)
DRAWS = 1_000
NAMES = {"pixels": "Pixels", "pca": "PCA", "ae": "Autoencoder", "vae": "VAE"}
KINDS = ("vae", "ae", "pca", "pixels")


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
    chosen = represent.subset(split.labels[:POOL].numpy(), count, draw)
    accuracies = {}
    for kind in KINDS:
        train, test = _features(kind, 0 if kind == "pixels" else latents)
        few = Labelled(train.features[chosen], train.labels[chosen])
        accuracies[kind] = {name: represent.accuracy(name, few, test) for name in represent.CLASSIFIERS}
    return Trial(split.pixels(torch.from_numpy(chosen)), split.labels[chosen].tolist(), accuracies)


def between(kind: str, latents: int) -> float:
    """Share of the features' variance that lies between the means of the ten classes, on the test digits."""
    _, test = _features(kind, 0 if kind == "pixels" else latents)
    return represent.between_share(test.features, test.labels)


def shipped(classifier: str, latents: int) -> dict[str, dict[int, represent.Score]]:
    """Accuracies by kind and number of labels, for one classifier and one size of code."""
    found = _loaded(represent.FILE.stat().st_mtime_ns if represent.FILE.exists() else 0)
    return {kind: found["pixels" if kind == "pixels" else f"{kind}-{latents}"][classifier] for kind in KINDS}


@st.cache_data(max_entries=2, show_spinner=False)
def _loaded(stamp: int) -> dict[str, dict[str, dict[int, represent.Score]]]:
    return represent.load()


def best(classifier: str, latents: int, count: int) -> str:
    """The kind that reads digits best on average."""
    found = shipped(classifier, latents)
    return max(KINDS, key=lambda kind: found[kind][count].mean)


def typical_error(classifier: str, latents: int, count: int) -> float:
    """The largest standard error among the means that are compared."""
    return max(scores[count].error for scores in shipped(classifier, latents).values())


def maps(subject: str, perplexity: int) -> list[tsne_maps.Map]:
    """The same codes mapped from each random start."""
    return [tsne_maps.load(subject, perplexity, seed) for seed in tsne_maps.SEEDS]


def ranges(subject: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """Least and largest rank correlation over all maps of those codes: of distances between class centres, of class sizes."""
    found = [each for perplexity in tsne_maps.PERPLEXITIES for each in maps(subject, perplexity)]
    distances, sizes = [each.distances for each in found], [each.sizes for each in found]
    return (min(distances), max(distances)), (min(sizes), max(sizes))
