"""The models of the lesson on anomalies, trained on every digit but one, and the scores that they give.

`python -m lessons anomalies` trains an autoencoder and a VAE, fits as many principal components, scores test digits and each kind of
anomaly, and ships all of it. Letters for shapes: N images, D latent dimensions, P pixels.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import safetensors
import safetensors.torch
import torch
from sklearn.decomposition import PCA
from torch import Tensor

from lessons.anomalies import images as anomaly_images
from lessons.anomalies import scores as anomalies
from lessons.anomalies.scores import Codes
from vae import checkpoints, data, latent
from vae.checkpoints import Checkpoint
from vae.data import Dataset
from vae.errors import CheckpointError
from vae.models import Autoencoder
from vae.settings import TrainingSettings
from vae.spec import ModelSpec
from vae.training import prepare, train_together

SHIPPED = Path(__file__).parent / "shipped"
FITTED = SHIPPED / "anomalies.safetensors"
AREAS = SHIPPED / "anomalies.json"
RESTORE = "Write it again with `python -m lessons anomalies`."
LATENTS = 20
SPEC = ModelSpec("ae", LATENTS, encoder_widths=(128,), decoder_widths=(128,))
SETTINGS = TrainingSettings(images=1_000_000, learning_rate=5e-3)
NORMAL = 1_000  # test digits, and as many validation digits for thresholds
NORMALS = "normal"
VALIDATION = "validation"


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
        return anomalies.reconstruct(getattr(self, way), images)


class Score(NamedTuple):
    """A way to tell how strange an image is: its title, its unit, whose it is, and what computes it; higher is stranger."""

    title: str
    unit: str
    way: str
    compute: Callable[[Detectors, Tensor], Tensor]


def _error(way: str) -> Callable[[Detectors, Tensor], Tensor]:
    return lambda detectors, images: anomalies.squared_error(images, detectors.through(way, images)[1])


def _distance(way: str) -> Callable[[Detectors, Tensor], Tensor]:
    return lambda detectors, images: detectors.codes[way].distance(detectors.through(way, images)[0])


_ERROR, _DISTANCE = "reconstruction error", "distance in latent space"
SCORES = {
    "ae-error": Score(f"AE: {_ERROR}", "squared grey levels", "ae", _error("ae")),
    "vae-error": Score(f"VAE: {_ERROR}", "squared grey levels", "vae", _error("vae")),
    "pca-error": Score(f"PCA: {_ERROR}", "squared grey levels", "pca", _error("pca")),
    "elbo": Score(
        "VAE: negative ELBO", "nats", "vae", lambda detectors, images: anomalies.negative_elbo(detectors.vae, images)
    ),
    "iwae": Score(
        "VAE: importance-weighted bound",
        "nats",
        "vae",
        lambda detectors, images: anomalies.negative_log_likelihood(detectors.vae, images),
    ),
    "ae-distance": Score(f"AE: {_DISTANCE}", "standard deviations of training codes", "ae", _distance("ae")),
    "vae-distance": Score(f"VAE: {_DISTANCE}", "standard deviations of training codes", "vae", _distance("vae")),
    "pca-distance": Score(f"PCA: {_DISTANCE}", "standard deviations of training codes", "pca", _distance("pca")),
}


def score(detectors: Detectors, images: Tensor) -> dict[str, np.ndarray]:
    """Every score of images (N, 1, H, W), each (N,) float32."""
    return {name: each.compute(detectors, images).float().numpy() for name, each in SCORES.items()}


def fit(dataset: Dataset, settings: TrainingSettings = SETTINGS) -> tuple[Autoencoder, Autoencoder, PCA]:
    """Both models, trained together on every digit but one, and principal components of the same images."""
    nine = replace(dataset, train=anomaly_images.without(dataset.train), validation=anomaly_images.without(dataset.validation))
    ae, vae = (prepare(replace(SPEC, kind=kind), settings, nine) for kind in ("ae", "vae"))
    for _ in train_together([ae, vae], [settings, settings], nine, records=1):
        pass
    pca = PCA(LATENTS, svd_solver="covariance_eigh").fit(nine.train.pixels().flatten(1).numpy())
    return ae.eval(), vae.eval(), pca


def located(ae: Autoencoder, vae: Autoencoder, pca: PCA, dataset: Dataset) -> dict[str, Tensor]:
    """What is shipped beside the weights: the components, and mean and inverse covariance of each way's training codes."""
    images = anomaly_images.without(dataset.train).pixels()
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
        fitted = anomalies.codes_of(values)
        found |= {f"{way}.mean": fitted.mean, f"{way}.precision": fitted.precision}
    return found


