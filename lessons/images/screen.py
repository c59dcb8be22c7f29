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
from lessons.images.few_images import Errors, FewImages
from lessons.images.figures import NAMES
from lessons.shared import pca
from vae.data import Dataset
from vae.model import latent

SHOWN = 8  # test images
MOST_COMPONENTS = 64
FITTED = 20_000  # training images at most, for principal components: more change little and take much memory


@st.cache_data(max_entries=4, show_spinner=False)
def example(name: str) -> tuple[str, bytes]:
    """An example's file name and contents."""
    file, make = EXAMPLES[name]
    return file, make()


@st.cache_resource(max_entries=1, show_spinner=False)
def few() -> FewImages:
    return few_images.load()


Rows = tuple[
    dict[str, tuple[Errors, Tensor] | str], dict[str, Tensor]
]  # for each model a result or a sentence; rows without errors


def few_at(few: FewImages, size: int) -> Rows:
    """What ships of the models trained on so many digits, as rows of pictures."""
    at = few_images.SIZES.index(size)
    results: dict[str, tuple[Errors, Tensor] | str] = {}
    for kind in few_images.MODELS:
        results[kind] = few.errors[kind][at], few.reconstructions[kind][at]
    return results, {"draws": few.draws[at], "nearest": few.nearest[at]}


def ending(few: FewImages) -> str:
    """How an autoencoder of the fewest digits does on others, as the page's prediction names it: "as-good", "worst" or "worse"."""
    ae, linear = few.errors["ae"][0], few.errors["pca"][0]
    return "as-good" if ae.unseen < 1.5 * ae.seen else "worst" if ae.unseen > linear.unseen else "worse"


def numbers(few: FewImages) -> dict[str, float]:
    """The errors that the reveal names: of the fewest digits, of the most, and the gaps between seen and unseen."""
    gaps = {kind: [each.unseen - each.seen for each in few.errors[kind]] for kind in few_images.MODELS}
    return {
        "ae_seen": few.errors["ae"][0].seen,
        "ae_unseen": few.errors["ae"][0].unseen,
        "pca_unseen": few.errors["pca"][0].unseen,
        **{f"{kind}_many": few.errors[kind][-1].unseen for kind in few_images.MODELS},
        **{f"{kind}_gap": gaps[kind][2] for kind in ("ae", "vae")},
        **{f"{kind}_gap_few": gaps[kind][0] for kind in ("ae", "vae")},
    }


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
    return few_images.components(_dataset.train.pixels(slice(FITTED)), MOST_COMPONENTS)


def found(dataset: Dataset, latents: int) -> dict[str, Result]:
    """What this browser has trained on these images, and principal components."""
    return {**newest(dataset, latents), "pca": components(dataset, latents)}


def compared(found: dict[str, Result], dataset: Dataset, untrained: str) -> Rows:
    """Those as rows of pictures, with a sentence where a model is not trained yet."""
    results = {kind: (found[kind].errors, found[kind].reconstructions) if kind in found else untrained for kind in NAMES}
    if "vae" not in found:
        return results, {}
    drawn, nearest = draws(found["vae"].name, found["vae"].images_seen, dataset)
    return results, {"draws": drawn, "nearest": nearest}


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
    """Images that were sent, or the sentence that says why it is refused."""
    try:
        brought = ingest.read(files)
        assert isinstance(brought, ingest.Brought)
        return brought
    except ingest.Refused as error:
        return str(error)
