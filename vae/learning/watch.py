"""Measurements during training: every record of a run uses the same images and the same noise."""

import torch
from torch import Tensor

from vae.corruption import corrupt
from vae.data import Dataset
from vae.hardware import CPU, products_in
from vae.learning.gan_losses import discriminator_loss, generator_loss
from vae.learning.objectives import objective
from vae.learning.records import SCORE_BINS, GameLosses, Losses, Snapshot
from vae.learning.settings import TrainingSettings
from vae.model.networks import GAN, AnyModel, Autoencoder, Given, Network
from vae.model.posterior import Posterior

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


class Rounded(Given):
    """A model in training, and the classes of the images. It multiplies in the format of training; what it gives is float32."""

    def __init__(self, model: Autoencoder, labels: Tensor, compute: torch.dtype):
        super().__init__(model, labels)
        self._compute = compute

    def encode(self, images: Tensor) -> Posterior:
        with products_in(self._compute, images.device):
            mean, log_variance = super().encode(images)
        return Posterior(mean.float(), None if log_variance is None else log_variance.float())

    def decode(self, z: Tensor) -> Tensor:
        with products_in(self._compute, z.device):
            return super().decode(z).float()


def corrupted(images: Tensor, settings: TrainingSettings) -> Tensor:
    """Watched images (N, C, H, W) with the noise of the model's settings, the same noise at every record."""
    return corrupt(images, settings.corruption, settings.corruption_level, settings.seed + 6)


class Watch:
    """The fixed inputs on which every record of a run is measured.

    A model that is trained on noisy inputs is also measured on them, with fixed noise and the clean image as the target.
    """

    def __init__(self, data: Dataset, snapshots: bool, settings: TrainingSettings, place: torch.device = CPU):
        self.seed, self._place, self._snapshots = settings.seed, place, snapshots
        first, probe = slice(WATCHED_IMAGES), slice(SNAPSHOT_CODES if snapshots else 0)
        splits = {"training": (data.train, first), "validation": (data.validation, first), "test": (data.test, probe)}
        self._images = {name: split.pixels(chosen) for name, (split, chosen) in splits.items()}
        self._labels = {name: split.labels[chosen].to(place) for name, (split, chosen) in splits.items()}
        if settings.pixels == "dynamic":
            pixels = torch.Generator().manual_seed(self.seed + 5)
            for name in ("training", "validation"):
                self._images[name] = torch.bernoulli(self._images[name], generator=pixels)
        self._images = {name: images.to(place) for name, images in self._images.items()}
        self._corrupted: dict[tuple[str, str, float], Tensor] = {}

    def losses(
        self, split: str, model: Network, settings: TrainingSettings, beta: float, compute: torch.dtype = torch.float32
    ) -> Losses | GameLosses:
        """The losses on the first images of the split "training" or "validation", with products in the format `compute`.

        bfloat16 is several times as fast where training uses it, and moves a loss by a few hundredths of a nat.
        """
        images, labels = self._images[split], self._labels[split]
        noise = self._noise(len(images), model, self.seed + 2)
        if isinstance(model, GAN):
            return measure_game(model, images, noise)
        assert isinstance(model, Autoencoder)
        return measure(Rounded(model, labels, compute), images, noise, beta, self._inputs(split, settings))

    @torch.no_grad()
    def snapshot(self, model: Network, settings: TrainingSettings, compute: torch.dtype = torch.float32) -> Snapshot | None:
        """Codes and reconstructions of the first test images, and fixed draws from the prior; None without snapshots.

        The codes are those of clean images; a model that is trained on noisy inputs reconstructs noisy ones. The draws of a
        conditional model have the classes 0, 1, 2, ...
        """
        if not self._snapshots:
            return None
        pictures = SNAPSHOT_PICTURES if model.spec.traits.encoder else GAN_PICTURES
        noise = self._noise(pictures, model, self.seed + 3)
        if not isinstance(model, Autoencoder):
            samples = model.expected_image(model.decode(noise)).cpu()
            return Snapshot(noise[:0].cpu(), samples[:0], samples)
        first, labels = slice(SNAPSHOT_PICTURES), self._labels["test"]
        codes = Rounded(model, labels, compute).encode(self._images["test"]).mean
        shown = model.given(labels[first]).encode(self._inputs("test", settings)).mean
        drawn = torch.arange(SNAPSHOT_PICTURES, device=self._place) % max(model.spec.classes, 1)
        told = model.given(torch.cat([labels[first], drawn]))
        images = model.expected_image(told.decode(torch.cat([shown, model.prior.sample(noise)]))).cpu()
        return Snapshot(codes.cpu(), images[:SNAPSHOT_PICTURES], images[SNAPSHOT_PICTURES:])

    def _inputs(self, split: str, settings: TrainingSettings) -> Tensor:
        """What encoders get of a split: its images (N, C, H, W), with the noise of the model's settings, the same at every record."""
        noise = (settings.corruption, settings.corruption_level)
        if (split, *noise) not in self._corrupted:
            images = self._images[split] if split != "test" else self._images[split][:SNAPSHOT_PICTURES]
            self._corrupted[split, *noise] = corrupted(images, settings)
        return self._corrupted[split, *noise]

    def _noise(self, count: int, model: Network, seed: int) -> Tensor:
        """Draws (N, noise_dim) for a measurement: on every device those of the CPU, so that measures can be compared."""
        return torch.randn(count, model.noise_dim, generator=torch.Generator().manual_seed(seed)).to(self._place)
