"""The models of the lesson on anomalies, trained on every digit but one, and the scores that they give.

`python -m lessons anomalies` trains an autoencoder and a VAE, fits as many principal components, scores test digits and each kind of
anomaly, and ships all of it. Letters for shapes: N images, D latent dimensions, P pixels.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import torch
from sklearn.decomposition import PCA
from torch import Tensor

from lessons.anomalies.images import ANOMALIES, SHIPPED_KINDS, without
from lessons.anomalies.scores import (
    Codes,
    auroc,
    average_precision,
    codes_of,
    effective_samples,
    negative_elbo,
    negative_log_likelihood,
    reconstruct,
    squared_error,
)
from lessons.shared.shipping import Shelf
from vae import data
from vae.data import Dataset
from vae.learning.settings import TrainingSettings
from vae.learning.training import prepare, train_together
from vae.model import latent
from vae.model.networks import Autoencoder
from vae.model.spec import ModelSpec

SHELF = Shelf("anomalies", "anomalies")
FILE = "anomalies"  # what was fitted, scores (arrays) and areas (numbers)
LATENTS = 20
SPEC = ModelSpec("ae", LATENTS, encoder_widths=(128,), decoder_widths=(128,))
SETTINGS = TrainingSettings(images=1_000_000, learning_rate=5e-3)
NORMAL = 1_000  # test digits, and as many validation digits for thresholds
NORMALS = "normal"
VALIDATION = "validation"
SCORED_KINDS = (NORMALS, VALIDATION, *SHIPPED_KINDS)


@dataclass(frozen=True)
class Detectors:
    """What was learned from nine digits: two models, principal components, and where each has its training codes."""

    ae: Autoencoder
    vae: Autoencoder
    mean: Tensor  # (P,) of the training images
    directions: Tensor  # (D, P), orthonormal
    codes: dict[str, Codes]  # by "ae", "vae", "pca"

    def through(self, way: str, images: Tensor) -> tuple[Tensor, Tensor]:
        """Codes (N, D) of images (N, 1, H, W), and the images given back, by "ae", "vae" or "pca"."""
        if way == "pca":
            codes = (images.flatten(1) - self.mean) @ self.directions.T
            return codes, (self.mean + codes @ self.directions).clamp(0, 1).view_as(images)
        return reconstruct(getattr(self, way), images)


class Score(NamedTuple):
    """A way to tell how strange an image is: its unit ("grey", "nats", "spreads"), whose it is, and what computes it; higher is stranger."""

    unit: str
    way: str
    compute: Callable[[Detectors, Tensor], Tensor]


def _error(way: str) -> Callable[[Detectors, Tensor], Tensor]:
    return lambda detectors, images: squared_error(images, detectors.through(way, images)[1])


def _distance(way: str) -> Callable[[Detectors, Tensor], Tensor]:
    return lambda detectors, images: detectors.codes[way].distance(detectors.through(way, images)[0])


SCORES = {
    "ae-error": Score("grey", "ae", _error("ae")),
    "vae-error": Score("grey", "vae", _error("vae")),
    "pca-error": Score("grey", "pca", _error("pca")),
    "elbo": Score("nats", "vae", lambda detectors, images: negative_elbo(detectors.vae, images)),
    "iwae": Score("nats", "vae", lambda detectors, images: negative_log_likelihood(detectors.vae, images)),
    "ae-distance": Score("spreads", "ae", _distance("ae")),
    "vae-distance": Score("spreads", "vae", _distance("vae")),
    "pca-distance": Score("spreads", "pca", _distance("pca")),
}


def score(detectors: Detectors, images: Tensor) -> dict[str, np.ndarray]:
    """Every score of images (N, 1, H, W), each (N,) float32."""
    return {name: each.compute(detectors, images).float().numpy() for name, each in SCORES.items()}


def fit(dataset: Dataset, settings: TrainingSettings = SETTINGS) -> tuple[Autoencoder, Autoencoder, PCA]:
    """Both models, trained together on every digit but one, and principal components of the same images."""
    nine = replace(dataset, train=without(dataset.train), validation=without(dataset.validation))
    ae, vae = (prepare(replace(SPEC, kind=kind), settings, nine) for kind in ("ae", "vae"))
    for _ in train_together([ae, vae], [settings, settings], nine, records=1):
        pass
    pca = PCA(LATENTS, svd_solver="covariance_eigh").fit(nine.train.pixels().flatten(1).numpy())
    return ae.eval(), vae.eval(), pca


def located(ae: Autoencoder, vae: Autoencoder, pca: PCA, dataset: Dataset) -> dict[str, Tensor]:
    """What is shipped beside the weights: the components, and mean and inverse covariance of each way's training codes."""
    images = without(dataset.train).pixels()
    codes = {
        "ae": latent.encode(ae, images).mean,
        "vae": latent.encode(vae, images).mean,
        "pca": torch.from_numpy(pca.transform(images.flatten(1).numpy()).astype(np.float32)),
    }
    found = {
        "mean": torch.from_numpy(pca.mean_.astype(np.float32)),
        "directions": torch.from_numpy(pca.components_.astype(np.float32)),
    }
    for way, values in codes.items():
        fitted = codes_of(values)
        found |= {f"{way}.mean": fitted.mean, f"{way}.precision": fitted.precision}
    return found