def images_of(kind: str, dataset: Dataset) -> Tensor:
    """The images (N, 1, H, W) behind a row of scores: NORMALS, VALIDATION or a kind of anomaly."""
    if kind in (NORMALS, VALIDATION):
        split = dataset.test if kind == NORMALS else dataset.validation
        return anomaly_images.without(split).pixels(slice(NORMAL))
    return anomaly_images.KINDS[kind].make(dataset)


def write() -> None:
    """Train, ship, load what was written, score with it, and ship the scores and how well each tells the kinds apart."""
    dataset = data.load("mnist")
    ae, vae, pca = fit(dataset)
    for model in (ae, vae):
        name = f"anomalies-{model.spec.kind}"
        checkpoint = Checkpoint(name, model, SETTINGS, "python -m lessons anomalies")
        checkpoints.save(SHIPPED / name, checkpoints.files(checkpoint, []))
    ae, vae = _models()
    parts = located(ae, vae, pca, dataset)
    detectors = _detectors(ae, vae, parts)
    kinds = (NORMALS, VALIDATION, *anomaly_images.SHIPPED_KINDS)
    scores = {kind: score(detectors, images_of(kind, dataset)) for kind in kinds}
    for kind, by_name in scores.items():
        parts |= {f"scores.{kind}.{name}": torch.from_numpy(values) for name, values in by_name.items()}
    FITTED.write_bytes(safetensors.torch.save({name: part.contiguous() for name, part in parts.items()}))
    AREAS.write_text(json.dumps(areas(scores), indent=1), encoding="utf-8")


def areas(scores: dict[str, dict[str, np.ndarray]]) -> dict[str, Any]:
    """{kind: {score: {"auroc": [value, low, high], "precision": average precision}}} of each kind against the normal digits."""
    return {kind: area(scores[NORMALS], by_name) for kind, by_name in scores.items() if kind not in (NORMALS, VALIDATION)}


def area(normal: dict[str, np.ndarray], strange: dict[str, np.ndarray]) -> dict[str, Any]:
    """One row of `areas`."""
    return {
        name: {
            "auroc": list(anomalies.auroc(normal[name], strange[name])),
            "precision": anomalies.average_precision(normal[name], strange[name]),
        }
        for name in SCORES
    }


class Shipped(NamedTuple):
    """What `write` wrote: the detectors, scores {kind: {score: (N,)}}, and `areas`."""

    detectors: Detectors
    scores: dict[str, dict[str, np.ndarray]]
    areas: dict[str, Any]


def load() -> Shipped:
    """What ships; CheckpointError with what to do where a file is missing or damaged."""
    try:
        parts = safetensors.torch.load(FITTED.read_bytes())
        detectors = _detectors(*_models(), parts)
        kinds = (NORMALS, VALIDATION, *anomaly_images.SHIPPED_KINDS)
        scores = {kind: {name: parts[f"scores.{kind}.{name}"].numpy() for name in SCORES} for kind in kinds}
        told = json.loads(AREAS.read_text(encoding="utf-8"))
        if not all(told[kind].keys() >= SCORES.keys() for kind in anomaly_images.SHIPPED_KINDS):
            raise KeyError(AREAS.name)
        return Shipped(detectors, scores, told)
    except (OSError, safetensors.SafetensorError, CheckpointError, ValueError, KeyError, AttributeError) as error:
        raise CheckpointError(f"What the lesson on anomalies ships is missing or damaged. {RESTORE}") from error


def _models() -> tuple[Autoencoder, Autoencoder]:
    ae, vae = (checkpoints.load(SHIPPED / f"anomalies-{kind}").model for kind in ("ae", "vae"))
    return ae, vae


def _detectors(ae: Autoencoder, vae: Autoencoder, parts: dict[str, Tensor]) -> Detectors:
    codes = {way: Codes(parts[f"{way}.mean"], parts[f"{way}.precision"]) for way in ("ae", "vae", "pca")}
    return Detectors(ae, vae, parts["mean"], parts["directions"], codes)
