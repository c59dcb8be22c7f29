"""What the lesson on latent arithmetic shows: groups of examples, directions with their support, and what they do to test digits."""

from typing import Any, NamedTuple

import streamlit as st
import torch
from torch import Tensor

from explorer.canvas import payloads
from explorer.models import trained
from lessons.arithmetic import attributes, directions
from lessons.arithmetic.directions import Groups
from lessons.shared import pca
from lessons.shared.coders import CODERS
from lessons.shared.screen import coder
from vae import data

POOL = 3_000  # training images that examples are taken from
MOVED = 30  # test digits that directions are measured on
SAMPLES, SHOWN_SAMPLES = 12, 8  # bootstrap samples behind the bands, and as pictures
HALVINGS, SHUFFLES = 100, 200
READ_AGAIN = 300  # test digits behind the share that stays what it is
DRAWS = 1_000  # ways to draw the examples
FEWEST, MOST = 4, 100  # examples of a group that a reader picks
STRENGTHS = tuple(round(-2 + 0.5 * i, 2) for i in range(9))
INNER = slice(2, 7)  # strengths from -1 to 1
WAYS = ("thick", "slanted", "wide", "digits", "own", "random")  # to choose the examples
EXTREMES = {"thick": ("thickness", None), "slanted": ("slant", 0.0), "wide": ("width", None)}


def read_indices(text: str) -> tuple[int, ...]:
    """Numbers of test images, separated by commas; ValueError with a sentence where they make no group."""
    count = len(data.load("mnist").test)
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(part.isdecimal() and int(part) < count for part in parts):
        raise ValueError(
            f"Examples are numbers of test images from 0 to {count - 1:,}, separated by commas; the usual ones are used instead."
        )
    if not FEWEST <= len(parts) <= MOST:
        raise ValueError(f"A group has {FEWEST} to {MOST} examples, so that it can be halved; the usual ones are used instead.")
    return tuple(map(int, parts))


class Question(NamedTuple):
    """Which examples make the direction."""

    way: str  # one of WAYS
    each: int = 30  # examples in each group
    same: bool = False  # as many of each digit in both groups
    digits: tuple[int, int] = (9, 4)
    own: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())  # indices of test images
    seed: int = 0  # which examples of those that qualify


class Examples(NamedTuple):
    """Both groups of images (N, 1, H, W)."""

    plus: Tensor
    minus: Tensor


@st.cache_resource(show_spinner="Measuring strokes")
def _measured() -> dict[str, Tensor]:
    """Attributes of the pool, each (N,)."""
    images = data.load("mnist").train.pixels(slice(POOL))
    return {name: measure(images) for name, measure in attributes.ATTRIBUTES.items()}


@st.cache_data(max_entries=64, show_spinner=False)
def examples(question: Question) -> Examples:
    """The two groups that a question asks for."""
    dataset = data.load("mnist")
    if question.way == "own":
        return Examples(*(dataset.test.pixels(torch.tensor(group)) for group in question.own))
    labels = dataset.train.labels[:POOL]
    chosen = dataset.train.pixels(torch.cat(_groups(question, labels)))
    half = len(chosen) // 2
    return Examples(chosen[:half], chosen[half:])


