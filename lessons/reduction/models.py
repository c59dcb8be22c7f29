"""Three small VAEs that differ in one line of their loss: summed, averaged, and averaged with the KL's weight mended.

`python -m lessons reduction` trains them from one seed, with the loop that a script would have, and ships weights and measures.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import torch

from lessons.reduction.effective_beta import Sizes, effective_beta, mending_weight, script_loss
from vae import checkpoints, data, metrics
from vae.checkpoints import Checkpoint
from vae.data import Dataset
from vae.errors import CheckpointError
from vae.models import VAE
from vae.settings import TrainingSettings
from vae.spec import ModelSpec
from vae.training import prepare

SHIPPED = Path(__file__).parent / "shipped"
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
    """Train all three, and write each as a checkpoint with its measures."""
    dataset = data.load("mnist")
    for name, way in WAYS.items():
        model, printed = train(way, dataset)
        settings = TrainingSettings(images=IMAGES, batch_size=SIZES.batch, learning_rate=RATE, beta=way.beta, seed=SEED)
        checkpoint = Checkpoint(f"reduction-{name}", model, settings, "python -m lessons reduction")
        measured = Measured(**vars(metrics.bound(model, dataset.test)), printed_loss=printed)
        checkpoints.save(SHIPPED / checkpoint.name, checkpoints.files(checkpoint, [], measured))


class Shipped(NamedTuple):
    """One of the three: the model, how it writes its loss, and what was measured."""

    model: VAE
    way: Way
    measures: Measured


def load(name: str) -> Shipped:
    """One of the three by name; CheckpointError with a sentence where it is missing or damaged."""
    folder = SHIPPED / f"reduction-{name}"
    try:
        model = checkpoints.load(folder).model
        measures = checkpoints.load_measures(folder, Measured)
    except CheckpointError as error:
        raise CheckpointError(f"{folder} is missing or damaged. Train it again with `python -m lessons reduction`.") from error
    assert isinstance(model, VAE)
    return Shipped(model, WAYS[name], measures)
