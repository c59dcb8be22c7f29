"""Figures of the lesson on disentangling: the gap over beta, and what a latent answers to."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from explorer.page import palette
from explorer.page.figures import framed

HEIGHT = 340
COLOURS = palette.DIGITS[3:8]  # of the five factors; the first three are the kinds' on the plane
DASHES = ("solid", "dash", "solid", "dot", "dashdot")


def gap_over_beta(betas: Sequence[float], paper: np.ndarray, binned: np.ndarray, ae: np.ndarray, pca: np.ndarray) -> go.Figure:
    """The gap of every model, a dot a seed, a line through the means: VAEs (betas, seeds) by two estimates; two other codes (seeds,)."""
    others = {"PCA": (palette.PCA, pca), "AE": (palette.AE, ae)}
    names = [f"{beta:g}" for beta in betas]
    figure = go.Figure()
    for values, title, colour, symbol in (
        (paper, "with the posteriors\u2019 widths", palette.VAE, "circle"),
        (binned, "means in 20 bins", palette.PRIOR, "diamond"),
    ):
        figure.add_scatter(
            x=names,
            y=values.mean(1),
            mode="lines",
            line={"color": colour, "width": 2.5},
            name=title,
            legendgroup=title,
            hoverinfo="skip",
        )
        figure.add_scatter(
            x=np.repeat(names, values.shape[1]),
            y=values.ravel(),
            mode="markers",
            marker={"color": colour, "size": 7, "symbol": symbol, "opacity": 0.75},
            legendgroup=title,
            showlegend=False,
            hovertemplate="\u03b2 = %{x}: gap %{y:.2f}<extra>" + title + "</extra>",
        )
    for name, (colour, values) in others.items():
        figure.add_scatter(
            x=[name] * len(values),
            y=values,
            mode="markers",
            marker={"color": colour, "size": 9, "symbol": "diamond"},
            showlegend=False,
            hovertemplate=f"{name}: gap %{{y:.3f}}<extra></extra>",
        )
    figure = framed(figure, "\u03b2 of the VAE, and two other codes", "mutual information gap, 0 to 1", HEIGHT)
    columns = [*others, *names]
    figure.update_xaxes(type="category", categoryorder="array", categoryarray=columns, range=[-0.5, len(columns) - 0.5])
    return figure.update_yaxes(rangemode="tozero")


def gap_of_each(betas: Sequence[float], gaps: np.ndarray, factors: Sequence[str]) -> go.Figure:
    """The gap of each factor over beta, means over the seeds: (betas, F)."""
    figure = go.Figure()
    for column, factor in enumerate(factors):
        figure.add_scatter(
            x=[f"{beta:g}" for beta in betas],
            y=gaps[:, column],
            mode="lines+markers",
            line={"color": COLOURS[column], "width": 2.5, "dash": DASHES[column]},
            name=factor,
            hovertemplate="\u03b2 = %{x}: %{y:.2f}<extra>" + factor + "</extra>",
        )
    figure = framed(figure, "\u03b2", "gap of this factor, 0 to 1", HEIGHT)
    return figure.update_xaxes(type="category").update_yaxes(range=[-0.03, 1])


def answers(responses: Sequence[np.ndarray], factors: Sequence[str], d: int) -> go.Figure:
    """What the mean of latent d is at each value of each factor, averaged over all else: (V, D) for each factor."""
    figure = go.Figure()
    for column, (values, factor) in enumerate(zip(responses, factors, strict=True)):
        figure.add_scatter(
            x=np.linspace(0, 1, len(values)),
            y=values[:, d],
            mode="lines+markers",
            line={"color": COLOURS[column], "width": 2.5, "dash": DASHES[column]},
            name=factor,
            hovertemplate="%{y:.2f}<extra>" + factor + "</extra>",
        )
    figure = framed(figure, "factor, from its first value to its last", f"mean of z{d + 1}", HEIGHT)
    return figure.update_xaxes(tickvals=[0, 1], ticktext=["first", "last"])


def around(angles: Sequence[float], responses: Mapping[str, np.ndarray]) -> go.Figure:
    """The mean of some latents of triangles over their angle, in degrees: name -> (V,)."""
    figure = go.Figure()
    for k, (name, values) in enumerate(responses.items()):
        figure.add_scatter(
            x=list(angles),
            y=values,
            mode="lines+markers",
            line={"color": palette.DIGITS[k % 10], "width": 2.5, "dash": DASHES[k % 5]},
            name=name,
            hovertemplate="%{x}\u00b0: %{y:.2f}<extra>" + name + "</extra>",
        )
    figure = framed(figure, "angle of the triangle, degrees", "mean of the latent", HEIGHT)
    return figure.update_xaxes(tickvals=[0, 90, 180, 270, 330])