def images_of(kind: str, dataset: Dataset) -> Tensor:
    """The images (N, 1, H, W) behind a row of scores: NORMALS, VALIDATION or a kind of anomaly."""
    if kind in (NORMALS, VALIDATION):
        split = dataset.test if kind == NORMALS else dataset.validation
        return without(split).pixels(slice(NORMAL))
    return ANOMALIES[kind](dataset)


def write() -> None:
    """Train, ship, load what was written, score with it, and ship the scores and how well each tells the kinds apart."""
    dataset = data.load("mnist")
    ae, vae, pca = fit(dataset)
    for model in (ae, vae):
        SHELF.write_model(f"anomalies-{model.spec.kind}", model, SETTINGS)
    ae, vae = _models()
    parts = located(ae, vae, pca, dataset)
    detectors = _detectors(ae, vae, parts)
    images = {kind: images_of(kind, dataset) for kind in SCORED_KINDS}
    scored = {kind: score(detectors, images[kind]) for kind in SCORED_KINDS}
    parts["effective"] = torch.tensor([effective_samples(vae, images[kind]) for kind in SCORED_KINDS])
    for kind, by_name in scored.items():
        parts |= {f"scores.{kind}.{name}": torch.from_numpy(values) for name, values in by_name.items()}
    SHELF.write_arrays(FILE, parts)
    SHELF.write_numbers(FILE, areas(scored), indent=1)


def areas(scored: dict[str, dict[str, np.ndarray]]) -> dict[str, Any]:
    """{kind: {score: {"auroc": [value, low, high], "precision": average precision}}} of each kind against the normal digits."""
    return {kind: area(scored[NORMALS], by_name) for kind, by_name in scored.items() if kind not in (NORMALS, VALIDATION)}


def area(normal: dict[str, np.ndarray], strange: dict[str, np.ndarray]) -> dict[str, Any]:
    """One row of `areas`."""
    return {
        name: {
            "auroc": list(auroc(normal[name], strange[name])),
            "precision": average_precision(normal[name], strange[name]),
        }
        for name in SCORES
    }


class Shipped(NamedTuple):
    """What `write` wrote: the detectors, scores {kind: {score: (N,)}}, `areas`, and the effective samples behind each kind's bound."""

    detectors: Detectors
    scores: dict[str, dict[str, np.ndarray]]
    areas: dict[str, Any]
    effective: dict[str, float]


def load() -> Shipped:
    """What ships; CheckpointError with what to do where a file is missing or damaged."""
    parts, measured = SHELF.arrays(FILE), SHELF.numbers(FILE)
    with SHELF.reading(f"{FILE}.safetensors"):
        detectors = _detectors(*_models(), parts)
        scored = {kind: {name: parts[f"scores.{kind}.{name}"].numpy() for name in SCORES} for kind in SCORED_KINDS}
        if not all(measured[kind].keys() >= SCORES.keys() for kind in SHIPPED_KINDS):
            raise KeyError("areas")
        return Shipped(detectors, scored, measured, dict(zip(SCORED_KINDS, parts["effective"].tolist(), strict=True)))


def _models() -> tuple[Autoencoder, Autoencoder]:
    return SHELF.checkpoint("anomalies-ae").model, SHELF.checkpoint("anomalies-vae").model


def _detectors(ae: Autoencoder, vae: Autoencoder, parts: dict[str, Tensor]) -> Detectors:
    codes = {way: Codes(parts[f"{way}.mean"], parts[f"{way}.precision"]) for way in ("ae", "vae", "pca")}
    return Detectors(ae, vae, parts["mean"], parts["directions"], codes)
