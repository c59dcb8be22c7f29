"""What the page on own images shows: what was sent, principal components of it, and the models that were trained on it."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from torch import Tensor

import ingest
from explorer.canvas import payloads
from explorer.models import run_models, trained
from explorer.runs.own_images import forget as forget_images
from ingest.examples import EXAMPLES
from lessons.images import few_images
from lessons.images.few_images import Errors
from lessons.shared import pca
from vae import latent
from vae.data import Dataset

SHOWN = 8  # test images
MOST_COMPONENTS = 64


@st.cache_data(max_entries=4, show_spinner=False)
def example(name: str) -> tuple[str, bytes]:
    """An example's file name and contents."""
    file, make = EXAMPLES[name]
    return file, make()


@st.cache_resource(max_entries=1, show_spinner=False)
def few() -> few_images.FewImages:
    return few_images.load()


@dataclass(frozen=True)
class Result:
    """One model on one data set."""

    name: str  # under which pages know it; "" for principal components
    errors: Errors
    reconstructions: Tensor  # (SHOWN, 1, 28, 28) of the first test images
    images_seen: int = 0  # in training


def components(dataset: Dataset, latents: int) -> Result:
    """Principal components with as many numbers as the models have latents."""
    fitted = _components(dataset.name, dataset)
    images = dataset.test.pixels(slice(SHOWN))
    return Result("", few_images.judge(fitted, dataset, latents), few_images.reconstruct(fitted, images, latents))


@st.cache_resource(max_entries=8, show_spinner="Computing principal components")
def _components(name: str, _dataset: Dataset) -> pca.PrincipalComponents:
    return few_images.components(_dataset.train.pixels(), MOST_COMPONENTS)


def newest(dataset: Dataset, latents: int) -> dict[str, Result]:
    """The newest autoencoder and the newest VAE with so many latents that this browser has trained on these images."""
    found: dict[str, Result] = {}
    for name, model in run_models.listed().items():
        fits = model.mine and model.settings.dataset == dataset.name and model.spec.latent_dim == latents
        if fits and model.spec.kind not in found:
            found[model.spec.kind] = _result(name, model.run.images_seen, dataset)
    return found


@st.cache_data(max_entries=64, show_spinner="Reconstructing your images")
def _result(name: str, images_seen: int, _dataset: Dataset) -> Result:
    model = trained.get(name).model
    pictures = few_images.reconstruct(model, _dataset.test.pixels(slice(SHOWN)))
    return Result(name, few_images.judge(model, _dataset), pictures, images_seen)


@st.cache_data(max_entries=64, show_spinner=False)
def draws(name: str, images_seen: int, _dataset: Dataset) -> tuple[Tensor, Tensor]:
    """Eight draws from the prior decoded by a VAE, and the nearest training image of each; (SHOWN, 1, 28, 28)."""
    model = trained.get(name).model
    pictures = latent.decode(model, latent.sample_prior(SHOWN, model.spec.latent_dim, seed=0))
    return pictures, few_images.nearest(pictures, _dataset.train.pixels())


def forget(set_id: str) -> None:
    """Let go of everything that was worked out from images that are deleted."""
    forget_images(set_id)
    caches: tuple[Callable, ...] = (_components, _result, draws)
    for cache in caches:
        cache.clear()  # type: ignore[attr-defined]
    payloads.pictures.cache_clear()


def read(files: list[tuple[str, bytes]]) -> ingest.Brought | str:
    """What was sent, or the sentence that says why it is refused."""
    try:
        return ingest.read(files)
    except ingest.Refused as error:
        return str(error)
