"""The models of the lesson on denoising, all of one shape: three that learned to take a kind of noise off, and two that never saw any.

`python -m lessons denoise` trains them from one seed, measures them beside principal components and a median filter, and ships both.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from torch import Tensor

from lessons.denoise import cleaning as denoise
from lessons.shared import pca
from vae import checkpoints, data
from vae.checkpoints import Checkpoint
from vae.corruption import NONE, corrupt
from vae.data import Dataset, Split
from vae.errors import CheckpointError
from vae.models import Autoencoder
from vae.settings import TrainingSettings
from vae.spec import ModelSpec
from vae.training import prepare, train_together

SHIPPED = Path(__file__).parent / "shipped"
CURVES = SHIPPED / "denoise-curves.json"
RESTORE = "Write it again with `python -m lessons denoise`."
LATENTS = 32
SPEC = ModelSpec("ae", LATENTS, encoder_widths=(128,), decoder_widths=(128,))
SETTINGS = TrainingSettings(images=1_000_000, learning_rate=5e-3)
LEARNED = {
    "gaussian": 0.5,
    "salt-pepper": 0.35,
    "masking": 0.5,
}  # the level that each denoiser learned at, chosen on validation images
LEVELS = tuple(k / 10 for k in range(1, 11))
MEASURED = 300  # test images
NOISE_SEED = 2010

Clean = Callable[[Tensor], Tensor]


def recipes() -> dict[str, tuple[ModelSpec, TrainingSettings]]:
    """Each model by name: "ae", "vae", and a denoiser by the kind of noise it learned on."""
    plain = {kind: (replace(SPEC, kind=kind), SETTINGS) for kind in ("ae", "vae")}
    noisy = {kind: (SPEC, replace(SETTINGS, corruption=kind, corruption_level=level)) for kind, level in LEARNED.items()}
    return plain | noisy


def folder(name: str) -> Path:
    """Where that model ships."""
    return SHIPPED / f"denoise-{name}"


def ways(models: dict[str, Autoencoder], basis: pca.PrincipalComponents) -> dict[str, Clean]:
    """Every way to clean images (N, 1, H, W) by its name; NONE leaves the noise in. All give pixels within [0, 1]."""
    trained = {name: partial(denoise.through_model, model=model) for name, model in models.items()}
    return {
        NONE: lambda images: images.clamp(0, 1),
        **trained,
        "pca": partial(denoise.through_components, basis=basis, count=LATENTS),
        "median": lambda images: denoise.median(images.clamp(0, 1)),
    }


def curves(by: dict[str, Clean], split: Split, count: int = MEASURED, levels: tuple[float, ...] = LEVELS) -> dict[str, Any]:
    """PSNR (decibels) and SSIM of each way at each level of each kind of noise, over the first images of a split.

    {kind: {way: {"psnr": [{"mean", "error"} per level], "ssim": the same}}}; all ways get the same noise.
    """
    clean = split.pixels(slice(count))
    found: dict[str, Any] = {}
    for kind in LEARNED:
        rows: dict[str, Any] = {way: {"psnr": [], "ssim": []} for way in by}
        for level in levels:
            noisy = corrupt(clean, kind, level, NOISE_SEED)
            for way, clean_up in by.items():
                images = clean_up(noisy)
                for name, measure in (("psnr", denoise.psnr), ("ssim", denoise.ssim)):
                    rows[way][name].append(asdict(denoise.mean_of(measure(images, clean))))
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
        checkpoint = Checkpoint(f"denoise-{name}", model, recipes()[name][1], "python -m lessons denoise")
        checkpoints.save(folder(name), checkpoints.files(checkpoint, []))
    measured = curves(ways(load(), pca.load()), dataset.test)
    CURVES.write_text(json.dumps({"levels": LEVELS, "images": MEASURED, "curves": measured}), encoding="utf-8")


def load() -> dict[str, Autoencoder]:
    """The models that ship, by name; CheckpointError with a sentence where one is missing or damaged."""
    try:
        return {name: checkpoints.load(folder(name)).model for name in recipes()}
    except CheckpointError as error:
        raise CheckpointError(f"A denoising model is missing or damaged. {RESTORE}") from error


def load_curves() -> dict[str, Any]:
    """What `curves` measured on test images, with its levels and how many images; CheckpointError where it is missing or damaged."""
    try:
        told = json.loads(CURVES.read_text(encoding="utf-8"))
        assert_whole(told)
        return told
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise CheckpointError(f"{CURVES.name} is missing or damaged. {RESTORE}") from error


def assert_whole(told: dict[str, Any]) -> None:
    """ValueError or KeyError where a curve lacks a level."""
    ways_ = {NONE, *recipes(), "pca", "median"}
    for kind in LEARNED:
        for way in ways_:
            for name in ("psnr", "ssim"):
                if len(told["curves"][kind][way][name]) != len(told["levels"]):
                    raise ValueError(f"{kind}, {way}: not a value for each level.")
