"""Maps of codes with many dimensions by t-SNE, and what of the codes is left in them.

van der Maaten & Hinton 2008. A map keeps neighbours, for a number of neighbours set by the perplexity; it does not keep distances between
groups or their sizes (Wattenberg, Viegas & Johnson 2016). `python -m lessons tsne` draws and ships the maps. Letters for shapes: N images,
D dimensions.
"""

from typing import NamedTuple

import numpy as np
import torch
from scipy.spatial.distance import pdist
from scipy.stats import spearmanr
from sklearn.manifold import TSNE, trustworthiness

from lessons.shared import coders
from lessons.shared.shipping import Shelf
from vae import data

SHELF, FILE = Shelf("represent", "tsne"), "tsne"
LATENTS = 20
SUBJECTS = ("vae", "ae", "pca", "noise")  # the last: draws from N(0, I), which has no groups at all
PERPLEXITIES = (2, 5, 30, 100)
SEEDS = (0, 1)
MAPPED = 1_000  # test images
NEIGHBOURS = 10
LEVELS = 255


class Map(NamedTuple):
    """A map, and how much of the codes is in it."""

    points: np.ndarray  # (N, 2) in [0, 1]
    trustworthiness: float  # 1: all of a point's ten neighbours on the map are neighbours in code space
    distances: float  # rank correlation of the distances between class centres, on the map and in code space
    sizes: float  # rank correlation of the classes' sizes
    labels: np.ndarray  # (N,)


def codes_of(subject: str) -> np.ndarray:
    """What is mapped (N, D)."""
    if subject == "noise":
        return torch.randn(MAPPED, LATENTS, generator=torch.Generator().manual_seed(0)).numpy()
    return coders.shipped(LATENTS)[subject].encode(data.load("mnist").test.pixels(slice(MAPPED))).numpy()


def embed(codes: np.ndarray, perplexity: float, seed: int) -> np.ndarray:
    """Positions (N, 2), from a random start, so that the seed shows."""
    return TSNE(perplexity=perplexity, init="random", random_state=seed).fit_transform(codes)


def centres(points: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The mean of each class (K, D)."""
    return np.stack([points[labels == label].mean(0) for label in np.unique(labels)])


def sizes(points: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Root mean squared distance of each class's points from their mean (K,)."""
    return np.array([points[labels == label].var(0).sum() ** 0.5 for label in np.unique(labels)])


def kept(codes: np.ndarray, points: np.ndarray, labels: np.ndarray) -> tuple[float, float, float]:
    """Trustworthiness (Venna & Kaski 2001) with ten neighbours, and rank correlations of centre distances and class sizes."""
    distances = spearmanr(pdist(centres(codes, labels)), pdist(centres(points, labels))).statistic
    size = spearmanr(sizes(codes, labels), sizes(points, labels)).statistic
    return float(trustworthiness(codes, points, n_neighbors=NEIGHBOURS)), float(distances), float(size)


def write() -> None:
    """Draw every map, and ship positions in 256 steps with the measures."""
    labels = data.load("mnist").test.labels[:MAPPED].numpy()
    arrays, measures = {}, {}
    for subject in SUBJECTS:
        codes = codes_of(subject)
        for perplexity in PERPLEXITIES:
            for seed in SEEDS:
                points = embed(codes, perplexity, seed)
                name = f"{subject}-{perplexity}-{seed}"
                measures[name] = [round(value, 4) for value in kept(codes, points, labels)]
                low, high = points.min(0), points.max(0)
                middle, reach = (low + high) / 2, (high - low).max()  # one scale for both axes
                arrays[name] = torch.from_numpy(np.rint(LEVELS * ((points - middle) / reach + 0.5)).astype(np.uint8))
                print(name, measures[name], flush=True)
    SHELF.write_arrays(FILE, arrays)
    SHELF.write_numbers(FILE, measures)


def load(subject: str, perplexity: int, seed: int) -> Map:
    """One of the maps that ship; CheckpointError with what to do where a file is missing or damaged."""
    name = f"{subject}-{perplexity}-{seed}"
    arrays, measures = SHELF.arrays(FILE), SHELF.numbers(FILE)
    with SHELF.reading(f"{FILE}.safetensors"):
        trust, distances, size = map(float, measures[name])
        labels = data.load("mnist").test.labels[:MAPPED].numpy()
        return Map(arrays[name].numpy() / LEVELS, trust, distances, size, labels)
