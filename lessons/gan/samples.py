"""How good is a set of generated pictures? How sharp they are, which classes they cover, and how far they lie from real ones.

Letters for shapes: N pictures (N, C, H, W) in [0, 1], F features, K classes. Only the first two measures need no classifier; the others judge in the
terms of one (lessons/shared/classifier.py), and are as good as it is.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lessons.shared import classifier
from lessons.shared.classifier import Classifier

MID = (0.1, 0.9)  # grey levels between are neither ink nor paper
COVERED = 0.1  # a class counts as covered above this share of its fair share, 1 / K


def edges(images: Tensor) -> Tensor:
    """Mean length of the grey levels' gradient inside the picture, forward differences, (N,): a blurred edge spreads it out and lowers it."""
    across = images[..., :-1, 1:] - images[..., :-1, :-1]
    down = images[..., 1:, :-1] - images[..., :-1, :-1]
    return (across.square() + down.square()).sqrt().flatten(1).mean(1)


def sharpness(images: Tensor) -> float:
    """The gradient's mean length for each unit of ink: what the edges of a set of pictures come to, however bold its strokes."""
    return float(edges(images).mean() / images.mean().clamp_min(1e-9))


def mid_grey(images: Tensor) -> float:
    """The share of inked pixels (above 0.1) that are neither ink nor paper."""
    inked = images > MID[0]
    return float((inked & (images < MID[1])).sum() / inked.sum().clamp_min(1))


def class_shares(probabilities: Tensor) -> Tensor:
    """The share of pictures whose most probable class is each, from p(class | picture) (N, K); (K,)."""
    count = probabilities.shape[1]
    return torch.bincount(probabilities.argmax(1), minlength=count).double() / len(probabilities)


def covered(shares: Tensor) -> int:
    """How many classes have more than a tenth of their fair share."""
    return int((shares > COVERED / len(shares)).sum())


def effective_classes(shares: Tensor) -> float:
    """exp of the entropy of the shares (K,), from 1 (one class only) to K (all alike): the number of classes that are drawn."""
    kept = shares[shares > 0]
    return float(torch.exp(-(kept * kept.log()).sum()))


def frechet_distance(first: Tensor, second: Tensor) -> float:
    """|m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)) of two sets of features (N, F): the squared Frechet distance of their Gaussians.

    Dowson & Landau 1982; as a measure of generators, on the features of another network, Heusel et al. 2017. It sees means and
    covariances only. C1 C2 has the eigenvalues of the symmetric C1^(1/2) C2 C1^(1/2), so its root's trace needs no root of a matrix that is
    not symmetric, which fails where a set hardly varies.
    """
    one, two = (features.double().numpy() for features in (first, second))
    between = one.mean(0) - two.mean(0)
    spread_one, spread_two = (np.atleast_2d(np.cov(features, rowvar=False)) for features in (one, two))
    widths, axes = np.linalg.eigh(spread_one)
    half = (axes * np.sqrt(widths.clip(0))) @ axes.T  # C1^(1/2)
    root = np.sqrt(np.linalg.eigvalsh(half @ spread_two @ half).clip(0)).sum()
    distance = between @ between + np.trace(spread_one) + np.trace(spread_two) - 2 * root
    return max(0.0, float(distance))


@dataclass(frozen=True)
class Quality:
    """What was measured of a set of pictures, against the test digits."""

    sharpness: float
    mid_grey: float
    shares: tuple[float, ...]
    covered: int
    effective: float
    frechet: float
    confidence: float  # mean probability of the most probable class

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def measure(images: Tensor, model: Classifier, reference: Tensor) -> Quality:
    """All of it for pictures (N, 1, 28, 28), beside the features (M, F) of real ones."""
    probabilities = classifier.probabilities(model, images)
    shares = class_shares(probabilities)
    return Quality(
        sharpness(images),
        mid_grey(images),
        tuple(shares.tolist()),
        covered(shares),
        effective_classes(shares),
        frechet_distance(classifier.features(model, images), reference),
        float(probabilities.max(1).values.mean()),
    )
