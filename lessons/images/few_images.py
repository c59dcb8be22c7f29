"""How many images are needed: the same three models, fitted to few images and to many, judged on images that none of them saw.

`python -m lessons few-images` trains an autoencoder and a VAE on the first N training digits for N from 50 to 15,000, always for the
same number of steps, fits principal components to the same digits, and ships measures and pictures. What is compared is the root mean
squared error of a reconstruction, in grey levels from 0 to 1: the one measure that all three have. Letters for shapes: N images, P pixels, D
latent dimensions, K pictures.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import torch
from sklearn.decomposition import PCA
from torch import Tensor

from lessons.shared.pca import PrincipalComponents
from lessons.shared.shipping import Shelf
from vae import data
from vae.data import Dataset, Split
from vae.learning.recipes import recipe
from vae.learning.training import prepare, train_together
from vae.model import latent
from vae.model.networks import Autoencoder

SHELF = Shelf("images", "few-images")
FILE = "few_images"
SIZES = (50, 150, 500, 1_500, 5_000, 15_000)  # images trained on
LATENTS = 10
IMAGES = 150_000  # seen, counting repeats, whatever the size
MODELS = ("ae", "vae", "pca")
SHOWN = 8  # pictures of each kind that ship
JUDGED = 2_000  # errors are averaged over so many images of either kind, at most


class Errors(NamedTuple):
    """Root mean squared error of reconstructions, in grey levels 0 to 1."""

    seen: float  # on images that the model was fitted to
    unseen: float  # on test images


@dataclass(frozen=True)
class FewImages:
    """What ships; pictures are (sizes, K, 28, 28) in [0, 1].

    errors           for each model, its errors at each of the SIZES
    reconstructions  for each model, of the first test images
    draws            prior draws, decoded by the VAE
    nearest          for each draw the nearest of the images that the VAE was trained on
    """

    errors: dict[str, tuple[Errors, ...]]
    reconstructions: dict[str, Tensor]
    draws: Tensor
    nearest: Tensor


def rmse(reconstructions: Tensor, images: Tensor) -> float:
    """sqrt(mean (x' - x)^2) over all pixels of all images, both (N, ...) in [0, 1]."""
    return float((reconstructions.flatten(1) - images.flatten(1)).square().mean().sqrt())


def components(images: Tensor, count: int) -> PrincipalComponents:
    """The first `count` principal components of images (N, C, H, W) in [0, 1], or as many as N images have."""
    pixels = images.flatten(1).numpy()  # (N, P)
    few = len(pixels) < pixels.shape[1]
    fitted = PCA(min(count, *pixels.shape), svd_solver="full" if few else "covariance_eigh", copy=few).fit(pixels)
    mean, directions, variances = (
        torch.from_numpy(part.astype(np.float32)) for part in (fitted.mean_, fitted.components_, fitted.explained_variance_)
    )
    return PrincipalComponents(mean, directions, variances, torch.empty(0))


def reconstruct(model: Autoencoder | PrincipalComponents, images: Tensor, count: int = LATENTS) -> Tensor:
    """Images (N, C, H, W) through a code of `count` numbers and back: a model's by the mean of the posterior."""
    if isinstance(model, PrincipalComponents):
        return model.decode(model.encode(images, count)).view(images.shape)
    return latent.decode(model, latent.encode(model, images).mean)


def judge(model: Autoencoder | PrincipalComponents, dataset: Dataset, count: int = LATENTS) -> Errors:
    """Errors on the first training and test images."""
    some = (split.pixels(slice(JUDGED)) for split in (dataset.train, dataset.test))
    return Errors(*(rmse(reconstruct(model, images, count), images) for images in some))


def nearest(pictures: Tensor, images: Tensor) -> Tensor:
    """For each picture (K, ...) the image of (N, ...) that differs least in squared error (K, ...)."""
    return images[torch.cdist(pictures.flatten(1), images.flatten(1)).argmin(1)]


def first(dataset: Dataset, count: int) -> Dataset:
    """The data set with its first `count` training images alone."""
    return replace(dataset, train=Split(dataset.train.images[:count], dataset.train.labels[:count]))


def fit(dataset: Dataset, budget: int = IMAGES) -> dict[str, Autoencoder | PrincipalComponents]:
    """All three, fitted to the training images."""
    recipes = [recipe(kind, LATENTS, budget) for kind in ("ae", "vae")]
    models = [prepare(replace(spec, image_shape=dataset.image_shape), settings, dataset) for spec, settings in recipes]
    for _ in train_together(models, [settings for _, settings in recipes], dataset, records=1):
        pass
    return {**dict(zip(("ae", "vae"), models, strict=True)), "pca": components(dataset.train.pixels(), LATENTS)}


def write(dataset: Dataset | None = None, sizes: tuple[int, ...] = SIZES, budget: int = IMAGES) -> None:
    """Train, judge and ship."""
    dataset = dataset or data.load("mnist")
    noise = latent.sample_prior(SHOWN, LATENTS, seed=0)
    parts: dict[str, list[Tensor]] = {}
    for count in sizes:
        cut = first(dataset, count)
        for name, model in fit(cut, budget).items():
            pictures = reconstruct(model, dataset.test.pixels(slice(SHOWN)))
            parts.setdefault(f"{name}.errors", []).append(torch.tensor(judge(model, cut)))
            parts.setdefault(f"{name}.reconstructions", []).append(pictures[:, 0].mul(255).round().byte())
            if name == "vae":
                assert isinstance(model, Autoencoder)
                draws = latent.decode(model, noise)[:, 0]
                found = nearest(draws, cut.train.pixels()[:, 0])
                for key, images in (("draws", draws), ("nearest", found)):
                    parts.setdefault(key, []).append(images.mul(255).round().byte())
    SHELF.write_arrays(FILE, {name: torch.stack(each) for name, each in parts.items()})


def load() -> FewImages:
    """What ships; CheckpointError with what to do where the file is missing or damaged."""
    parts = SHELF.arrays(FILE)
    with SHELF.reading(FILE):
        return FewImages(
            {name: tuple(Errors(*row) for row in parts[f"{name}.errors"].tolist()) for name in MODELS},
            {name: parts[f"{name}.reconstructions"].float() / 255 for name in MODELS},
            *(parts[name].float() / 255 for name in ("draws", "nearest")),
        )
