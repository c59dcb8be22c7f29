"""Directions in latent space from two groups of examples, and whether the examples support them.

A direction is the difference of two means of codes (Radford, Metz & Chintala 2016; White 2016). Any two groups have one, also groups that
differ in nothing. Resampling the examples tells the two apart. Letters for shapes: N examples, D numbers of a code, K samples.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from sklearn.neighbors import KNeighborsClassifier
from torch import Tensor

from lessons.arithmetic.attributes import ATTRIBUTES
from lessons.shared.coders import Coder, of_pca
from lessons.shared.pca import PrincipalComponents
from vae.streams import Purpose, Seed, stream

Measure = Callable[[Tensor], Tensor]  # images (S, N, P) -> a number of each (S, N)


class Groups(NamedTuple):
    """Indices of examples: those that have something, and those that lack it."""

    plus: Tensor  # (N,)
    minus: Tensor  # (N',)


def extremes(values: Tensor, count: int, pool: int, seed: Seed, middle: float | None = None) -> Groups:
    """`count` examples drawn from the `pool` with the largest values, and as many from the pool with the least, or nearest to `middle`."""
    generator = stream(Purpose.EXAMPLES, seed)
    order = values.argsort(descending=True)
    others = order.flip(0) if middle is None else (values - middle).abs().argsort()
    plus, minus = (group[:pool][torch.randperm(pool, generator=generator)[:count]] for group in (order, others))
    return Groups(plus, minus)


def extremes_by_class(values: Tensor, labels: Tensor, count: int, seed: int, middle: float | None = None) -> Groups:
    """The same within each class: as many of every class in both groups, so that which digit it is makes no difference."""
    plus, minus = [], []
    for label in labels.unique().tolist():
        members = (labels == label).nonzero().flatten()
        each = max(1, count // len(labels.unique()))
        found = extremes(values[members], each, max(each, len(members) // 10), (seed, label), middle)
        plus.append(members[found.plus])
        minus.append(members[found.minus])
    return Groups(torch.cat(plus), torch.cat(minus))


def of_classes(labels: Tensor, plus: int, minus: int, count: int, seed: int) -> Groups:
    """`count` examples of one class, and as many of another."""
    generator = stream(Purpose.EXAMPLES, seed)
    members = [(labels == label).nonzero().flatten() for label in (plus, minus)]
    chosen = [group[torch.randperm(len(group), generator=generator)[:count]] for group in members]
    return Groups(*chosen)


def at_random(total: int, count: int, seed: int) -> Groups:
    """Two groups of `count` examples that differ in nothing but chance."""
    order = torch.randperm(total, generator=stream(Purpose.EXAMPLES, seed))
    return Groups(order[:count], order[count : 2 * count])


def direction(plus: Tensor, minus: Tensor) -> Tensor:
    """mean of the codes that have it - mean of those that lack it; (N, D), (N', D) -> (D,)."""
    return plus.mean(0) - minus.mean(0)


def bootstrap(plus: Tensor, minus: Tensor, samples: int, seed: int = 0) -> Tensor:
    """The direction from examples drawn anew with replacement, K times (K, D) (Efron 1979)."""
    generator = stream(Purpose.RESAMPLES, seed)
    means = []
    for codes in (plus, minus):
        index = torch.randint(len(codes), (samples, len(codes)), generator=generator)
        means.append(codes[index].mean(1))  # (K, N, D) -> (K, D)
    return means[0] - means[1]


def halves(plus: Tensor, minus: Tensor, samples: int, seed: int = 0) -> Tensor:
    """Cosine between the directions of two halves of the examples, for K ways to halve them (K,).

    The halves share no example, so what they agree on is in the examples and not in their luck: near 1 for a direction with
    support, around 0 for groups that differ in nothing. Bootstrap samples share examples, and would agree to about a half even then.
    """
    generator = stream(Purpose.HALVES, seed)
    found = []
    for _ in range(samples):
        first, second = [], []
        for codes in (plus, minus):
            order = torch.randperm(len(codes), generator=generator)
            cut = len(codes) // 2
            first.append(codes[order[:cut]].mean(0))
            second.append(codes[order[cut:]].mean(0))
        found.append(torch.nn.functional.cosine_similarity(first[0] - first[1], second[0] - second[1], dim=0))
    return torch.stack(found)


def shuffled_lengths(plus: Tensor, minus: Tensor, samples: int, seed: int = 0) -> Tensor:
    """How long the direction is when the examples are dealt to the two groups at random, K times (K,): a permutation test.

    The share of these that the real direction is longer than is near 1 where the groups differ, and anything where they do not.
    """
    generator = stream(Purpose.PERMUTATIONS, seed)
    codes = torch.cat([plus, minus])
    orders = torch.stack([torch.randperm(len(codes), generator=generator) for _ in range(samples)])  # (K, N + N')
    dealt = codes[orders]  # (K, N + N', D)
    return (dealt[:, : len(plus)].mean(1) - dealt[:, len(plus) :].mean(1)).norm(dim=1)


def moved(coder: Coder, codes: Tensor, step: Tensor, strengths: Tensor) -> Tensor:
    """Images (S, N, P) of codes (N, D) + strength * step (D,), for each strength (S,)."""
    places = codes[None] + strengths[:, None, None] * step  # (S, N, D)
    return coder.decode(places.flatten(0, 1)).unflatten(0, (len(strengths), len(codes)))


def effect(coder: Coder, codes: Tensor, steps: Tensor, strengths: Tensor, measure: Measure) -> Tensor:
    """What is measured of each digit (N, D) moved along each direction (K, D) by each strength (S,); (K, S, N)."""
    return torch.stack([measure(moved(coder, codes, step, strengths)) for step in steps])


def of_attribute(name: str, side: int = 28) -> Measure:
    """Measures one of lessons.attributes."""
    return lambda images: ATTRIBUTES[name](images.flatten(0, 1).unflatten(1, (side, side))).view(images.shape[:2])


def rising_share(values: Tensor) -> float:
    """Share of digits whose attribute rises at every step of the strength; (S, N)."""
    return float((values.diff(dim=0) > 0).all(0).double().mean())


class Reader:
    """Says which digit an image is: ten nearest neighbours among labelled digits, by their first twenty principal components."""

    def __init__(self, images: Tensor, labels: Tensor, components: PrincipalComponents):
        self.coder = of_pca(components, 20)
        self.voters = KNeighborsClassifier(10).fit(self.coder.encode(images).numpy(), labels.numpy())

    def read(self, images: Tensor) -> Tensor:
        """Images (..., P) to labels (...)."""
        found = self.voters.predict(self.coder.encode(images.flatten(0, -2)).numpy())
        return torch.from_numpy(found).view(images.shape[:-1])
