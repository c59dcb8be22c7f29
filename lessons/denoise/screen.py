"""What the lesson on denoising shows: an image at every level of noise, cleaned in every way, and the curves that ship."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from explorer.page import pictures
from lessons.denoise import cleaning, models
from lessons.shared import pca
from vae import data
from vae.corruption import NONE

LEVELS = np.round(np.linspace(0, 1, 21), 2)  # that the slider steps through
CLEAN = "clean"
ASKED = ("gaussian", 0.5)  # noise and level of the prediction
SEED = 7  # of the noise on the one image


def _stamp() -> tuple[int, ...]:
    return (*models.SHELF.stamp(), *pca.SHELF.stamp())


@st.cache_resource(max_entries=2, show_spinner=False)
def _ways(stamp: tuple[int, ...]) -> dict[str, models.Clean]:
    return models.ways(models.load(), pca.load())


@st.cache_resource(max_entries=2, show_spinner=False)
def _curves(stamp: tuple[int, ...]) -> dict[str, Any]:
    return models.load_curves()


def curves() -> dict[str, Any]:
    """What `python -m lessons denoise` measured on test images (lessons.denoise.models.curves)."""
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
    noisy = cleaning.growing_noise(image, kind, LEVELS, SEED)  # (L, 1, H, W)
    clean = image.expand_as(noisy)
    cleaned = {CLEAN: clean, NONE: ways[NONE](noisy), "dae": ways[learned](noisy)}
    cleaned |= {way: ways[way](noisy) for way in ("ae", "vae", "pca", "median")}
    rows = [{"way": way, **_judged(images, clean)} for way, images in cleaned.items()]
    grid = pictures.tile(pictures.grey(torch.cat(list(cleaned.values()))), columns=len(LEVELS))
    return Strip(pictures.data_uri(grid), rows)


def freed(index: int, levels: tuple[float, ...] = (0.1, 0.2, 0.3, 0.4, 0.5)) -> Tensor:
    """A test digit under Gaussian noise of these levels, then what the denoiser that learned on such noise makes of each: (2 L, 1, H, W)."""
    noisy = cleaning.growing_noise(torch.from_numpy(of_test(index))[None], "gaussian", np.array(levels), SEED)
    return torch.cat([noisy, _ways(_stamp())["gaussian"](noisy)])


def _judged(images: Tensor, clean: Tensor) -> dict[str, list[float | None]]:
    found = {name: measure(images, clean).tolist() for name, measure in models.MEASURES.items()}
    return {
        "psnr": [round(db, 2) if np.isfinite(db) else None for db in found["psnr"]],
        "ssim": [round(value, 3) for value in found["ssim"]],
    }


def average(kind: str, way: str, level: float, measure: str = "psnr") -> float:
    """The mean over test images of one way (a denoiser by the noise it learned on) at the measured level nearest to this one."""
    measured = curves()
    return measured["curves"][kind][way][measure][measured["levels"].index(measured_near(level))]["mean"]


def measured_near(level: float) -> float:
    """The measured level nearest to this one."""
    return min(curves()["levels"], key=lambda measured: abs(measured - level))


def lines(kind: str, learned: str, measure: str) -> dict[str, list[dict[str, float]]]:
    """For each way its means over the levels of a noise, the denoiser being the one trained on noise `learned`."""
    by_way = curves()["curves"][kind]
    return {way: by_way[learned if way == "dae" else way][measure] for way in ("dae", "ae", "vae", "pca", "median", NONE)}


def asked() -> dict[str, float]:
    """The means behind the prediction, in decibels: with the noise left in, and after each way to clean."""
    noise, level = ASKED
    ways = {"noisy": NONE, "plain": "ae", "denoiser": noise, "vae": "vae", "pca": "pca"}
    return {name: average(noise, way, level) for name, way in ways.items()}


def answer(noisy: float, plain: float, denoiser: float, **_: float) -> str:
    """What the plain autoencoder does, a key of the prediction's answers."""
    return "worse" if plain < noisy else "cleans" if plain > denoiser - 0.5 else "some"
