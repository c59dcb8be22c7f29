"""More images than were drawn: each training image several times, moved and turned a little, or beside images of another set.

A model with few images learns them by heart. If they come moved and turned, it cannot, and what it learns fits new drawings as well (Simard, Steinkraus & Platt 2003,
"Best Practices for Convolutional Neural Networks Applied to Visual Document Analysis", section 2). Only the training split is changed: what is held out stays
as it was drawn.
"""

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from vae import data
from vae.data import Dataset, Split
from vae.streams import Purpose, stream

TURN, SHIFT = 15.0, 2.0  # at most: degrees to either side, pixels in each direction
MOVED_COPIES = 20
MIXED_COPIES, OTHERS = 10, 6_000


def transformed(images: Tensor, degrees: Tensor, shifts: Tensor) -> Tensor:
    """Turn each image (N, C, H, W) about its middle, against the clock, then move it by shifts (N, 2), right and down, in pixels.

    Between pixels it is interpolated linearly; what comes from outside is black.
    """
    height, width = images.shape[-2:]
    cos, sin = torch.cos(torch.deg2rad(degrees)), torch.sin(torch.deg2rad(degrees))
    # affine_grid asks where each pixel comes from, in halves of the sides: first back by the shift, then with the clock
    right, down = shifts[:, 0] * 2 / width, shifts[:, 1] * 2 / height
    aspect = height / width
    rows = torch.stack(
        [
            torch.stack([cos, -sin * aspect, -cos * right + sin * aspect * down], 1),
            torch.stack([sin / aspect, cos, -sin / aspect * right - cos * down], 1),
        ],
        1,
    )  # (N, 2, 3)
    grid = torch.nn.functional.affine_grid(rows, list(images.shape), align_corners=False)
    return torch.nn.functional.grid_sample(images, grid, align_corners=False)


def moved_and_turned(
    split: Split, copies: int = MOVED_COPIES, seed: int = 0, turn: float = TURN, shift: float = SHIFT
) -> Split:
    """Each image `copies` times, turned by up to `turn` degrees and moved by up to `shift` pixels, in a shuffled order. The same seed gives the same images."""
    generator = stream(Purpose.IMAGES, seed)
    count = copies * len(split)
    order = torch.randperm(count, generator=generator) % len(split)
    degrees = turn * (2 * torch.rand(count, generator=generator) - 1)
    shifts = shift * (2 * torch.rand(count, 2, generator=generator) - 1)
    images = transformed(split.images[order].float(), degrees, shifts).round().to(torch.uint8)
    return Split(images, split.labels[order])


def mixed(split: Split, others: Split, copies: int = MIXED_COPIES, count: int = OTHERS, seed: int = 0) -> Split:
    """Each image `copies` times among the first `count` of others, in a shuffled order."""
    images = torch.cat([*[split.images] * copies, others.images[:count]])
    labels = torch.cat([*[split.labels] * copies, others.labels[:count]])
    order = torch.randperm(len(images), generator=stream(Purpose.IMAGES, seed))
    return Split(images[order], labels[order])


# Names after that of a data set, such as "own:K3v0eVx1T8mJrQzUa7cF2w:moved".
WAYS: dict[str, Callable[[Split], Split]] = {
    "moved": moved_and_turned,
    "mixed": lambda split: mixed(split, data.load("mnist").train),
}


def enlarged(dataset: Dataset, way: str) -> Dataset:
    """The data set with its training split enlarged in one of WAYS."""
    return replace(dataset, name=f"{dataset.name}:{way}", train=WAYS[way](dataset.train))
