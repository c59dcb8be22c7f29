"""The models of the lesson on denoising, all of one shape: three that learned to take a kind of noise off, and two that never saw any.

`python -m lessons denoise` trains them from one seed, measures them beside principal components and a median filter, and ships both.
"""

from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from torch import Tensor

from lessons.denoise import cleaning
from lessons.shared import pca
from lessons.shared.psnr import psnr
from lessons.shared.shipping import Shelf
from lessons.shared.ssim import ssim
from vae import data
from vae.corruption import NONE, corrupt
from vae.data import Dataset, Split
from vae.learning.settings import TrainingSettings
from vae.learning.training import prepare, train_together
from vae.model.networks import Autoencoder
from vae.model.spec import ModelSpec

SHELF = Shelf("denoise", "denoise")
CURVES = "denoise-curves"
LATENTS = 32
SPEC = ModelSpec("ae", LATENTS, encoder_widths=(128,), decoder_widths=(128,))
SETTINGS = TrainingSettings(images=1_000_000, learning_rate=5e-3)
TRAINED_AT = {"gaussian": 0.5, "salt-pepper": 0.35, "masking": 0.5}  # each denoiser's level, chosen on validation images
NOISES = tuple(TRAINED_AT)
LEVELS = tuple(k / 10 for k in range(1, 11))
MEASURED = 300  # test images
NOISE_SEED = 2010

MEASURES = {"psnr": psnr, "ssim": lambda images, clean: ssim(images.double(), clean.double())}
Clean = Callable[[Tensor], Tensor]


def recipes() -> dict[str, tuple[ModelSpec, TrainingSettings]]:
    """Each model by name: "ae", "vae", and a denoiser by the kind of noise it learned on."""
    plain = {kind: (replace(SPEC, kind=kind), SETTINGS) for kind in ("ae", "vae")}
    noisy = {kind: (SPEC, replace(SETTINGS, corruption=kind, corruption_level=level)) for kind, level in TRAINED_AT.items()}
    return plain | noisy


def ways(models: dict[str, Autoencoder], basis: pca.PrincipalComponents) -> dict[str, Clean]:
    """Every way to clean images (N, 1, H, W) by its name; NONE leaves the noise in. All give pixels within [0, 1]."""
    trained = {name: partial(cleaning.through_model, model=model) for name, model in models.items()}
    return {
        NONE: lambda images: images.clamp(0, 1),
        **trained,
        "pca": partial(cleaning.through_components, basis=basis, count=LATENTS),
        "median": lambda images: cleaning.median(images.clamp(0, 1)),
    }


def curves(by: dict[str, Clean], split: Split, count: int = MEASURED, levels: tuple[float, ...] = LEVELS) -> dict[str, Any]:
    """PSNR (decibels) and SSIM of each way at each level of each kind of noise, over the first images of a split.

    {kind: {way: {"psnr": [{"mean", "error"} per level], "ssim": the same}}}; all ways get the same noise.
    """
    clean = split.pixels(slice(count))
    found: dict[str, Any] = {}
    for kind in NOISES:
        rows: dict[str, Any] = {way: {"psnr": [], "ssim": []} for way in by}
        for level in levels:
            noisy = corrupt(clean, kind, level, NOISE_SEED)
            for way, clean_up in by.items():
                images = clean_up(noisy)
                for name, measure in MEASURES.items():
                    rows[way][name].append(asdict(cleaning.mean_of(measure(images, clean))))
        found[kind] = rows
    return found


def train(dataset: Dataset, settings: TrainingSettings = SETTINGS) -> dict[str, Autoencoder]:
    """All of them, on the same batches from the same initial weights."""
    planned = {name: (spec, replace(own, images=settings.images)) for name, (spec, own) in recipes().items()}
    models = {name: prepare(*plan, dataset) for name, plan in planned.items()}
    for _ in train_together(list(models.values()), [own for _, own in planned.values()], dataset, records=1):
        pass
    return {name: model.eval() for name, model in models.items()}


def write() -> None:
    """Train, ship the weights, and measure the weights as they were written."""
    dataset = data.load("mnist")
    for name, model in train(dataset).items():
        SHELF.write_model(f"denoise-{name}", model, recipes()[name][1])
    measured = curves(ways(load(), pca.load()), dataset.test)
    SHELF.write_numbers(CURVES, {"levels": LEVELS, "images": MEASURED, "curves": measured}, indent=None)


def load() -> dict[str, Autoencoder]:
    """The models that ship, by name; CheckpointError with a sentence where one is missing or damaged."""
    return {name: SHELF.checkpoint(f"denoise-{name}").model for name in recipes()}


def load_curves() -> dict[str, Any]:
    """What `curves` measured on test images, with its levels and how many images; CheckpointError where it is missing or damaged."""
    contents = SHELF.numbers(CURVES)
    with SHELF.reading(f"{CURVES}.json"):
        for kind in NOISES:
            for way in (NONE, *recipes(), "pca", "median"):
                for measure in MEASURES:
                    if len(contents["curves"][kind][way][measure]) != len(contents["levels"]):
                        raise ValueError(f"{kind}, {way}: not a value for each level.")
    return contents
