"""What the lesson on the shape of latent space shows, computed once a process."""

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from torch import Tensor

from explorer.models import trained
from explorer.page import palette
from lessons.shape import spread as shape
from vae import aggregate, latent

SPREADS = (0.0, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)
SHOWN = 1_000  # test digits on the plane
MEASURED = 500  # test digits behind the curve
LATENTS = (2, 10, 20)
LANDINGS = 2_000  # prior draws
FILLED_BY = 1_000  # prior draws asked whether any posterior holds them


@st.cache_resource(max_entries=8, show_spinner="Measuring the bound at each spread")
def _curve(name: str) -> list[shape.SpreadBound]:
    subject = trained.get(name)
    images = subject.data.test.pixels(slice(MEASURED))
    posterior = latent.encode(subject.model, images)
    return shape.bound_by_spread(subject.model, images, posterior, list(SPREADS))


def best_spread(name: str) -> float:
    """The spread with the least negative ELBO among those measured."""
    return min((b for b in _curve(name) if b.spread > 0), key=lambda b: b.negative_elbo).spread


def grows_without_end(name: str) -> bool:
    """Whether the negative ELBO still rises at every smaller spread that was measured, down to nearly a point."""
    narrow = [b.negative_elbo for b in _curve(name) if b.spread <= 0.5]
    return all(narrower > wider for narrower, wider in itertools.pairwise(narrow))


def live_facts(name: str, at: int) -> dict[str, Any]:
    """What the live part is told: posteriors of test digits, draws from the prior, an autoencoder's codes, the curve."""
    subject, other = trained.get(name), trained.get("mnist-ae-2d")
    mean, std = subject.posterior.mean[:SHOWN], subject.posterior.std[:SHOWN]
    noise = latent.sample_prior(SHOWN, 2, seed=3)
    curve = [
        {"spread": b.spread, "reconstruction": round(b.reconstruction, 3), "kl": round(b.kl, 3) if b.spread > 0 else None}
        for b in _curve(name)
    ]
    return {
        "vae": {
            "mean": _rounded(mean),
            "std": _rounded(std),
            "noise": _rounded(noise),
            "labels": subject.data.test.labels[:SHOWN].tolist(),
        },
        "prior": _rounded(latent.sample_prior(SHOWN, 2, seed=4)),
        "ae": _rounded(other.posterior.mean[:SHOWN]),
        "curve": curve,
        "digits": list(palette.DIGITS),
        "at": at,
    }


def _rounded(values: Tensor) -> list[list[float]]:
    return [[round(v, 4) for v in row] for row in values.tolist()]


@dataclass(frozen=True)
class Landing:
    """Where draws from the prior land among the codes of one model."""

    distances: np.ndarray  # (M,) from each draw to the nearest code
    radius: float  # near enough: codes distributed like the prior would leave 5 % of draws farther off
    empty: float  # share of the draws that are farther
    images: Tensor  # some draws, decoded (K, C, H, W)


@st.cache_resource(max_entries=16, show_spinner="Sending prior draws through the model")
def landing(name: str, pictures: int) -> Landing:
    subject = trained.get(name)
    codes = aggregate.aggregate_codes(subject.posterior)
    draws = latent.sample_prior(LANDINGS, codes.shape[1], seed=0)
    distances = aggregate.distance_to_codes(codes, draws)
    radius = aggregate.near_radius(*codes.shape)
    return Landing(distances, radius, float((distances > radius).mean()), latent.decode(subject.model, draws[:pictures]))


@st.cache_resource(max_entries=4, show_spinner=False)
def ideal_distances(count: int, latent_dim: int) -> np.ndarray:
    """The same distances, were the codes themselves draws from the prior."""
    codes, draws = (latent.sample_prior(n, latent_dim, seed) for n, seed in ((count, 1), (LANDINGS, 2)))
    return aggregate.distance_to_codes(codes, draws)


@st.cache_resource(max_entries=4, show_spinner="Looking for prior draws inside posteriors")
def filled(latents: int) -> float:
    """Share of prior draws that lie inside the 90 % ellipsoid of at least one of the 10,000 test posteriors."""
    subject = trained.get(f"mnist-vae-{latents}d")
    return shape.filled_share(subject.posterior, latent.sample_prior(FILLED_BY, latents, seed=1))


def norms(dimensions: int) -> np.ndarray:
    """Lengths (M,) of draws from N(0, I) in so many dimensions."""
    return latent.sample_prior(LANDINGS, dimensions, seed=0).norm(dim=1).numpy()


def ends(dimensions: int) -> tuple[Tensor, Tensor]:
    """Two draws from N(0, I), the ends of a walk."""
    start, end = latent.sample_prior(2, dimensions, seed=5)
    return start, end
