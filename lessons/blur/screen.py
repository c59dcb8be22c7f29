"""What the lesson on blur shows: the best answers to a pair of images, and what the shipped VAE says of a code, computed once."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import streamlit as st
import torch
from torch import Tensor

from explorer.models import trained
from explorer.page import palette, pictures
from explorer.page.words import Option, fill, inline
from lessons.blur import answers
from vae import data
from vae.model import latent
from vae.model.likelihoods import optimal_std
from vae.model.posterior import Posterior

MODEL = "mnist-vae-2d"
IMAGES = 20_000  # training images that may share a code
SHARERS = 800  # of these, the ones with the largest shares; the rest of the chance is less than a millionth
FITTED_ON = 500  # test images for the standard deviation of a Gaussian likelihood
DRAWS = 3  # Bernoulli draws
COLOURS = {"squared_error": palette.RECONSTRUCTION, "absolute_error": palette.EPSILON, "cross_entropy": palette.RECONSTRUCTION}


def images_of(first: int, second: int) -> Tensor:
    """Two test images (2, P), float64."""
    return data.load("mnist").test.pixels(torch.tensor([first, second])).flatten(1).double()


@dataclass(frozen=True)
class Answer:
    """The best single answer under one loss, and what answers cost on average over what may turn out true; nats."""

    image: Tensor  # (P,)
    cost: float
    sharp: tuple[float, float]  # of answering with the first image, and with the second


def answers_to(pair: Tensor, chance: float) -> dict[str, Answer]:
    """For each loss the best answer when the first of two images (2, P) has that chance, and the second the rest."""
    chances = torch.tensor([chance, 1 - chance], dtype=pair.dtype)
    found = {}
    for name, (_, best) in answers.LOSSES.items():
        image = best(pair, chances)
        first, second = (answers.expected_loss(name, guess, pair, chances) for guess in pair)
        found[name] = Answer(image, answers.expected_loss(name, image, pair, chances), (first, second))
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
    sharers: Tensor  # (K, 28, 28) the images with the largest shares
    count: float  # how many share it, effectively
    largest: float  # the largest share of one of them
    cost: float  # cross-entropy of the decoder's answer, averaged over the images that share the code; nats
    least: float  # the same of the ideal answer
    distance: float  # mean absolute difference between the two answers, in grey levels from 0 to 1


@st.cache_data(max_entries=64, show_spinner="Looking for the images that share this code")
def code(index: int, shown: int) -> Code:
    """The code of a test digit, with `shown` of the training images that share it."""
    subject = trained.get(MODEL)
    digit = subject.data.test.pixels(slice(index, index + 1)).flatten(1)[0]
    z = subject.posterior.mean[index : index + 1]  # (1, D)
    posterior = _encoded()
    assert posterior.log_variance is not None
    share = answers.shares(z, posterior)[0]  # (N,)
    nearest = share.argsort(descending=True)[:SHARERS]
    images = data.load("mnist").train.pixels(nearest).flatten(1)  # (K, P)
    some = Posterior(posterior.mean[nearest], posterior.log_variance[nearest])
    ideal = answers.ideal_decoder(z, some, images)[0]
    decoded = latent.decode(subject.model, z).flatten(1)[0]
    chances = share[nearest].float() / share[nearest].sum().float()
    cost, least = (answers.expected_loss("cross_entropy", guess, images, chances) for guess in (decoded, ideal))
    count = float(answers.sharing(z, posterior))
    return Code(
        digit,
        decoded,
        ideal,
        images[:shown].view(-1, 28, 28),
        count,
        float(chances.max()),
        cost,
        least,
        float((decoded - ideal).abs().mean()),
    )


class Card(NamedTuple):
    """A picture (P,) with the words of its key under it; `values` fill their slots."""

    key: str
    image: Tensor
    values: Mapping[str, Any]
    colour: str = palette.PRIOR


def cards(options: Sequence[Option], shown: Sequence[Card]) -> str:
    """Pictures side by side as HTML, each under its title and above its sentence, which are those of the option of its key."""
    said = {option.key: f"{option.text}\n{option.why}" for option in options}
    sections = []
    for card in shown:
        title, sentence = fill(said[card.key], card.values, f"the card {card.key}").split("\n")
        image = pictures.row_html(card.image.view(1, 28, 28), [title])
        sections.append(
            f'<section style="--colour:{card.colour}"><h2>{html.escape(title)}</h2>{image}<p>{inline(sentence)}</p></section>'
        )
    return f'<div class="bl-answers">{"".join(sections)}</div>'


def possible(pair: Tensor, chance: float) -> list[Card]:
    """Two images (2, P) with their chances."""
    shares = zip(("first", "second"), pair, (chance, 1 - chance), strict=True)
    return [Card(key, image, {"chance": 100 * share}) for key, image, share in shares]


def best_answers(pair: Tensor, chance: float) -> list[Card]:
    """Those, and the best answer to them under each loss."""
    best = [
        Card(name, best.image, {"cost": best.cost, "first": best.sharp[0], "second": best.sharp[1]}, COLOURS[name])
        for name, best in answers_to(pair, chance).items()
    ]
    return possible(pair, chance) + best


def said_of(code: Code) -> list[Card]:
    """A test digit, and what the decoder and the ideal decoder make of its code."""
    unsure = answers.pixel_std(code.decoded)
    return [
        Card("digit", code.digit, {}),
        Card("decoded", code.decoded, {"cost": code.cost}, palette.VAE),
        Card("ideal", code.ideal, {"least": code.least, "distance": code.distance}, palette.RECONSTRUCTION),
        Card("unsure", 2 * unsure, {"most": float(unsure.max())}, palette.SIGMA),
    ]


def draws(code: Code) -> list[Card]:
    """The mean of a code's p(x|z), and images drawn from it."""
    std = observation_std()
    sampled = answers.sample_pixels(code.decoded, DRAWS, seed=1)
    return [
        Card("mean", code.decoded, {"entropy": float(answers.entropy(code.decoded[None]))}),
        *(Card("bernoulli", draw, {"number": i + 1}, palette.Z) for i, draw in enumerate(sampled)),
        Card(
            "gaussian",
            answers.sample_gaussian(code.decoded, std, 1, seed=1)[0],
            {"std": std, "digits": FITTED_ON},
            palette.EPSILON,
        ),
    ]
