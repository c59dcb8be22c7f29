"""Measurements during training: every record of a run uses the same images and the same noise."""

import torch
from torch import Tensor

from vae.corruption import corrupt
from vae.data import Dataset
from vae.hardware import CPU
from vae.learning.gan_losses import discriminator_loss, generator_loss
from vae.learning.objectives import objective
from vae.learning.records import SCORE_BINS, GameLosses, Losses, Snapshot
from vae.learning.settings import TrainingSettings
from vae.model.networks import GAN, AnyModel, Autoencoder, Given, Network

WATCHED_IMAGES = 1_000  # images of each split for the losses of a record
SNAPSHOT_CODES = 2_000
SNAPSHOT_PICTURES = 8
GAN_PICTURES = 64  # a GAN can show only samples, and only many of them show what is missing


@torch.no_grad()
def measure(model: AnyModel, images: Tensor, noise: Tensor, beta: float, inputs: Tensor | None = None) -> Losses:
    """The parts of the objective on images (B, C, H, W) with noise (B, noise_dim), which an autoencoder does not use.

    inputs (B, C, H, W) are what the encoder gets, if not the images themselves.
    """
    terms = objective(model, images, noise, beta, inputs)
    kl, kl_per_dim = terms.kl, terms.kl_per_dim
    return Losses(
        float(terms.reconstruction),
        None if kl is None else float(kl),
        None if kl_per_dim is None else tuple(kl_per_dim.tolist()),
        float(terms.loss),
    )


@torch.no_grad()
def measure_game(model: GAN, images: Tensor, noise: Tensor) -> GameLosses:
    """Both players' losses on images (B, C, H, W) and the fakes of noise (B, D)."""
    real, fake = model.score(images), model.score(model.generate(noise))

    def histogram(scores: Tensor) -> tuple[float, ...]:
        return tuple((torch.histc(torch.sigmoid(scores), SCORE_BINS, 0, 1) / len(scores)).tolist())

    return GameLosses(float(discriminator_loss(real, fake)), float(generator_loss(fake)), histogram(real), histogram(fake))


def look(
    model: Network | Given, images: Tensor, noise: Tensor, beta: float, inputs: Tensor | None = None
) -> Losses | GameLosses:
    """`measure_game` for a GAN, `measure` for all others."""
    if isinstance(model, GAN):
        return measure_game(model, images, noise)
    assert isinstance(model, (Autoencoder, Given))
    return measure(model, images, noise, beta, inputs)


def corrupted(images: Tensor, settings: TrainingSettings) -> Tensor:
    """Watched images (N, C, H, W) with the noise of the model's settings, the same noise at every record."""
    return corrupt(images, settings.corruption, settings.corruption_level, settings.seed + 6)


class Watch:
    """The fixed inputs on which every record of a run is measured.

    A model that is trained on noisy inputs is also measured on them, with fixed noise and the clean image as the target.
    """

    def __init__(self, data: Dataset, snapshots: bool, settings: TrainingSettings, place: torch.device = CPU):
        self.seed, self._place = settings.seed, place
        first = slice(WATCHED_IMAGES)
        self._first = {"training": data.train.pixels(first), "validation": data.validation.pixels(first)}
        if settings.pixels == "dynamic":
            pixels = torch.Generator().manual_seed(self.seed + 5)
            self._first = {split: torch.bernoulli(images, generator=pixels) for split, images in self._first.items()}
        self._first = {split: images.to(place) for split, images in self._first.items()}
        self._labels = {"training": data.train.labels[first].to(place), "validation": data.validation.labels[first].to(place)}
        self._probe = data.test.pixels(slice(SNAPSHOT_CODES)).to(place) if snapshots else None
        self._probe_labels = data.test.labels[:SNAPSHOT_CODES].to(place)

    def losses(self, split: str, model: Network, settings: TrainingSettings, beta: float) -> Losses | GameLosses:
        """The losses on the first images of the split "training" or "validation"."""
        images = self._first[split]
        noise = self._noise(len(images), model, self.seed + 2)
        return look(model.given(self._labels[split]), images, noise, beta, corrupted(images, settings))

    @torch.no_grad()
    def snapshot(self, model: Network, settings: TrainingSettings) -> Snapshot | None:
        """Codes and reconstructions of the first test images, and fixed draws from the prior; None without snapshots.

        The codes are those of clean images; a model that is trained on noisy inputs reconstructs noisy ones. The draws of a
        conditional model have the classes 0, 1, 2, ...
        """
        if self._probe is None:
            return None
        pictures = SNAPSHOT_PICTURES if model.spec.traits.encoder else GAN_PICTURES
        noise = self._noise(pictures, model, self.seed + 3)
        if not isinstance(model, Autoencoder):
            samples = model.expected_image(model.decode(noise)).cpu()
            return Snapshot(noise[:0].cpu(), samples[:0], samples)
        first = slice(SNAPSHOT_PICTURES)
        codes = model.given(self._probe_labels).encode(self._probe).mean
        shown = model.given(self._probe_labels[first]).encode(corrupted(self._probe[first], settings)).mean
        drawn = torch.arange(SNAPSHOT_PICTURES, device=self._place) % max(model.spec.classes, 1)
        told = model.given(torch.cat([self._probe_labels[first], drawn]))
        images = model.expected_image(told.decode(torch.cat([shown, model.prior.sample(noise)]))).cpu()
        return Snapshot(codes.cpu(), images[:SNAPSHOT_PICTURES], images[SNAPSHOT_PICTURES:])

    def _noise(self, count: int, model: Network, seed: int) -> Tensor:
        """Draws (N, noise_dim) for a measurement: on every device those of the CPU, so that measures can be compared."""
        return torch.randn(count, model.noise_dim, generator=torch.Generator().manual_seed(seed)).to(self._place)
