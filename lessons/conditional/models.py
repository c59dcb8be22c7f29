"""A VAE that is told the class, beside one of the same size that is not: what is left for the code to say.

Kingma, Mohamed, Rezende & Welling 2014, "Semi-Supervised Learning with Deep Generative Models", model M2 with every label given; Sohn, Lee &
Yan 2015. The class goes into the encoder and into the decoder, so z need not carry it: under one z every class is drawn by one hand.
`python -m lessons conditional` trains both. Letters for shapes: N images, D latent dimensions, Y classes.
"""

from dataclasses import dataclass, replace
from math import log

import torch
from torch import Tensor

from lessons.shared.shipping import Shelf, Shipped
from vae.data import Dataset
from vae.learning.recipes import Recipe
from vae.learning.settings import TrainingSettings
from vae.measuring.metrics import BothBounds, both_bounds
from vae.measuring.probes import Labelled, knn_accuracy
from vae.model import latent
from vae.model.networks import Autoencoder
from vae.model.spec import ModelSpec

SHELF = Shelf("conditional", "conditional")
CLASSES = 10
PLAIN = ModelSpec("vae", 2, encoder_widths=(128, 64), decoder_widths=(64, 128))
SETTINGS = TrainingSettings(images=400_000, learning_rate=8e-3)
RECIPES = {
    "conditional-vae": Recipe(replace(PLAIN, classes=CLASSES), SETTINGS),
    "plain-vae": Recipe(PLAIN, SETTINGS),
}


@dataclass(frozen=True)
class Measured(BothBounds):
    """The bounds of a model on the test set, and what ten nearest neighbours read from its codes."""

    knn_accuracy: float


def measure(model: Autoencoder, dataset: Dataset) -> Measured:
    test, train = (
        Labelled(latent.encode_split(model, part).mean.numpy(), part.labels.numpy()) for part in (dataset.test, dataset.train)
    )
    return Measured(**vars(both_bounds(model, dataset)), knn_accuracy=knn_accuracy(train, test).value)


def load(name: str) -> Shipped[Measured]:
    """ "conditional-vae" or "plain-vae"; CheckpointError with a sentence where it is missing or damaged."""
    return SHELF.model(name, Measured)


def still_said(before: float, after: float) -> str:
    """What codes say of the class once it is given, as a key of the answers: by the k-NN accuracy without and with it."""
    if after < before / 2:
        return "hardly"
    return "as-before" if after < before + 0.05 else "more"


def all_classes(model: Autoencoder, z: Tensor) -> Tensor:
    """The same codes (N, D) under every class: mean images (N, Y, C, H, W)."""
    classes = model.spec.classes
    codes = z.repeat_interleave(classes, 0)  # (N, D) -> (NY, D)
    labels = torch.arange(classes).repeat(len(z))  # (NY,)
    return latent.decode(model, codes, labels).unflatten(0, (len(z), classes))


def joint_bound(conditional: float, classes: int = CLASSES) -> float:
    """An upper bound on -log p(x) from one on -log p(x|y), nats, with every class as likely: -log p(x) <= -log p(x|y) + log Y.

    p(x) = sum_y p(y) p(x|y) is at least each of its terms. So a model that is told the class, for which nothing was charged, can be
    compared with one that is not.
    """
    return conditional + log(classes)
