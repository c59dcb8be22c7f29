"""What is looked at while models train: the same images and the same noise at every record of a run."""

import torch
from torch import Tensor

from vae.data import Dataset
from vae.models import Autoencoder
from vae.objectives import objective
from vae.records import Losses, Snapshot
from vae.settings import TrainingSettings

WATCHED_IMAGES = 1_000  # of each split, for the losses on a record
SNAPSHOT_CODES = 2_000
SNAPSHOT_PICTURES = 8


@torch.no_grad()
def measure(model: Autoencoder, images: Tensor, noise: Tensor, beta: float) -> Losses:
    """The objective's parts on images (B, C, H, W) with noise (B, D), which an autoencoder leaves unused."""
    terms = objective(model, images, noise, beta)
    kl, kl_per_dim = terms.kl, terms.kl_per_dim
    return Losses(
        float(terms.reconstruction),
        None if kl is None else float(kl),
        None if kl_per_dim is None else tuple(kl_per_dim.tolist()),
        float(terms.loss),
    )


class Watch:
    """The fixed inputs on which every record of a run is measured."""

    def __init__(self, data: Dataset, snapshots: bool, settings: TrainingSettings):
        self.seed = settings.seed
        first = slice(WATCHED_IMAGES)
        self._first = {"training": data.train.pixels(first), "validation": data.validation.pixels(first)}
        if settings.pixels == "dynamic":
            pixels = torch.Generator().manual_seed(self.seed + 5)
            self._first = {split: torch.bernoulli(images, generator=pixels) for split, images in self._first.items()}
        self._probe = data.test.pixels(slice(SNAPSHOT_CODES)) if snapshots else None

    def losses(self, split: str, model: Autoencoder, beta: float) -> Losses:
        """On the first images of the split "training" or "validation"."""
        images = self._first[split]
        noise = torch.randn(len(images), model.spec.latent_dim, generator=torch.Generator().manual_seed(self.seed + 2))
        return measure(model, images, noise, beta)

    @torch.no_grad()
    def snapshot(self, model: Autoencoder) -> Snapshot | None:
        """What the model does to the first test images and to fixed draws from the prior, if that is wanted."""
        if self._probe is None:
            return None
        noise = torch.randn(SNAPSHOT_PICTURES, model.spec.latent_dim, generator=torch.Generator().manual_seed(self.seed + 3))
        codes = model.encode(self._probe).mean
        pictures = model.expected_image(model.decode(torch.cat([codes[:SNAPSHOT_PICTURES], noise])))
        return Snapshot(codes, pictures[:SNAPSHOT_PICTURES], pictures[SNAPSHOT_PICTURES:])