def _groups(question: Question, labels: Tensor) -> Groups:
    if question.way == "random":
        return directions.at_random(POOL, question.each, question.seed)
    if question.way == "digits":
        return directions.of_classes(labels, *question.digits, min(question.each, int(labels.bincount().min())), question.seed)
    name, middle = EXTREMES[question.way]
    values = _measured()[name]
    if question.same:
        return directions.extremes_by_class(values, labels, question.each, question.seed, middle)
    return directions.extremes(values, question.each, POOL // 10, question.seed, middle)


class Study(NamedTuple):
    """A direction of one coder, its support, and what it does."""

    direction: Tensor  # (D,)
    samples: Tensor  # (K, D) from bootstrap samples
    agreement: Tensor  # cosines between directions of two halves of the examples
    longer: float  # share of the directions from shuffled groups that this one is longer than
    values: Tensor  # (S, N) the attribute of each digit at each strength
    band: Tensor  # (2, S) lowest and highest of its mean over the bootstrap directions
    rising: float  # share of digits whose attribute rises at every step from -1 to 1
    kept: Tensor  # (S,) share of digits that are still read as what they are
    became: Tensor | None  # (S,) share read as the digit that the direction leads to

    @property
    def mean(self) -> Tensor:
        """The attribute at each strength, averaged over digits (S,)."""
        return self.values.mean(1)

    def change(self, strength: float = 1.0) -> float:
        """What a strength adds to the attribute on average."""
        return float(self.mean[STRENGTHS.index(strength)] - self.mean[STRENGTHS.index(0.0)])


@st.cache_resource(show_spinner="Preparing a reader of digits")
def _reader() -> directions.Reader:
    split = data.load("mnist").train
    return directions.Reader(split.pixels(slice(POOL)), split.labels[:POOL], pca.load())


@st.cache_data(max_entries=128, show_spinner="Moving digits along the direction")
def study(kind: str, latents: int, question: Question, attribute: str) -> Study:
    """One coder's direction, measured on test digits."""
    one = coder(kind, latents)
    plus, minus = (one.encode(images) for images in examples(question))
    step = directions.direction(plus, minus)
    samples = directions.bootstrap(plus, minus, SAMPLES)
    test = data.load("mnist").test
    index = torch.arange(MOVED)
    if question.way == "digits":
        index = (test.labels == question.digits[1]).nonzero().flatten()[:MOVED]
    codes, labels, strengths = one.encode(test.pixels(index)), test.labels[index], torch.tensor(STRENGTHS)
    measure = directions.of_attribute(attribute)
    values = directions.effect(one, codes, torch.cat([step[None], samples]), strengths, measure)  # (1 + K, S, N)
    means = values[1:].mean(2)  # (K, S)
    band = torch.stack([means.min(0).values, means.max(0).values])
    read = _reader().read(directions.moved(one, codes, step, strengths))  # (S, N)
    became = (read == question.digits[0]).double().mean(1) if question.way == "digits" else None
    agreement = directions.halves(plus, minus, HALVINGS)
    rising = directions.rising_share(values[0][INNER])
    kept = (read == labels).double().mean(1)
    longer = float((step.norm() > directions.shuffled_lengths(plus, minus, SHUFFLES)).double().mean())
    return Study(step, samples, agreement, longer, values[0], band, rising, kept, became)


@st.cache_data(max_entries=32, show_spinner="Reading moved digits")
def still_read(kind: str, latents: int, question: Question, strength: float = 1.0) -> float:
    """Share of test digits that are still read as what they are when moved by that strength."""
    one, test = coder(kind, latents), data.load("mnist").test
    step = directions.direction(*(one.encode(images) for images in examples(question)))
    codes = one.encode(test.pixels(slice(READ_AGAIN)))
    read = _reader().read(directions.moved(one, codes, step, torch.tensor([strength])))[0]
    return float((read == test.labels[:READ_AGAIN]).double().mean())


def ending(kept: float) -> str:
    """How many digits stay what they are, as the page's prediction names it."""
    return "most" if kept > 0.85 else "two-thirds" if kept > 0.5 else "third"


def live_facts(latents: int, question: Question, digit: int, attribute: str) -> dict[str, Any]:
    """What the live part is told: decoders, the digit's codes, directions and bootstrap directions."""
    test = data.load("mnist").test
    image, shape = test.pixels(slice(digit, digit + 1)), data.load("mnist").image_shape
    told = []
    for kind in CODERS:
        found = study(kind, latents, question, attribute)
        if kind == "pca":
            components = pca.load()
            body = payloads.affine(components.directions[:latents], components.mean, shape)
        else:
            body = payloads.decoder(trained.get(f"mnist-{kind}-{latents}d").model)
        told.append(
            {
                "kind": kind,
                "name": CODERS[kind],
                "weights": body.announce(),
                "code": _short(coder(kind, latents).encode(image)[0].tolist()),
                "direction": _short(found.direction.tolist()),
                "samples": [_short(row) for row in found.samples[:SHOWN_SAMPLES].tolist()],
            }
        )
    return {"coders": told, "shape": list(shape)}


def _short(values: list[float]) -> list[float]:
    return [float(f"{value:.6g}") for value in values]
