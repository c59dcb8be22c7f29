"""What decoders make of draws from N(0, I), the darts on Home: which digits the judge sees in 10,000 of them.

`python -m lessons darts` writes it. A dart's number is torch's seed, so that a notebook can throw it again. A picture counts as a digit
where the judge is sure of it (lessons/shared/classifier.py).
"""

from collections.abc import Mapping

import torch
from torch import Tensor

from lessons.shared import classifier
from lessons.shared.classifier import Classifier
from lessons.shared.shipping import Shelf
from vae import checkpoints
from vae.checkpoints import SHIPPED
from vae.model import latent
from vae.model.networks import Autoencoder

SHELF = Shelf("shared", "darts")
DARTS = 10_000  # torch's seeds from 0
SURE = 0.7  # the probability from which on a picture counts as a digit
MODELS = ("mnist-ae-2d", "mnist-vae-2d")
NONE = "-"  # no digit, for sure


def thrown(latents: int, count: int = DARTS) -> Tensor:
    """The first darts (count, D)."""
    return torch.cat([latent.sample_prior(1, latents, seed) for seed in range(count)])


def judged(model: Autoencoder, judge: Classifier, z: Tensor) -> str:
    """The digit that the judge sees in the picture of each code (N, D), one letter each."""
    share, digit = classifier.probabilities(judge, latent.decode(model, z)).max(1)
    return "".join(str(d) if p >= SURE else NONE for p, d in zip(share.tolist(), digit.tolist(), strict=True))


def write() -> None:
    """Judge every dart by both models of Home, and ship what was seen."""
    judge, _ = classifier.load(classifier.JUDGE)
    models = {name: checkpoints.load(SHIPPED / name).model for name in MODELS}
    SHELF.write_numbers(
        "darts", {name: judged(model, judge, thrown(model.spec.latent_dim)) for name, model in models.items()}, indent=0
    )


def load() -> Mapping[str, str]:
    """For each model the digits seen in all darts, one letter each; CheckpointError with what to do where the file is missing or damaged."""
    seen = SHELF.numbers("darts")
    with SHELF.reading("darts.json"):
        letters = set("0123456789" + NONE)
        if seen.keys() != set(MODELS) or any(len(seen[name]) != DARTS or set(seen[name]) - letters for name in MODELS):
            raise ValueError("not what was written")
    return seen
