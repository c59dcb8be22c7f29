"""Figures of the lesson on latent arithmetic: what a direction does to an attribute, and whether its examples agree."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from explorer.page import palette
from explorer.page.figures import framed
from lessons.arithmetic.screen import STRENGTHS, Study
from lessons.shared.coders import CODERS

COLOURS = {"ae": palette.AE, "vae": palette.VAE, "pca": palette.PCA}
FILLS = {kind: f"rgba({int(c[1:3], 16)},{int(c[3:5], 16)},{int(c[5:7], 16)},0.18)" for kind, c in COLOURS.items()}
HEIGHT = 330
SPANS = {"thickness": (1.0, 7.0), "slant": (-40.0, 45.0), "width": (2.0, 24.0)}


def effects(studies: Mapping[str, Study], attribute: str, unit: str) -> go.Figure:
    """Mean of the attribute over the strength, with the band that holds nine of ten bootstrap directions."""
    figure = go.Figure()
    for kind, study in studies.items():
        low, high = study.band.numpy()
        figure.add_scatter(
            x=[*STRENGTHS, *reversed(STRENGTHS)],
            y=[*high, *low[::-1]],
            mode="lines",
            fill="toself",
            fillcolor=FILLS[kind],
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
        )
        figure.add_scatter(
            x=STRENGTHS,
            y=study.mean.numpy(),
            name=CODERS[kind],
            mode="lines+markers",
            line={"color": COLOURS[kind], "width": 2.5},
            hovertemplate="strength %{x:g}: %{y:.2f} " + unit + "<extra>" + CODERS[kind] + "</extra>",
        )
    bands = np.concatenate([study.band.numpy().ravel() for study in studies.values()])
    low, high = SPANS[attribute]  # the same for every direction, so that one that does nothing looks flat
    figure = framed(figure, "strength", f"{attribute}, {unit}, mean over digits", HEIGHT)
    return figure.update_yaxes(range=[min(low, bands.min()), max(high, bands.max())])


def agreement(studies: Mapping[str, Study]) -> go.Figure:
    """Cosines between directions from two halves of the examples, for many ways to halve them."""
    edges = np.linspace(-1, 1, 41)
    figure = go.Figure()
    for kind, study in studies.items():
        counts, _ = np.histogram(study.agreement.numpy(), edges)
        figure.add_bar(
            x=(edges[1:] + edges[:-1]) / 2,
            y=counts / counts.sum(),
            width=np.diff(edges),
            name=CODERS[kind],
            marker={"color": COLOURS[kind], "line": {"width": 0}},
            opacity=0.6,
            hovertemplate="cosine about %{x:.2f}: %{y:.0%} of the halvings<extra>" + CODERS[kind] + "</extra>",
        )
    figure.add_vline(x=0, line={"color": palette.MARK, "dash": "dash"})
    across, up = "cosine between the directions of two halves of the examples", "share of the halvings"
    figure = framed(figure, across, up, HEIGHT, barmode="overlay", bargap=0)
    return figure.update_xaxes(range=[-1, 1.02]).update_yaxes(tickformat=".0%")
