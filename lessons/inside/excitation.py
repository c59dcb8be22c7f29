"""What excites a unit: the images that drive it highest, where its weights lie, which units are silent, and what moves along with a digit.

Letters for shapes: N images, C H W maps, U units (or channels), K images kept, P pixels.
"""

from collections import defaultdict
from typing import NamedTuple

import torch
from torch import Tensor, nn

from lessons.inside import stages
from lessons.inside.stages import ENCODER
from vae.learning.objectives import reconstruction_nll
from vae.model.networks import Autoencoder
from vae.model.posterior import Posterior, kl_per_dimension

CHUNK = 1_000  # images at a time
SILENT = 0.05  # an activation above this counts as being on
SELDOM = 0.001  # of the images: on for fewer, a unit is silent
WINDOW = 7  # pixels: the side of the patch in which a unit's weights are sought


class Favourites(NamedTuple):
    """Of each unit: the images that drive it farthest, (U, K) each; in a map, the place that was driven farthest in each of them."""

    images: Tensor
    values: Tensor  # before the nonlinearity
    rows: Tensor
    columns: Tensor


class Survey(NamedTuple):
    """One stage of the encoder over a whole set of images. A channel is one unit, wherever it looks."""

    highest: Favourites
    lowest: Favourites
    on: Tensor  # (U,) share of the images in which it is on, at any place

    @property
    def silent(self) -> Tensor:
        """Which units are on for fewer than one image in a thousand, (U,) of bool."""
        return self.on < SELDOM


@torch.no_grad()
def survey(model: Autoencoder, images: Tensor, count: int) -> list[Survey]:
    """Every stage of the encoder over images (N, C, H, W).

    Ranked before the nonlinearity: GELU is not monotone below zero, and a unit that is never on has a favourite all the same.
    """
    found: dict[tuple[int, bool], list[tuple[Tensor, Tensor]]] = defaultdict(list)
    widths: list[int] = []
    for part in images.split(CHUNK):
        every = [values.before for _, values in stages.activations(model, part, ENCODER)]
        widths = [values.shape[-1] if values.dim() == 4 else 1 for values in every]
        for i, values in enumerate(every):
            flat = values.unflatten(1, (-1, 1)).flatten(2)  # (B, U, places)
            found[i, True].append(flat.max(2))
            found[i, False].append(flat.min(2))
    surveys = []
    for i, width in enumerate(widths):
        peaks, _ = _joined(found[i, True])
        on = (nn.functional.gelu(peaks) > SILENT).float().mean(1)
        highest, lowest = (_ranked(*_joined(found[i, high]), count, width, high) for high in (True, False))
        surveys.append(Survey(highest, lowest, on))
    return surveys


def _joined(parts: list[tuple[Tensor, Tensor]]) -> tuple[Tensor, Tensor]:
    """Extremes and their places, (U, N) each, from chunks (B, U)."""
    values, places = (torch.cat(list(each)).T for each in zip(*parts, strict=True))
    return values, places


def _ranked(values: Tensor, places: Tensor, count: int, width: int, highest: bool) -> Favourites:
    top, order = values.topk(count, 1, largest=highest)  # (U, K)
    where = places.gather(1, order)
    return Favourites(order, top, where // width, where % width)


def of_one_class(favourites: Favourites, labels: Tensor) -> Tensor:
    """Which units have favourites of one class only, (U,) of bool; labels (N,)."""
    classes = labels[favourites.images]  # (U, K)
    return (classes == classes[:, :1]).all(1)


def first_weights(model: Autoencoder) -> Tensor:
    """The weights (U, P) from the pixels to each unit of a dense first layer."""
    layer = stages.stages(model)[0].layers[0]
    assert isinstance(layer, nn.Linear)
    return layer.weight.detach()


def concentration(weights: Tensor, images: Tensor, window: int = WINDOW) -> Tensor:
    """Share of what a unit listens to that lies in its best patch of window * window pixels, (U,): 1 for a detector of one place.

    What a pixel contributes is w_p^2 Var(x_p): a weight on a pixel that never changes says nothing. weights (U, P), images (N, 1, H, W).
    """
    heard = weights.square() * images.flatten(1).var(0)  # (U, P)
    share = (heard / heard.sum(1, keepdim=True)).view(-1, 1, *images.shape[-2:])
    patches = nn.functional.avg_pool2d(share, window, 1) * window**2
    return patches.flatten(1).amax(1)


@torch.no_grad()
def bound_without(model: Autoencoder, images: Tensor, off: Tensor, noise: Tensor) -> float:
    """The negative ELBO, nats per image, with those units (U,) of the first layer held at zero; noise (N, D)."""
    first = stages.stages(model)[0].layers[0]

    def hush(_module, _inputs, output: Tensor) -> Tensor:
        return output.masked_fill(off.view(-1, *[1] * (output.dim() - 2)), 0)  # GELU(0) = 0

    handle = first.register_forward_hook(hush)
    try:
        posterior: Posterior = model.encode(images)
        reconstruction = reconstruction_nll(model, model.decode(posterior.sample(noise)), images)
        return float((reconstruction + kl_per_dimension(posterior).sum(1)).double().mean())
    finally:
        handle.remove()


def shifted(images: Tensor, right: int) -> Tensor:
    """Images (N, C, H, W) moved that many pixels to the right (left where negative); what leaves is lost, what comes in is black."""
    moved = torch.zeros_like(images)
    side = images.shape[-1]
    moved[..., max(0, right) : side + min(0, right)] = images[..., max(0, -right) : side - max(0, right)]
    return moved


@torch.no_grad()
def alike_after_shift(model: Autoencoder, images: Tensor, right: int) -> list[float]:
    """For each stage of the encoder: how alike its numbers are before and after the images move to the right, 1 where they are the same.

    The cosine of the angle between both patterns, each without the stage's mean over the images (what all digits share would make
    everything alike), averaged over images. Maps are moved back by the nearest whole number of their steps, and compared where
    both have something.
    """
    pairs = zip(
        stages.activations(model, images, ENCODER),
        stages.activations(model, shifted(images, right), ENCODER),
        stages.fields(model)[: sum(s.part == ENCODER for s in stages.stages(model))],
        strict=True,
    )
    found = []
    for (_, before), (_, after), field in pairs:
        first, second = before.after, after.after
        if field is not None:
            places, width = round(right / field.step), first.shape[-1]
            first, second = first[..., : width - places], second[..., places:]
        first, second = (values - first.mean(0) for values in (first, second))
        found.append(float(nn.functional.cosine_similarity(first.flatten(1), second.flatten(1)).mean()))
    return found
