"""What the lesson on blur shows: the best answers to a pair of images, and what the shipped VAE says of a code, computed once."""

from dataclasses import dataclass

import streamlit as st
import torch
from torch import Tensor

from explorer.models import trained
from lessons.blur import answers as blur
from vae import data, latent
from vae.likelihoods import optimal_std
from vae.posterior import Posterior

MODEL = "mnist-vae-2d"
IMAGES = 20_000  # training images that may share a code
SHARERS = 800  # of these, the ones with the largest shares; the rest of the chance is less than a millionth
FITTED_ON = 500  # test images for the standard deviation of a Gaussian likelihood
SHARP = ("The first image", "The second image")


def images_of(first: int, second: int) -> Tensor:
    """Two test images (2, P), float64."""
    return data.load("mnist").test.pixels(torch.tensor([first, second])).flatten(1).double()


@dataclass(frozen=True)
class Answer:
    """The best single answer under one loss, and what answers cost on average over what may turn out true; nats."""

    image: Tensor  # (P,)
    cost: float
    sharp: tuple[float, float]  # of answering with the first image, and with the second


def answers(pair: Tensor, chance: float) -> dict[str, Answer]:
    """For each loss the best answer when the first of two images (2, P) has that chance, and the second the rest."""
    chances = torch.tensor([chance, 1 - chance], dtype=pair.dtype)
    found = {}
    for name, (_, best) in blur.LOSSES.items():
        image = best(pair, chances)
        first, second = (blur.expected_loss(name, guess, pair, chances) for guess in pair)
        found[name] = Answer(image, blur.expected_loss(name, image, pair, chances), (first, second))
    return found


@st.cache_resource(show_spinner="Encoding 20,000 training digits")
def _encoded() -> Posterior:
    return latent.encode(trained.get(MODEL).model, data.load("mnist").train.pixels(slice(IMAGES)))


@st.cache_resource(show_spinner=False)
def observation_std() -> float:
    """The standard deviation under which a Gaussian likelihood around the VAE's answers fits test digits best."""
    subject = trained.get(MODEL)
    means = latent.decode(subject.model, subject.posterior.mean[:FITTED_ON])
    return float(optimal_std(means, subject.data.test.pixels(slice(FITTED_ON))))


@dataclass(frozen=True)
class Code:
    """One test digit's code, and what decoders say of it; images (P,) in [0, 1]."""

    digit: Tensor
    decoded: Tensor  # the VAE's own answer
    ideal: Tensor  # the average of the training images that share the code
    sharers: Tensor  # (K, P) the images with the largest shares
    count: float  # how many share it, effectively
    cost: float  # cross-entropy of the decoder's answer, averaged over the images that share the code; nats
    least: float  # the same of the ideal answer
    distance: float  # mean absolute difference between the two answers, in grey levels from 0 to 1


@st.cache_data(max_entries=64, show_spinner="Looking for the images that share this code")
def code(index: int, shown: int) -> Code:
    subject = trained.get(MODEL)
    digit = subject.data.test.pixels(slice(index, index + 1)).flatten(1)[0]
    z = subject.posterior.mean[index : index + 1]  # (1, D)
    posterior = _encoded()
    assert posterior.log_variance is not None
    share = blur.shares(z, posterior)[0]  # (N,)
    nearest = share.argsort(descending=True)[:SHARERS]
    images = data.load("mnist").train.pixels(nearest).flatten(1)  # (K, P)
    some = Posterior(posterior.mean[nearest], posterior.log_variance[nearest])
    ideal = blur.ideal_decoder(z, some, images)[0]
    decoded = latent.decode(subject.model, z).flatten(1)[0]
    chances = share[nearest].float() / share[nearest].sum().float()
    cost, least = (blur.expected_loss("cross-entropy", guess, images, chances) for guess in (decoded, ideal))
    count = float(blur.sharing(z, posterior))
    return Code(digit, decoded, ideal, images[:shown], count, cost, least, float((decoded - ideal).abs().mean()))
