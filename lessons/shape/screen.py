"""What the lesson on the shape of latent space shows, computed once a process."""

import itertools
from dataclasses import dataclass
from functools import partial
from math import exp
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from torch import Tensor

from explorer.models import run_models, trained
from explorer.page import palette
from explorer.page.pictures import row_html
from explorer.page.words import Words
from lessons.shape import figures, spread
from lessons.shape.spread import SPREADS, SpreadBound
from vae.measuring import aggregate
from vae.measuring.aggregate import Landing
from vae.model import latent
from vae.streams import Purpose, normal

SHOWN = 1_000  # test digits on the plane
MEASURED = 500  # test digits behind the curve
LENGTHS = 2_000  # prior draws whose lengths are shown
PICTURES = 10  # prior draws, decoded
FILLED_BY = 1_000  # prior draws asked whether any posterior holds them


def _curve(name: str) -> list[SpreadBound]:
    return _measured_curve(name, len(trained.get(name).history))  # a run that was resumed has another curve


@st.cache_resource(max_entries=8, show_spinner="Measuring the bound at each spread")
def _measured_curve(name: str, moments: int) -> list[SpreadBound]:
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
    return words.item("best", case, spread=best, beta=beta, count=MEASURED)


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
    subject, beside = trained.get(name), _autoencoder(name)
    mean, std = subject.posterior.mean[:SHOWN], subject.posterior.std[:SHOWN]
    noise = normal(Purpose.CODES, SHOWN, 2)
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
        "prior": _rounded(normal(Purpose.PRIOR, SHOWN, 2)),
        "ae": _rounded(trained.get(beside).posterior.mean[:SHOWN]) if beside else [],
        "curve": curve,
        "measured": MEASURED,
        "digits": list(palette.DIGITS),
    }


def _autoencoder(name: str) -> str | None:
    """The autoencoder of the same images: the one that ships, or the one trained together with that VAE, if there is one."""
    own = run_models.find(name)
    if own is None:
        return None if name in trained.others() else "mnist-ae-2d"
    together = {spec.kind: run_models.name_of(own.run, i) for i, (spec, _) in enumerate(own.run.recipes)}
    return together.get("ae")


def _rounded(values: Tensor) -> list[list[float]]:
    return [[round(v, 4) for v in row] for row in values.tolist()]


@dataclass(frozen=True)
class Landed:
    """Where draws from the prior land among the codes of one model, and what the first of them decode to."""

    landing: Landing
    images: Tensor  # (K, C, H, W)


@st.cache_resource(max_entries=16, show_spinner="Sending prior draws through the model")
def landing(name: str) -> Landed:
    """The same draws and codes as in the model's measures."""
    subject = trained.get(name)
    found = aggregate.landing(aggregate.aggregate_codes(subject.posterior))
    return Landed(found, latent.decode(subject.model, found.draws[:PICTURES]))


def landed(words: Words, kind: str, name: str) -> str:
    """How many draws land in empty space of that model of a kind ("vae", "ae"), over some of them decoded, as HTML."""
    found = landing(name)
    shares = {"empty": found.landing.empty_share, "matched": trained.get(name).measures.empty_share_whitened}
    said = words.item("landed", kind, count=len(found.landing.draws), **shares)
    alts = [words.item("landed", f"{kind}-draw", number=i + 1) for i in range(PICTURES)]
    return f'<p class="le-name le-{kind}">{said}</p>{row_html(found.images, alts, columns=5)}'


@st.cache_data(max_entries=4, show_spinner=False)
def landings(latents: int, pair: dict[str, str]) -> go.Figure:
    """The distances in both models, over those that codes distributed like the prior would give."""
    found = {kind: landing(name).landing for kind, name in pair.items()}
    count = len(trained.get(pair["vae"]).posterior.mean)
    distances = {kind: each.distances for kind, each in found.items()}
    return figures.landings(distances, partial(aggregate.farther, count=count, latent_dim=latents), found["vae"].radius)


@st.cache_resource(max_entries=4, show_spinner="Looking for prior draws inside posteriors")
def filled_share(latents: int) -> float:
    """Share of prior draws that lie inside the 90 % ellipsoid of at least one of the 10,000 test posteriors."""
    subject = trained.get(f"mnist-vae-{latents}d")
    return spread.filled_share(subject.posterior, normal(Purpose.PRIOR, FILLED_BY, latents))


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
    return normal(Purpose.PRIOR, LENGTHS, dimensions).norm(dim=1).numpy()


def ends(dimensions: int) -> tuple[Tensor, Tensor]:
    """Two draws from N(0, I), the ends of a walk."""
    start, end = normal(Purpose.FELLOWS, 2, dimensions)
    return start, end
