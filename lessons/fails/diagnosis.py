"""What is wrong with a trained model, told from its losses and codes alone: numbers first, then a list of questions in order.

Each question compares with something that needs no other model: the best constant answer, the model's own training loss, the
information that the class of an image holds, the prior. Nothing here looks at test images.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from vae.data import Dataset, Split
from vae.learning.training import mean_image
from vae.measuring import metrics
from vae.measuring.aggregate import aggregate_codes, out_of_reach_share
from vae.model.latent import encode_split
from vae.model.likelihoods import bernoulli_nll
from vae.model.networks import SMALLEST_PIXEL_MEAN, Autoencoder
from vae.streams import Purpose, normal

TRAINING_IMAGES = 5_000  # as many as there are validation images
SILENT = 0.1  # nats: a KL below says nothing of the image
EXPLODED = 2.0  # times the loss of the best constant answer
GAP = 1.25  # validation reconstruction over training reconstruction
OUT_OF_REACH = 0.1  # share of codes where the prior has 1 %
STILL = 1e-3  # standard deviation of a hidden unit's output below which it is silent
USED = 0.5  # share of the latents that are active


@dataclass(frozen=True)
class Symptoms:
    """What a model shows on its training images and on validation images; nats per image.

    training, validation  reconstruction on either
    constant              cross-entropy of validation images under the mean training image: the best answer that ignores the image
    kl, kl_per_dim        on validation images; None for an autoencoder
    active_units          latents whose posterior mean varies over images by more than 0.01 (Burda et al. 2016)
    class_entropy         of the labels: what a code has to hold, in nats, to tell every class from every other
    out_of_reach          share of codes outside the ball that holds 99 % of N(0, I); None for an autoencoder
    """

    training: float
    validation: float
    constant: float
    class_entropy: float
    latents: int
    active_units: int
    kl: float | None
    kl_per_dim: tuple[float, ...] | None
    out_of_reach: float | None

    @property
    def gap(self) -> float:
        """Validation reconstruction over training reconstruction; about 1 where nothing was learned by heart."""
        return self.validation / self.training

    @property
    def negative_elbo(self) -> float:
        """Reconstruction plus KL on validation images; for an autoencoder, the reconstruction."""
        return self.validation + (self.kl or 0.0)


def constant_cost(dataset: Dataset) -> float:
    """Cross-entropy of validation images when every answer is the mean training image; nats per image.

    No constant costs less on the training images: -E[x log m + (1 - x) log(1 - m)] is least at m = E[x], pixel by pixel.
    """
    answer = torch.logit(mean_image(dataset.train).clamp(SMALLEST_PIXEL_MEAN, 1 - SMALLEST_PIXEL_MEAN))  # (C, H, W)
    images = dataset.validation.pixels()
    return float(bernoulli_nll(answer.expand_as(images), images).double().mean())


def class_entropy(labels: Tensor) -> float:
    """Entropy of the labels (N,) in nats; log 10 = 2.30 for ten equally frequent classes."""
    shares = labels.bincount().double() / len(labels)
    return float(-torch.xlogy(shares, shares).sum())


def examine(model: Autoencoder, dataset: Dataset) -> Symptoms:
    """The symptoms of a model, on the images it was trained on (`dataset.train`, the first 5,000) and on validation images."""
    train = Split(dataset.train.images[:TRAINING_IMAGES], dataset.train.labels[:TRAINING_IMAGES])
    validation = metrics.bound(model, dataset.validation, samples=1)
    posterior = encode_split(model, dataset.validation)
    vae = posterior.log_variance is not None
    return Symptoms(
        training=metrics.bound(model, train, samples=1).reconstruction,
        validation=validation.reconstruction,
        constant=constant_cost(dataset),
        class_entropy=class_entropy(dataset.validation.labels),
        latents=model.spec.latent_dim,
        active_units=metrics.active_units(posterior.mean),
        kl=validation.kl,
        kl_per_dim=validation.kl_per_dim,
        out_of_reach=out_of_reach_share(aggregate_codes(posterior)) if vae else None,
    )


@torch.no_grad()
def silent_units(model: Autoencoder, draws: int = 1_000) -> tuple[int, int]:
    """Units of the decoder's last hidden layer that answer the same to every draw from the prior, and how many there are.

    A layer that is silent from end to end lets nothing of z through: the decoder is deaf to its code.
    """
    hidden = normal(Purpose.PRIOR, draws, model.spec.latent_dim)  # (M, D)
    layers = list(model.decoder)
    last = max(i for i, layer in enumerate(layers) if isinstance(layer, nn.GELU))
    for layer in layers[: last + 1]:
        hidden = layer(hidden)
    silent = hidden.flatten(1).std(0) < STILL
    return int(silent.sum()), silent.numel()


class Question(NamedTuple):
    """One of the questions: the failure it finds, and whether these symptoms are its."""

    failure: str
    asks: Callable[[Symptoms], bool]


QUESTIONS = (
    Question("diverged", lambda s: not math.isfinite(s.training) or s.training + (s.kl or 0.0) > EXPLODED * s.constant),
    Question("memorised", lambda s: s.gap > GAP),
    Question("collapsed", lambda s: s.kl is not None and s.kl < SILENT),
    Question("over", lambda s: s.kl is not None and s.kl < s.class_entropy),
    Question("under", lambda s: s.out_of_reach is not None and s.out_of_reach > OUT_OF_REACH),
    Question("dead", lambda s: s.kl is not None and s.active_units < USED * s.latents),
)


def diagnose(symptoms: Symptoms) -> str:
    """The first failure whose question is answered with yes; "" where none is."""
    return next((question.failure for question in QUESTIONS if question.asks(symptoms)), "")
