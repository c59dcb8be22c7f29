"""What the lesson on the shape of latent space shows, computed once a process."""

import itertools
from dataclasses import dataclass
from math import exp
from typing import Any

import numpy as np
import streamlit as st
from torch import Tensor

from explorer.models import trained
from explorer.page import palette
from explorer.page.pictures import row_html
from explorer.page.words import Words
from lessons.shape import spread
from lessons.shape.spread import SPREADS, SpreadBound
from vae.measuring import aggregate
from vae.model import latent

SHOWN = 1_000  # test digits on the plane
MEASURED = 500  # test digits behind the curve
LANDINGS = 2_000  # prior draws
PICTURES = 10  # of them, decoded
FILLED_BY = 1_000  # prior draws asked whether any posterior holds them


@st.cache_resource(max_entries=8, show_spinner="Measuring the bound at each spread")
def _curve(name: str) -> list[SpreadBound]:
    subject = trained.get(name)
    images = subject.data.test.pixels(slice(MEASURED))
    posterior = latent.encode(subject.model, images)
    return spread.bound_by_spread(subject.model, images, posterior, list(SPREADS))


def best_spread(name: str) -> float:
    """The spread with the least negative ELBO among those measured."""
    return min((b for b in _curve(name) if b.spread > 0), key=lambda b: b.negative_elbo).spread


def best_width(words: Words, name: str) -> str:
    """Whether training chose that spread, in words."""
    best, beta = best_spread(name), trained.get(name).settings.beta
    case = "weighted" if beta != 1 else "own" if best == 1 else "other"
    return words.item("best", case, spread=best, beta=beta)


def reconstructions(name: str) -> dict[str, float]:
    """The reconstruction at the encoder's own widths, and with every posterior shrunk to a point."""
    at = {b.spread: b.reconstruction for b in _curve(name)}
    return {"own": at[1.0], "point": at[0.0]}


def grows_without_end(name: str) -> bool:
    """Whether the negative ELBO still rises at every smaller spread that was measured, down to nearly a point."""
    narrow = [b.negative_elbo for b in _curve(name) if b.spread <= 0.5]
    return all(narrower > wider for narrower, wider in itertools.pairwise(narrow))


def live_facts(name: str) -> dict[str, Any]:
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
def landing(name: str) -> Landing:
    subject = trained.get(name)
    codes = aggregate.aggregate_codes(subject.posterior)
    draws = latent.sample_prior(LANDINGS, codes.shape[1], seed=0)
    distances = aggregate.distance_to_codes(codes, draws)
    radius = aggregate.near_radius(*codes.shape)
    return Landing(distances, radius, float((distances > radius).mean()), latent.decode(subject.model, draws[:PICTURES]))


def landed(words: Words, kind: str, found: Landing) -> str:
    """How many draws land in empty space of the model of that kind ("vae", "ae"), over some of them decoded, as HTML."""
    said = words.item("landed", kind, empty=found.empty)
    alts = [words.item("landed", f"{kind}-draw", number=i + 1) for i in range(PICTURES)]
    return f'<p class="le-name le-{kind}">{said}</p>{row_html(found.images, alts, columns=5)}'


@st.cache_resource(max_entries=4, show_spinner=False)
def ideal_distances(latents: int) -> np.ndarray:
    """The same distances, if as many codes as the VAE's were draws from the prior themselves."""
    count = len(trained.get(f"mnist-vae-{latents}d").posterior.mean)
    codes, draws = (latent.sample_prior(n, latents, seed) for n, seed in ((count, 1), (LANDINGS, 2)))
    return aggregate.distance_to_codes(codes, draws)


@st.cache_resource(max_entries=4, show_spinner="Looking for prior draws inside posteriors")
def filled_share(latents: int) -> float:
    """Share of prior draws that lie inside the 90 % ellipsoid of at least one of the 10,000 test posteriors."""
    subject = trained.get(f"mnist-vae-{latents}d")
    return spread.filled_share(subject.posterior, latent.sample_prior(FILLED_BY, latents, seed=1))


def filled(words: Words, latents: int) -> str:
    """That share for one size of the VAE, over the number of posteriors that its KL leaves room for, as HTML."""
    kl = trained.get(f"mnist-vae-{latents}d").measures.rate
    share = words.item("size", "share", latents=latents, share=filled_share(latents))
    room, posteriors = words.item("size", "kl", kl=kl), words.item("size", "posteriors", count=exp(kl))
    return (
        f'<p class="le-name" style="--colour:{palette.VAE}">{share}'
        f"<br><small>{room} e<sup>{kl:.1f}</sup> = {posteriors}</small></p>"
    )


def norms(dimensions: int) -> np.ndarray:
    """Lengths (M,) of draws from N(0, I) in so many dimensions."""
    return latent.sample_prior(LANDINGS, dimensions, seed=0).norm(dim=1).numpy()


def ends(dimensions: int) -> tuple[Tensor, Tensor]:
    """Two draws from N(0, I), the ends of a walk."""
    start, end = latent.sample_prior(2, dimensions, seed=5)
    return start, end
