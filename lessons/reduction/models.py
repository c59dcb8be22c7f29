"""Three small VAEs that differ in one line of their loss: summed, averaged, and averaged with the KL's weight mended.

`python -m lessons reduction` trains them from one seed, with the loop that a script would have, and ships weights and measures.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch

from lessons.reduction.effective_beta import Sizes, effective_beta, mending_weight, script_loss
from lessons.shared.shipping import Shelf, Shipped
from vae import data
from vae.data import Dataset
from vae.learning.settings import TrainingSettings
from vae.learning.training import prepare
from vae.measuring import metrics
from vae.model.networks import VAE
from vae.model.spec import ModelSpec

SHELF = Shelf("reduction", "reduction")
SPEC = ModelSpec("vae", 2, encoder_widths=(96,), decoder_widths=(64, 96))
SIZES = Sizes(batch=128, pixels=784, latents=2)
IMAGES, RATE, SEED = 400_000, 2e-3, 0


class Way(NamedTuple):
    """How one of the models writes its loss."""

    reconstruction: str
    kl: str
    weight: float

    @property
    def arguments(self) -> tuple[str, str, str, float]:
        return ("cross-entropy", *self)

    @property
    def beta(self) -> float:
        return effective_beta(*self.arguments, SIZES)


WAYS = {
    "sum": Way("image", "image", 1.0),
    "mean": Way("mean", "mean", 1.0),
    "mended": Way("mean", "mean", mending_weight("cross-entropy", "mean", "mean", SIZES)),
}


def train(way: Way, dataset: Dataset, spec: ModelSpec = SPEC, images: int = IMAGES) -> tuple[VAE, float]:
    """A model trained with that script's loss, and the loss its last hundred steps printed on average.

    All ways see the same batches and the same noise from the same initial weights.
    """
    model = prepare(spec, TrainingSettings(dataset=dataset.name, images=images, seed=SEED), dataset)
    assert isinstance(model, VAE)
    optimizer = torch.optim.Adam(model.parameters(), RATE, eps=1e-12)  # the usual 1e-8 would feel gradients 784 times as small
    generator = torch.Generator().manual_seed(SEED)
    printed = []
    for _ in range(images // SIZES.batch):
        index = torch.randint(len(dataset.train), (SIZES.batch,), generator=generator)
        batch = dataset.train.pixels(index)
        noise = torch.randn(SIZES.batch, spec.latent_dim, generator=generator)
        logits, posterior = model(batch, noise)
        assert posterior.log_variance is not None
        loss = script_loss(logits.flatten(1), batch.flatten(1), posterior.mean, posterior.log_variance, *way.arguments)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        printed.append(float(loss.detach()))
    return model.eval(), sum(printed[-100:]) / len(printed[-100:])


@dataclass(frozen=True)
class Measured(metrics.Bound):
    """The bound on the test set, and what the loss printed in the end."""

    printed_loss: float


def write() -> None:
    """Train all three, and write each with its measures."""
    dataset = data.load("mnist")
    for name, way in WAYS.items():
        model, printed = train(way, dataset)
        settings = TrainingSettings(images=IMAGES, batch_size=SIZES.batch, learning_rate=RATE, beta=way.beta, seed=SEED)
        measured = Measured(**vars(metrics.bound(model, dataset.test)), printed_loss=printed)
        SHELF.write_model(f"reduction-{name}", model, settings, measures=measured)


def load(name: str) -> Shipped[Measured]:
    """One of the three by its name among WAYS."""
    return SHELF.model(f"reduction-{name}", Measured)
