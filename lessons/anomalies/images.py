"""What does not belong: images that a model of nine digits has never seen the like of, each kind made the same way every time.

Letters for shapes: N images of (1, 28, 28) in [0, 1].
"""

from collections.abc import Callable

import numpy as np
import torch
from sklearn.datasets import load_sample_images
from torch import Tensor
from torch.nn.functional import avg_pool2d

from vae import data
from vae.data import Dataset, Split
from vae.streams import Purpose, stream

SIDE = 28
HELD_OUT = 4  # the digit that no model here was trained on
COUNT = 500  # images of each kind
FASHION = "fashion-mnist"
PEN = 1.65  # pixels from the middle of a stroke to where its ink ends
LUMA = (0.299, 0.587, 0.114)  # of red, green and blue in grey (ITU-R BT.601)


def without(split: Split, label: int = HELD_OUT) -> Split:
    """The split without one class."""
    keep = split.labels != label
    return Split(split.images[keep], split.labels[keep])


def _held_out(dataset: Dataset) -> Tensor:
    return dataset.test.pixels(dataset.test.labels == HELD_OUT)[:COUNT]


def _normal(dataset: Dataset) -> Tensor:
    return without(dataset.test).pixels(slice(-COUNT, None))  # not those that the scores are compared with


def photographs(count: int = COUNT) -> Tensor:
    """Square patches of scikit-learn's two sample photographs, at half their size and in grey."""
    patches = []
    generator = stream(Purpose.IMAGES)
    for photograph in load_sample_images().images:  # (H, W, 3) uint8
        grey = torch.from_numpy(photograph.astype(np.float32) / 255) @ torch.tensor(LUMA)  # (H, W)
        small = avg_pool2d(grey[None], 2)[0]
        rows, columns = (torch.randint(size - SIDE + 1, (count // 2,), generator=generator) for size in small.shape)
        patches += [small[r : r + SIDE, c : c + SIDE] for r, c in zip(rows.tolist(), columns.tolist(), strict=True)]
    return torch.stack(patches).unsqueeze(1)


def short_strokes(count: int = COUNT) -> Tensor:
    """One straight stroke near the middle, up to 6 pixels long, as thick as a pen's in MNIST: dots and dashes, hardly any ink."""
    generator = stream(Purpose.IMAGES)
    centre = 10 + 8 * torch.rand(count, 2, generator=generator)
    length = 6 * torch.rand(count, 1, generator=generator)
    angle = torch.pi * torch.rand(count, 1, generator=generator)
    half = 0.5 * length * torch.cat([angle.cos(), angle.sin()], 1)
    start, along = centre - half, 2 * half  # (N, 2)
    ticks = torch.arange(SIDE) + 0.5
    places = torch.stack(torch.meshgrid(ticks, ticks, indexing="xy"), -1).view(1, -1, 2)  # (1, P, 2)
    away = places - start[:, None]
    share = (away * along[:, None]).sum(-1) / along.square().sum(1, keepdim=True).clamp_min(1e-9)  # of the way along, (N, P)
    distance = (away - share.clamp(0, 1).unsqueeze(-1) * along[:, None]).norm(dim=-1)
    return (PEN - distance).clamp(0, 1).view(count, 1, SIDE, SIDE)


ANOMALIES: dict[str, Callable[[Dataset], Tensor]] = {  # each kind of anomaly, and what makes it of the digits
    "held-out": _held_out,
    "turned": lambda dataset: torch.rot90(_normal(dataset), 1, (2, 3)),
    "inverted": lambda dataset: 1 - _normal(dataset),
    "photographs": lambda _: photographs(),
    "noise": lambda _: torch.rand(COUNT, 1, SIDE, SIDE, generator=stream(Purpose.IMAGES)),
    "strokes": lambda _: short_strokes(),
    FASHION: lambda _: data.load(FASHION).test.pixels(slice(COUNT)),
}
SHIPPED_KINDS = tuple(kind for kind in ANOMALIES if kind != FASHION)


def fashion_is_here() -> bool:
    """Whether Fashion-MNIST can be read here."""
    return not data.trouble(FASHION)
