"""Random numbers for measuring: a stream for each purpose, so that two draws that meet in one measure are never the same numbers.

Generators with the same seed repeat one another. If codes and prior draws of one measure both come from seed 0, then in a latent whose posterior is the prior
every code lies on a prior draw, and all distances are too small. So whoever measures says what a draw is for. The stream follows from that
purpose and a seed, through numpy's SeedSequence, which was made for independent streams (O'Neill 2015, "Developing a seed_seq Alternative").

Two kinds of random numbers are not drawn here. Those of training (initial weights, order of images, noise, and what a run measures on the way) follow
from the run's own seed in vae/learning and vae/model/networks.py: weights that ship, and the printed command that trains the same weights, depend on every
bit of them. And pictures of prior draws with a number that the reader sees are torch's own stream of that number (vae.model.latent.sample_prior), so that a
notebook can repeat them.
"""

from collections.abc import Sequence
from enum import Enum

import numpy as np
import torch
from torch import Tensor

Seed = int | Sequence[int]  # which stream of a purpose; several integers make one seed


class Purpose(Enum):
    """What random numbers are for. Whatever meets in one measure has a purpose of its own."""

    CODES = "codes"  # draws from posteriors
    PRIOR = "prior"  # draws from the prior that codes are compared with
    FELLOWS = "fellows"  # draws from the prior that are compared with one another
    DISCREPANCY = "discrepancy"  # draws from the prior beside as many codes
    ORDER = "order"  # in which order items are taken
    PIXELS = "pixels"  # binary pixels, from grey levels
    WEIGHTS = "weights"  # draws from posteriors that get importance weights
    EXAMPLES = "examples"  # which items are chosen
    RESAMPLES = "resamples"  # bootstrap samples
    HALVES = "halves"  # a cut in two
    PERMUTATIONS = "permutations"  # items that change places
    IMAGES = "images"  # images made of chance
    BITS = "bits"  # a message to begin with


def stream(purpose: Purpose, seed: Seed = 0) -> torch.Generator:
    """torch's generator for that purpose; the same for the same seed."""
    return torch.Generator().manual_seed(int(_sequence(purpose, seed).generate_state(1)[0]))


def numpy_stream(purpose: Purpose, seed: Seed = 0) -> np.random.Generator:
    """numpy's generator for that purpose; the same for the same seed."""
    return np.random.default_rng(_sequence(purpose, seed))


def normal(purpose: Purpose, *shape: int, seed: Seed = 0) -> Tensor:
    """Draws from N(0, 1) for that purpose, float32 of that shape."""
    return torch.randn(*shape, generator=stream(purpose, seed))


def _sequence(purpose: Purpose, seed: Seed) -> np.random.SeedSequence:
    # numpy pads with zeros, so (5, 0) would be 5: how many integers there are is told too
    entropy = seed if isinstance(seed, int) else [*seed, len(seed)]
    return np.random.SeedSequence(entropy, spawn_key=tuple(purpose.value.encode()))
