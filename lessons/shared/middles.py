"""What lies in the middle of a way between two test images of different classes, as the judge sees it.

Pairs are the first image and the one half the test set later, the second and the next, and so on: no draw, so the same for every model. A
picture counts as a digit where the judge is sure of it (lessons/shared/darts.py).
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from lessons.shared import classifier
from lessons.shared.classifier import Classifier
from lessons.shared.darts import SURE
from vae.model import latent
from vae.model.networks import Autoencoder

PAIRS = 200  # at most


@dataclass(frozen=True)
class Middles:
    """Shares, 0 to 1: of all ends and middles, those that the judge is sure of; of the latter, those that are neither end's class."""

    pairs: int
    ends: float
    middles: float
    third: float


def pairs(labels: Tensor) -> tuple[Tensor, Tensor]:
    """Indices of the two ends of each way, from the classes (N,) of the test images."""
    first = torch.arange(len(labels) // 2)
    second = first + len(labels) // 2
    apart = (labels[first] != labels[second]).nonzero()[:PAIRS, 0]
    return first[apart], second[apart]


def seen(model: Autoencoder, judge: Classifier, codes: Tensor, labels: Tensor, way: str) -> Middles:
    """Of the ways of a kind (vae.model.latent.INTERPOLATIONS) between codes (N, D) of test images with these classes (N,)."""
    first, second = pairs(labels)
    step = latent.INTERPOLATIONS[way]
    middles = torch.stack([step(codes[a], codes[b], 3)[1] for a, b in zip(first, second, strict=True)])

    def judged(z: Tensor) -> tuple[Tensor, Tensor]:
        share, digit = classifier.probabilities(judge, latent.decode(model, z)).max(1)
        return share >= SURE, digit

    ends, _ = judged(codes[torch.cat([first, second])])
    sure, digit = judged(middles)
    third = (digit != labels[first]) & (digit != labels[second])
    return Middles(len(first), _share(ends), _share(sure), _share(third[sure]))


def _share(of: Tensor) -> float:
    return float(of.float().mean()) if len(of) else 0.0
