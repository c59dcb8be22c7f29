"""Models of shapes with known factors: beta-VAEs at several betas and seeds, autoencoders and principal components, and what each latent knows.

`python -m lessons disentangle` trains them from fixed seeds, ships the weights of the first seed of some, and the measures of all.
beta-VAE: Higgins et al. 2017; the measures: lessons/disentangle/mig.py. What each latent knows is measured on all images, training and test, as in
the papers: the factors are independent only in the whole set, and nothing is trained on them.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import torch
from sklearn.decomposition import PCA
from torch import Tensor

from lessons.disentangle import mig
from lessons.disentangle.mig import Information, binned_information, entropies, posterior_information
from lessons.shared.shipping import Shelf
from vae import shapes
from vae.checkpoints import Checkpoint
from vae.data import Dataset
from vae.learning.settings import TrainingSettings
from vae.learning.training import prepare, train
from vae.measuring import metrics
from vae.model import latent
from vae.model.networks import Autoencoder
from vae.model.posterior import Posterior
from vae.model.spec import ModelSpec

SHELF = Shelf("disentangle", "disentangle")
TABLE = "disentangle"
LATENTS, IMAGES = 8, 2_000_000
BETAS, SEEDS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0), (0, 1, 2)
SHOWN = {"beta-1": 1.0, "beta-2": 2.0, "beta-4": 4.0, "beta-8": 8.0, "ae": None}  # name -> beta, None for the autoencoder
USUAL = "beta-2"
ANGLE, KIND, TRIANGLE = 3, 4, 2  # columns of the factors, and the kind that looks different at every angle


@dataclass(frozen=True)
class Measured:
    """One model and what was measured of it. Bounds on the test set, nats per image; information over all images, nats (D, F).

    information  the paper's estimate, with the posteriors' widths; None where codes are points
    of_triangles the same over triangles alone, so without kind
    binned       of the code's mean, cut into bins: the one estimate that all models have
    """

    kind: str
    beta: float | None
    seed: int
    reconstruction: float | None
    kl: float | None
    kl_per_dim: list[float] | None
    information: list[list[float]] | None
    of_triangles: list[list[float]] | None
    binned: list[list[float]]

    def known(self, estimate: str = "information") -> Information | None:
        """What its latents say of the factors, by one of the estimates."""
        nats = getattr(self, estimate)
        if nats is None:
            return None
        entropy = factor_entropies()
        return Information(torch.tensor(nats), entropy[: len(nats[0])])

    @property
    def best_known(self) -> Information:
        """By the paper's estimate, or where codes are points by bins."""
        information = self.known() or self.known("binned")
        assert information is not None
        return information

    def gaps(self, estimate: str = "information") -> Tensor:
        """The gap of each factor (F,)."""
        information = self.known(estimate)
        assert information is not None
        return mig.gaps(information)


@cache
def factor_entropies() -> Tensor:
    """The entropy of each factor over the whole set, (F,) nats: the logarithm of how many values it takes."""
    return entropies(shapes.combinations())


def everything(dataset: Dataset) -> tuple[Tensor, Tensor]:
    """All images (N, C, H, W) in [0, 1] of a set with known factors, and their factors (N, F)."""
    parts = (dataset.train, dataset.validation, dataset.test)
    factors = [part.factors for part in parts if part.factors is not None]
    return torch.cat([part.pixels() for part in parts]), torch.cat(factors)


def settings(beta: float | None, seed: int, images: int = IMAGES) -> TrainingSettings:
    """How the model of that beta is trained; None is the autoencoder."""
    return TrainingSettings("shapes", images, learning_rate=3e-3, beta=1.0 if beta is None else beta, seed=seed)


def trained(beta: float | None, seed: int, dataset: Dataset, images: int = IMAGES) -> Autoencoder:
    """A model trained from that seed, its weights rounded as they ship."""
    spec = ModelSpec("ae" if beta is None else "vae", LATENTS, encoder_widths=(192, 96), decoder_widths=(96, 192))
    recipe = settings(beta, seed, images)
    model = prepare(spec, recipe, dataset)
    for _ in train(model, recipe, dataset, records=1):
        pass
    return model.half().float().eval()


def measure(model: Autoencoder, beta: float | None, seed: int, dataset: Dataset) -> Measured:
    """Every measure of one model."""
    images, factors = everything(dataset)
    posterior = latent.encode(model, images)
    bound = metrics.bound(model, dataset.test)
    information = of_triangles = None
    if posterior.log_variance is not None:
        information = _rounded(posterior_information(posterior, factors))
        chosen = factors[:, KIND] == TRIANGLE
        some = Posterior(posterior.mean[chosen], posterior.log_variance[chosen])
        of_triangles = _rounded(posterior_information(some, factors[chosen, :KIND]))
    kl_per_dim = None if bound.kl_per_dim is None else [round(value, 4) for value in bound.kl_per_dim]
    binned = _rounded(binned_information(posterior.mean, factors))
    kind = model.spec.kind
    return Measured(kind, beta, seed, bound.reconstruction, bound.kl, kl_per_dim, information, of_triangles, binned)


