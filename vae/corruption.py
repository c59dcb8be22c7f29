"""Noise on the input of a denoising autoencoder, which has to reconstruct the clean image.

Vincent, Larochelle, Bengio & Manzagol 2008, "Extracting and Composing Robust Features with Denoising Autoencoders", and Vincent et al.
2010, "Stacked Denoising Autoencoders", section 3.3, name the three kinds. Images may have any shape, in [0, 1]. The level means:

    gaussian       sigma in x + sigma * epsilon, with epsilon from N(0, I); the result is not clipped to [0, 1]
    salt-pepper    the probability that a pixel becomes 0 or 1, with equal chances
    masking        the probability that a pixel becomes 0
"""

from collections.abc import Callable

import torch
from torch import Generator, Tensor

from vae import hardware
from vae.checks import check_choice, check_number
from vae.errors import SpecError

NONE = "none"
MOST = {NONE: 0.0, "gaussian": 2.0, "salt-pepper": 1.0, "masking": 1.0}  # the highest level of each kind


def _gaussian(images: Tensor, level: float, generator: Generator) -> Tensor:
    noise = torch.randn(images.shape, generator=generator, device=images.device)
    return torch.add(images, noise.to(images.dtype), alpha=level)


def _salt_pepper(images: Tensor, level: float, generator: Generator) -> Tensor:
    chance = torch.rand(images.shape, generator=generator, device=images.device)
    return images.masked_fill(chance < level, 0.0).masked_fill_(chance < 0.5 * level, 1.0)


def _masking(images: Tensor, level: float, generator: Generator) -> Tensor:
    return images.masked_fill(torch.rand(images.shape, generator=generator, device=images.device) < level, 0.0)


NOISES: dict[str, Callable[[Tensor, float, Generator], Tensor]] = {
    NONE: lambda images, _level, _generator: images,
    "gaussian": _gaussian,
    "salt-pepper": _salt_pepper,
    "masking": _masking,
}


def check(kind: str, level: float) -> None:
    """Raise SpecError if there is no such noise; the message says what is allowed."""
    check_choice("corruption", kind, NOISES)
    if kind == NONE and level:
        raise SpecError(
            f"corruption_level is {level!r} and corruption 'none'; choose a kind of corruption, or set the level to 0."
        )
    check_number("corruption_level", level, 0.0, MOST[kind])


def corrupt(images: Tensor, kind: str, level: float, seed: int) -> Tensor:
    """Add noise of that kind and level; the same seed gives the same noise. "none" returns the images themselves."""
    return NOISES[kind](images, level, hardware.generator(images.device, seed))
