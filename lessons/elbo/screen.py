"""What the lesson on the ELBO shows: probabilistic PCA of the digits, and the gaps of one image under a VAE."""

from dataclasses import dataclass
from typing import Any

import streamlit as st
import torch

from explorer.models import trained
from lessons.elbo import gaps, linear_gaussian
from lessons.elbo.linear_gaussian import LinearGaussian
from vae import data

MODEL = "mnist-vae-2d"
SAMPLES = (1, 3, 10, 30, 100, 300, 1_000)
DRAWS = 2_000
CENTRE, WIDTH = (-3.0, 3.0), (0.02, 1.5)  # where q may be
BETTER = 0.01  # nats by which another hill has to be higher


def linear_model() -> LinearGaussian:
    """Probabilistic PCA with two latents, fitted to the training images of MNIST, as it ships."""
    return _loaded(linear_gaussian.SHELF.stamp())


@st.cache_resource(max_entries=2, show_spinner=False)
def _loaded(stamp: tuple[int, ...]) -> LinearGaussian:
    return linear_gaussian.load()


def facts(digit: int) -> dict[str, Any]:
    """What the live part needs of the model and one test image, as JSON."""
    model = linear_model()
    dataset = data.load("mnist")
    image = dataset.test.pixels(slice(digit, digit + 1)).flatten()
    return {
        **linear_gaussian.summary(model, image),
        "loadings": [[round(value, 4) for value in row] for row in model.loadings.tolist()],
        "offset": [round(value, 4) for value in model.offset.tolist()],
        "pixels": [round(value, 3) for value in image.tolist()],
        "side": dataset.image_shape[-1],
        "begin": start(digit),
    }


def start(digit: int) -> list[float]:
    """Where q begins, two centres and two widths: beside the posterior, wider in one latent and narrower in the other."""
    image = data.load("mnist").test.pixels(slice(digit, digit + 1)).flatten(1)
    mean = linear_gaussian.posterior(linear_model(), image).mean[0]
    return [round(v, 4) for v in (mean + torch.tensor([0.3, 0.22])).clamp(*CENTRE).tolist()] + [0.16, 0.07]


def sums(digit: int, mean: list[float], std: list[float]) -> list[float]:
    """ELBO + gap of one test image for three very different q: the prior, the posterior and the reader's own; nats."""
    model = linear_model()
    image = data.load("mnist").test.pixels(slice(digit, digit + 1)).flatten(1)
    truth = linear_gaussian.posterior(model, image)
    centres = torch.stack([torch.zeros(2, dtype=torch.float64), truth.mean[0], torch.tensor(mean, dtype=torch.float64)])
    widths = torch.stack(
        [torch.ones(2, dtype=torch.float64), truth.covariance.diagonal().sqrt(), torch.tensor(std, dtype=torch.float64)]
    )
    parts = linear_gaussian.split_evidence(model, image.expand(3, -1), centres, widths)
    return (parts.elbo + parts.gap).tolist()


@dataclass(frozen=True)
class Gaps:
    """One test image under the shipped VAE with two latents."""

    plane: gaps.Plane
    path: list[gaps.Fitted]  # the ascent from the encoder's q
    best: gaps.Fitted
    bounds: list[gaps.WeightedBound]

    @property
    def log_evidence(self) -> float:
        return self.plane.log_evidence

    @property
    def guess(self) -> gaps.Fitted:
        return self.path[0]

    @property
    def end(self) -> gaps.Fitted:
        return self.path[-1]

    @property
    def on_lower_hill(self) -> bool:
        """Whether the ascent from the encoder's q ends below the best q."""
        return self.best.elbo > self.end.elbo + BETTER


@st.cache_data(max_entries=64, show_spinner="Integrating over the latent plane")
def vae_gaps(digit: int) -> Gaps:
    model = trained.get(MODEL).model
    image = data.load("mnist").test.pixels(slice(digit, digit + 1))
    plane = gaps.integrate(model, image)
    path = list(gaps.climb(model, image, gaps.encoded(model, image)))
    best = max(path[-1], gaps.best_gaussian(model, image, plane), key=lambda fitted: fitted.elbo)
    return Gaps(plane, path, best, gaps.weighted_bounds(model, image, SAMPLES, DRAWS))