def principal_components(dataset: Dataset, components: int = LATENTS) -> Measured:
    """The first principal components of the training images, as a code."""
    pca = PCA(components, svd_solver="covariance_eigh").fit(dataset.train.pixels().flatten(1).numpy())
    images, factors = everything(dataset)
    codes = torch.from_numpy(pca.transform(images.flatten(1).numpy()).astype(np.float32))
    return Measured("pca", None, 0, None, None, None, None, None, _rounded(binned_information(codes, factors)))


def _rounded(information: Information) -> list[list[float]]:
    return [[round(value, 4) for value in row] for row in information.nats.tolist()]


def place(name: str) -> str:
    """The folder of a shown model on the shelf."""
    return f"disentangle-{name}"


def load(name: str) -> Checkpoint:
    """One of the shown models by name; CheckpointError with a sentence where it is missing or damaged."""
    return SHELF.checkpoint(place(name))


def table() -> list[Measured]:
    """The measures of all models; CheckpointError with a sentence where they are missing or damaged."""
    with SHELF.reading(TABLE):
        return [Measured(**row) for row in SHELF.numbers(TABLE)]


@dataclass(frozen=True)
class Study:
    """The gaps of all models: VAEs by beta and seed, and two codes that are no VAE's."""

    by_factor: Tensor  # (betas, seeds, F)   with the posteriors' widths
    binned: Tensor  # (betas, seeds)   means over the factors, as the two below
    ae: Tensor  # (seeds,)
    pca: Tensor  # (1,)

    @property
    def gap(self) -> Tensor:
        """The mutual information gap of every VAE, (betas, seeds)."""
        return self.by_factor.mean(2)

    @property
    def best(self) -> int:
        """Which of BETAS has the widest gap on average over seeds."""
        return int(self.gap.mean(1).argmax())

    @property
    def answer(self) -> str:
        """Where that is, as a key of the answers to the prediction."""
        return {0: "smallest", len(BETAS) - 1: "largest"}.get(self.best, "between")

    @property
    def found(self) -> dict[str, float]:
        """What is said of it: gaps averaged over seeds."""
        gap, ends = self.gap.mean(1).tolist(), {"low": BETAS[0], "high": BETAS[-1]}
        of_best = {"beta": BETAS[self.best], "gap": gap[self.best], "binned": float(self.binned[self.best].mean())}
        others = {"ae": float(self.ae.mean()), "pca": float(self.pca.mean())}
        return {**ends, "low_gap": gap[0], "high_gap": gap[-1], **of_best, **others}

    @property
    def seeds_apart(self) -> dict[str, float]:
        """The beta at which seeds differ most, with the lowest and the highest gap there."""
        low, high = self.gap.aminmax(dim=1)
        widest = int((high - low).argmax())
        return {"beta": BETAS[widest], "low": float(low[widest]), "high": float(high[widest])}


def study(rows: list[Measured]) -> Study:
    """What all models together say."""

    def by_beta(estimate: str) -> Tensor:
        return torch.stack([torch.stack([row(rows, beta, seed).gaps(estimate) for seed in SEEDS]) for beta in BETAS])

    ae, pca = (torch.stack([each.gaps("binned").mean() for each in rows if each.kind == kind]) for kind in ("ae", "pca"))
    return Study(by_beta("information"), by_beta("binned").mean(2), ae, pca)


def still_mixed(by_factor: Tensor, shown: Measured) -> dict[str, Any]:
    """What latents do not tell apart: the widest gaps of angle and kind in any VAE, and in one the angle of triangles and the kind."""
    alone = shown.known("of_triangles")
    assert alone is not None
    of_kind = shown.best_known.shares[:, KIND].sort(descending=True).values[:4].tolist()
    return {
        "angle": float(by_factor[..., ANGLE].max()),
        "alone": float(alone.shares[:, ANGLE].max()),
        "kind": float(by_factor[..., KIND].mean(1).max()),
        "shares": ", ".join(f"{share:.2f}" for share in of_kind),
        "beta": shown.beta,
    }


def row(rows: list[Measured], beta: float | None, seed: int = 0) -> Measured:
    """The measures of one VAE, or of the autoencoder where beta is None."""
    kind = "ae" if beta is None else "vae"
    return next(each for each in rows if (each.kind, each.beta, each.seed) == (kind, beta, seed))


def responses(codes: Tensor, factors: Tensor, column: int) -> Tensor:
    """The mean code (V, D) at each value of one factor, over all images that have it: codes (N, D), factors (N, F)."""
    return torch.stack([codes[factors[:, column] == value].mean(0) for value in range(int(factors[:, column].max()) + 1)])


def traversals(model: Autoencoder, z: Tensor, order: list[int], ranges: list[tuple[float, float]], steps: int) -> Tensor:
    """One strip a latent, in that order: z (D,) with this latent walking from end to end of its range; (D, steps, C, H, W)."""
    codes = z.repeat(len(order), steps, 1)  # (D, steps, D)
    for strip, d in enumerate(order):
        codes[strip, :, d] = torch.linspace(*ranges[d], steps)
    return latent.decode(model, codes.flatten(0, 1)).unflatten(0, (len(order), steps))
