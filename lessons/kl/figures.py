"""Figures of the lesson on the KL: its parts for each latent, over training, and where a model's posteriors lie on its map."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from explorer.page import palette
from explorer.page.figures import framed

NAMES = {"mean": "\u03bc\u00b2 / 2", "width": "(\u03c3\u00b2 \u2212 1) / 2", "entropy": "\u2212log \u03c3"}
COLOURS = {"mean": palette.MU, "width": palette.SIGMA, "entropy": palette.SIGMA}  # of what each part acts on
HATCHES = {"mean": "", "width": "/", "entropy": ""}
DASHES = {"mean": "solid", "width": "dash", "entropy": "solid"}
LEVELS = (0.1, 0.5, 1, 2, 3, 4, 5, 6)
NATS = "nats per image"


def by_latent(parts: np.ndarray, order: Sequence[int]) -> go.Figure:
    """Stacked bars of the parts (3, D) in nats per image, a latent a column, and the KL they add up to."""
    names = [f"z{d + 1}" for d in order]
    figure = go.Figure()
    for values, (key, name) in zip(parts, NAMES.items(), strict=True):
        figure.add_bar(
            x=names,
            y=values[list(order)],
            name=name,
            marker={"color": COLOURS[key], "pattern": {"shape": HATCHES[key]}},
            hovertemplate="%{x}: %{y:.2f} nats<extra>" + name + "</extra>",
        )
    figure.add_scatter(
        x=names,
        y=parts.sum(0)[list(order)],
        name="KL, their sum",
        mode="markers",
        marker={"symbol": "diamond", "size": 11, "line": {"width": 2, "color": "white"}, "color": palette.MARK},
        hovertemplate="%{x}: %{y:.2f} nats<extra>KL</extra>",
    )
    return framed(figure, "latent, the one with the largest KL first", NATS, barmode="relative", bargap=0.35)


def over_training(images_seen: Sequence[int], parts: np.ndarray) -> go.Figure:
    """Lines of the parts (T, 3) and of their sum over images seen (T,), which are drawn on a logarithmic axis."""
    figure = go.Figure()
    later = [i for i, seen in enumerate(images_seen) if seen > 0]  # a logarithm has no place for 0
    x = np.asarray(images_seen)[later]
    for values, (key, name) in zip(parts.T, NAMES.items(), strict=True):
        figure.add_scatter(
            x=x, y=values[later], name=name, mode="lines", line={"color": COLOURS[key], "width": 2.5, "dash": DASHES[key]}
        )
    total = {"color": palette.TOTAL, "width": 2.5, "dash": "dot"}
    figure.add_scatter(x=x, y=parts.sum(1)[later], name="KL, their sum", mode="lines", line=total)
    figure.update_traces(hovertemplate="%{x:,} images: %{y:.2f} nats")
    figure = framed(figure, "images seen", NATS)
    return figure.update_xaxes(type="log", dtick=1)


def landscape(mean: np.ndarray, std: np.ndarray) -> go.Figure:
    """A latent's posteriors, a point an image at (mu, sigma), over lines of equal KL; mean and std are (N,)."""
    figure = go.Figure()
    reach = max(3.0, float(np.abs(mean).max()) * 1.05)
    low = min(-2.5, float(np.log(std).min()) - 0.1)
    mu, log_sigma = np.linspace(-reach, reach, 81), np.linspace(low, 0.75, 61)
    field = mu[None] ** 2 / 2 + (np.exp(2 * log_sigma[:, None]) - 1) / 2 - log_sigma[:, None]
    for level in LEVELS:
        figure.add_contour(
            x=mu,
            y=np.exp(log_sigma),
            z=field,
            contours={"start": level, "end": level, "size": 1, "coloring": "none", "showlabels": True},
            line={"color": palette.KL, "width": 1.3},
            showscale=False,
            showlegend=False,
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=mean,
        y=std,
        mode="markers",
        name="one test image",
        marker={"size": 3, "color": palette.VAE, "opacity": 0.35},
        hovertemplate="\u03bc %{x:.2f}, \u03c3 %{y:.3f}<extra></extra>",
    )
    origin = {"size": 13, "symbol": "x", "color": palette.MARK}
    figure.add_scatter(x=[0], y=[1], mode="markers", name="the prior", marker=origin, hovertemplate="N(0, 1)<extra></extra>")
    figure = framed(figure, "\u03bc", "\u03c3, logarithmic")
    ticks = (0.003, 0.01, 0.03, 0.1, 0.3, 1, 2)
    return figure.update_yaxes(type="log", tickvals=ticks, ticktext=[str(t) for t in ticks], range=[low / np.log(10), 0.33])
