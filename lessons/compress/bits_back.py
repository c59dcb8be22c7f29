"""Lossless files as long as the negative ELBO: bits back coding with a VAE.

Sent as a code and then the pixels, an image would cost -log p(z) - log p(x|z): the code is costly. But the sender may choose any z, so
the choice can carry bits that are to be sent anyway: z is *popped* from the message with the posterior, which takes -log q(z|x) bits off it,
and the receiver, who knows x in the end, puts them back. What is left is -log p(x|z) - log p(z) + log q(z|x), on average the negative
ELBO (Hinton & van Camp 1993; Townsend, Bird & Barber 2019, "Practical Lossless Compression with Latent Variables using Bits Back Coding").

Letters for shapes: N images, D latents, P pixels, 0 or 1.
"""

import math
from bisect import bisect_right

import numpy as np
import torch
from scipy.special import ndtri
from torch import Tensor

from lessons.compress.rans import Message
from vae.learning.objectives import reconstruction_nll
from vae.model.networks import VAE
from vae.model.posterior import kl_per_dimension
from vae.streams import Purpose, normal, numpy_stream

BUCKETS_BITS = 12  # the prior is cut into 2^12 buckets of equal mass
BUCKETS = 2**BUCKETS_BITS
EDGES = ndtri(np.arange(BUCKETS + 1) / BUCKETS).tolist()  # from -infinity to infinity
MIDDLES = ndtri((np.arange(BUCKETS) + 0.5) / BUCKETS)
FINE = 24  # bits of the posterior's tables: a bucket that the posterior never enters still has one slot
PIXEL = 16  # bits of a pixel's table
START_WORDS = 20  # of 32 random bits, for the first image to take its code from


class PosteriorTable:
    """A Gaussian over the prior's buckets, in whole slots; worked out only where it is asked."""

    def __init__(self, mean: float, std: float):
        self.mean, self.scale = mean, std * math.sqrt(2)

    def start(self, bucket: int) -> int:
        """First slot of a bucket: 2^24 times the posterior's mass below it, plus the one slot of every bucket before."""
        below = 0.5 * (1 + math.erf((EDGES[bucket] - self.mean) / self.scale))
        return int(below * (2**FINE - BUCKETS)) + bucket

    def slots(self, bucket: int) -> tuple[int, int]:
        """First slot and number of slots."""
        first = self.start(bucket)
        return first, self.start(bucket + 1) - first

    def bucket(self, slot: int) -> int:
        return bisect_right(range(BUCKETS + 1), slot, key=self.start) - 1


@torch.no_grad()
def _posterior(model: VAE, image: Tensor) -> list[PosteriorTable]:
    posterior = model.encode(image)  # one image at a time: both ends must compute the same to the last bit
    return [PosteriorTable(m, s) for m, s in zip(posterior.mean[0].tolist(), posterior.std[0].tolist(), strict=True)]


@torch.no_grad()
def _ink_slots(model: VAE, buckets: list[int]) -> list[int]:
    """For each pixel, how many of 2^16 slots the value 1 has, given the code in these buckets."""
    z = torch.tensor(MIDDLES[buckets], dtype=torch.float32)[None]
    means = model.expected_image(model.decode(z)).flatten()
    return (means * 2**PIXEL).round().clamp(1, 2**PIXEL - 1).int().tolist()


def _pixel_slots(on: bool, ink: int) -> tuple[int, int]:
    """First slot and number of slots of a pixel's value: 0 stands below 1."""
    return (2**PIXEL - ink, ink) if on else (0, 2**PIXEL - ink)


def push_image(message: Message, model: VAE, image: Tensor) -> None:
    """Add one binary image (1, 1, H, W) to the message."""
    buckets = []
    for table in _posterior(model, image):  # pop the code: this takes bits off the message
        bucket = table.bucket(message.slot(FINE))
        message.pop(*table.slots(bucket), FINE)
        buckets.append(bucket)
    for pixel, ink in zip(image.flatten().tolist(), _ink_slots(model, buckets), strict=True):
        message.push(*_pixel_slots(bool(pixel), ink), PIXEL)
    for bucket in buckets:
        message.push(bucket, 1, BUCKETS_BITS)


def pop_image(message: Message, model: VAE) -> Tensor:
    """Take the image that was added last off the message, and put back the bits that its code had taken."""
    shape = model.spec.image_shape
    buckets = []
    for _ in range(model.spec.latent_dim):
        buckets.append(message.slot(BUCKETS_BITS))
        message.pop(buckets[-1], 1, BUCKETS_BITS)
    buckets.reverse()
    pixels = []
    for ink in reversed(_ink_slots(model, buckets)):
        on = message.slot(PIXEL) >= 2**PIXEL - ink
        message.pop(*_pixel_slots(on, ink), PIXEL)
        pixels.append(float(on))
    image = torch.tensor(pixels[::-1]).view(1, *shape)
    for table, bucket in zip(reversed(_posterior(model, image)), reversed(buckets), strict=True):
        message.push(*table.slots(bucket), FINE)
    return image


def start(seed: int = 0) -> Message:
    """A message of random bits, from which the first image takes its code."""
    words = numpy_stream(Purpose.BITS, seed).integers(0, 2**32, START_WORDS).tolist()
    return Message(words=words)


def compress(model: VAE, images: Tensor) -> bytes:
    """Binary images (N, 1, H, W) as one file."""
    message = start()
    for image in images:
        push_image(message, model, image[None])
    return message.to_bytes()


def decompress(model: VAE, contents: bytes, count: int) -> Tensor:
    """The `count` images (N, 1, H, W) from their file."""
    message = Message.from_bytes(contents)
    return torch.cat([pop_image(message, model) for _ in range(count)][::-1])


@torch.no_grad()
def negative_elbo(model: VAE, images: Tensor, samples: int = 8, seed: int = 0) -> float:
    """The bound on these images (N, 1, H, W), nats per image: what a file of them needs on average, were numbers real."""
    posterior = model.encode(images)
    noise = normal(Purpose.CODES, samples, *posterior.mean.shape, seed=seed)
    draws = [reconstruction_nll(model, model.decode(posterior.sample(each)), images) for each in noise]
    return float(torch.stack(draws).mean() + kl_per_dimension(posterior).sum(1).mean())
