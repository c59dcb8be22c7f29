"""What the lesson on anomalies shows: scores that ship, pictures of the worst mistakes, one image's scores, and what images cost to store."""

import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
import torch
from sklearn.metrics import precision_recall_curve, roc_curve
from torch import Tensor

from explorer.page import pictures
from lessons.anomalies import models
from lessons.anomalies.images import ANOMALIES, FASHION, fashion_is_here
from lessons.anomalies.models import NORMALS, VALIDATION, Shipped
from lessons.anomalies.scores import effective_samples
from vae import data

FACES = 8  # worst mistakes shown of each kind
STEPS = 101  # thresholds: 0, 1, ... 100 % of the validation digits flagged
SMALLEST = 1e-3  # scores are shown on a logarithmic axis
DOTS = 150  # images of each kind on the scatter
TRICKY = "strokes"  # the anomaly of the prediction


@st.cache_resource(max_entries=2, show_spinner=False)
def _shipped(stamp: tuple[int, ...]) -> Shipped:
    return models.load()


def shipped() -> Shipped:
    """Detectors, scores and areas; CheckpointError with what to do where they are missing or damaged."""
    return _shipped(models.SHELF.stamp())


def kinds() -> list[str]:
    """The kinds of anomaly that there are here: Fashion-MNIST only where its files are."""
    return [kind for kind in ANOMALIES if kind != FASHION or fashion_is_here()]


@st.cache_resource(max_entries=16, show_spinner="Collecting images that do not belong")
def images(kind: str) -> Tensor:
    """The images (N, 1, H, W) behind the scores of a kind."""
    return models.images_of(kind, data.load("mnist"))


@st.cache_resource(max_entries=4, show_spinner="Scoring Fashion-MNIST")
def _fashion(stamp: tuple[int, ...]) -> tuple[dict[str, np.ndarray], dict[str, Any], float]:
    found = shipped()
    scores = models.score(found.detectors, images(FASHION))
    return scores, models.area(found.scores[NORMALS], scores), effective_samples(found.detectors.vae, images(FASHION))


def scores(kind: str) -> dict[str, np.ndarray]:
    """Every score (N,) of that kind's images."""
    return _fashion(models.SHELF.stamp())[0] if kind == FASHION else shipped().scores[kind]


def areas(kind: str) -> dict[str, Any]:
    """{score: {"auroc": [value, low, high], "precision": ...}} of a kind of anomaly."""
    return _fashion(models.SHELF.stamp())[1] if kind == FASHION else shipped().areas[kind]


def effective(kind: str) -> float:
    """The effective samples behind the importance-weighted bound of that kind's images, their median."""
    return _fashion(models.SHELF.stamp())[2] if kind == FASHION else shipped().effective[kind]


def thresholds(score: str) -> np.ndarray:
    """The score from which on 0, 1, ... 100 % of the validation digits are flagged, (STEPS,)."""
    values = shipped().scores[VALIDATION][score].astype(np.float64)
    found = np.quantile(values, 1 - np.arange(STEPS) / (STEPS - 1))
    found[0] = 1.001 * values.max()  # the first flags none of them
    return found


def live_facts(kind: str, score: str, at: int) -> dict[str, Any]:
    """What the live part is told of one score and one kind of anomaly."""
    return {**_live_facts(kind, score, models.SHELF.stamp()), "at": at}


@st.cache_data(max_entries=64, show_spinner=False)
def _live_facts(kind: str, score: str, stamp: tuple[int, ...]) -> dict[str, Any]:
    normal, strange = (scores(each)[score].astype(np.float64).clip(SMALLEST) for each in (NORMALS, kind))
    truth = np.repeat([0, 1], [len(normal), len(strange)])
    pooled = np.concatenate([normal, strange])
    alarm_rate, recall, _ = roc_curve(truth, pooled)
    precision, caught, _ = precision_recall_curve(truth, pooled, drop_intermediate=True)
    return {
        "what": f"{kind} {score}",
        "normal": _rounded(np.sort(normal)),
        "strange": _rounded(np.sort(strange)),
        "thresholds": _rounded(thresholds(score).clip(SMALLEST)),
        "roc": np.stack([alarm_rate, recall], 1).round(5).tolist(),
        "precision": np.stack([caught, precision], 1).round(5).tolist(),
        "area": areas(kind)[score]["auroc"][0],
        "average": areas(kind)[score]["precision"],
        "misses": _faces(kind, strange, strange.argsort()[:FACES]),
        "alarms": _faces(NORMALS, normal, (-normal).argsort()[:FACES]),
    }


def _rounded(values: np.ndarray) -> list[float]:
    return [float(f"{value:.7g}") for value in values]


def _faces(kind: str, values: np.ndarray, order: np.ndarray) -> list[dict[str, Any]]:
    shown = pictures.grey(images(kind)[torch.from_numpy(order.copy())])
    return [{"uri": pictures.data_uri(image), "score": float(values[i])} for image, i in zip(shown, order, strict=True)]


@dataclass(frozen=True)
class Judged:
    """One image (28, 28): its scores, the share of test digits that score lower, and what each way gives back (3, 28, 28)."""

    scores: dict[str, float]
    stranger_than: dict[str, float]
    rebuilt: dict[str, np.ndarray]


@st.cache_data(max_entries=64, show_spinner=False)
def _judge(pixels: bytes, stamp: tuple[int, ...]) -> Judged:
    image = torch.from_numpy(np.frombuffer(pixels, np.float32).reshape(1, 1, 28, 28).copy())
    found = shipped()
    values = {name: float(value[0]) for name, value in models.score(found.detectors, image).items()}
    shares = {name: float((found.scores[NORMALS][name] < value).mean()) for name, value in values.items()}
    rebuilt = {way: found.detectors.through(way, image)[1][0, 0].numpy() for way in ("ae", "vae", "pca")}
    return Judged(values, shares, rebuilt)


def judge(image: np.ndarray) -> Judged:
    """Every score of an image (28, 28) in [0, 1]."""
    return _judge(np.ascontiguousarray(image, np.float32).tobytes(), models.SHELF.stamp())


@st.cache_data(max_entries=4, show_spinner=False)
def _dots(stamp: tuple[int, ...], there: tuple[str, ...]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    found = {}
    for kind in (NORMALS, *there):
        grey = pictures.grey(images(kind)[:DOTS])
        bytes_ = np.array([len(zlib.compress(image.tobytes(), 9)) for image in grey])
        found[kind] = bytes_, scores(kind)["elbo"][:DOTS]
    return found


def dots() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """For some images of each kind: bytes after zlib's compression (N,), and negative ELBO (N,) in nats."""
    return _dots(models.SHELF.stamp(), tuple(kinds()))


def asked() -> dict[str, float]:
    """What is behind the prediction: AUROC of strokes by two bounds, and nats of the black image and of test digits by the nearer one."""
    elbo, iwae = (areas(TRICKY)[name]["auroc"][0] for name in ("elbo", "iwae"))
    digits = scores(NORMALS)["iwae"]
    black = judge(np.zeros((28, 28), np.float32)).scores["iwae"]
    return {"elbo": elbo, "iwae": iwae, "black": black, "mean": digits.mean(), "least": digits.min()}


def answer() -> str:
    """What the likelihood says of strokes, a key of the prediction's answers: the whole interval of the AUROC decides."""
    _, low, high = areas(TRICKY)["elbo"]["auroc"]
    return "more" if high < 0.5 else "improbable" if low > 0.5 else "alike"
