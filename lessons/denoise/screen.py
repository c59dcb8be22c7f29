"""What the lesson on denoising shows: one image at every level of noise, cleaned in every way, and the curves that ship."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from explorer.page import pictures
from lessons.denoise import cleaning as denoise
from lessons.denoise import models as denoise_models
from lessons.shared import pca
from lessons.shared.ssim import ssim
from vae import data
from vae.corruption import NONE

LEVELS = np.round(np.linspace(0, 1, 21), 2)  # that the slider steps through
KINDS = {"gaussian": "Gaussian", "salt-pepper": "Salt & pepper", "masking": "Masking"}
UNITS = {
    "gaussian": "Level: standard deviation \u03c3 of the noise",
    "salt-pepper": "Level: share of pixels turned black or white",
    "masking": "Level: share of pixels turned black",
}
CLEAN = "clean"
NAMES = {
    CLEAN: "Clean",
    NONE: "With noise",
    "dae": "Denoising AE",
    "ae": "Plain AE",
    "vae": "VAE",
    "pca": "PCA",
    "median": "Median filter",
}
LOOKS = {**{way: way for way in NAMES}, NONE: "noisy"}
SEED = 7  # of the noise on the one image


def _stamp() -> tuple[int, ...]:
    """When the files that ship were last written: what is cached goes with them."""
    files = [denoise_models.folder(name) / "model.safetensors" for name in denoise_models.recipes()]
    return tuple(file.stat().st_mtime_ns if file.exists() else 0 for file in (*files, pca.FILE, denoise_models.CURVES))


@st.cache_resource(max_entries=2, show_spinner=False)
def _ways(stamp: tuple[int, ...]) -> dict[str, denoise_models.Clean]:
    return denoise_models.ways(denoise_models.load(), pca.load())


@st.cache_resource(max_entries=2, show_spinner=False)
def _curves(stamp: tuple[int, ...]) -> dict[str, Any]:
    return denoise_models.load_curves()


def curves() -> dict[str, Any]:
    """What `python -m lessons denoise` measured on test images (lessons.denoise_models.curves)."""
    return _curves(_stamp())


def of_test(index: int) -> np.ndarray:
    """A test image (28, 28) in [0, 1]."""
    return data.load("mnist").test.pixels(slice(index, index + 1))[0, 0].numpy()


@dataclass(frozen=True)
class Strip:
    """One image at every level: pictures as one PNG (rows are ways, columns levels), and each picture's measures; None is infinite."""

    uri: str
    rows: list[dict[str, Any]]


def strip(image: np.ndarray, kind: str, learned: str) -> Strip:
    """An image (28, 28) under that kind of noise, cleaned in every way, the denoiser being the one that learned on noise `learned`."""
    return _strip(np.ascontiguousarray(image, np.float32).tobytes(), kind, learned, _stamp())


@st.cache_data(max_entries=256, show_spinner=False)
def _strip(pixels: bytes, kind: str, learned: str, stamp: tuple[int, ...]) -> Strip:
    image = torch.from_numpy(np.frombuffer(pixels, np.float32).reshape(1, 28, 28).copy())
    ways = _ways(stamp)
    noisy = denoise.growing_noise(image, kind, LEVELS, SEED)  # (L, 1, H, W)
    clean = image.expand_as(noisy)
    cleaned = {CLEAN: clean, NONE: ways[NONE](noisy), "dae": ways[learned](noisy)}
    cleaned |= {way: ways[way](noisy) for way in ("ae", "vae", "pca", "median")}
    rows = [{"name": NAMES[way], "look": LOOKS[way], **_judged(images, clean)} for way, images in cleaned.items()]
    grid = pictures.tile(pictures.grey(torch.cat(list(cleaned.values()))), columns=len(LEVELS))
    return Strip(pictures.data_uri(grid), rows)


def _judged(images: Tensor, clean: Tensor) -> dict[str, list[float | None]]:
    psnr, alike = denoise.psnr(images, clean).tolist(), ssim(images.double(), clean.double()).tolist()
    return {"psnr": [round(db, 2) if np.isfinite(db) else None for db in psnr], "ssim": [round(value, 3) for value in alike]}


def average(kind: str, way: str, level: float, measure: str = "psnr") -> float:
    """The mean over test images of one way (a denoiser by the noise it learned on) at the measured level nearest to this one."""
    told = curves()
    return told["curves"][kind][way][measure][told["levels"].index(measured_near(level))]["mean"]


def measured_near(level: float) -> float:
    """The measured level nearest to this one."""
    return min(curves()["levels"], key=lambda measured: abs(measured - level))
