"""Figures of the lesson on the reparameterization trick: a model's gradient estimates, and the KL's slope in either output."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from explorer.page import palette

HEIGHT = 330
COLOURS = {"score function": palette.EPSILON, "with a baseline": palette.RECONSTRUCTION, "pathwise": palette.Z}


def spreads(estimates: Mapping[str, np.ndarray], mean: float, unit: str) -> go.Figure:
    """One row of points an estimator: its single-draw estimates (K,) of one gradient, over the mean that they share."""
    figure = go.Figure()
    for name, values in estimates.items():
        figure.add_box(
            x=values,
            name=name,
            orientation="h",
            boxpoints="all",
            jitter=0.7,
            pointpos=0,
            fillcolor="rgba(0,0,0,0)",
            line={"color": COLOURS[name], "width": 1.5},
            marker={"size": 3, "color": COLOURS[name], "opacity": 0.6},
            hovertemplate="%{x:,.1f}<extra>" + name + "</extra>",
        )
    figure.add_vline(x=mean, line={"color": palette.TOTAL, "width": 2, "dash": "dot"})
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        showlegend=False,
        dragmode="pan",
        xaxis={"title": f"gradient, {unit}", "tickformat": ",d"},
    )
    return figure


def slopes(sigma: np.ndarray, by_output: Mapping[str, np.ndarray], band: tuple[float, float]) -> go.Figure:
    """The KL's slope over the width sigma (S,), for each meaning of the encoder's output; `band` is where a model's widths lie."""
    figure = go.Figure()
    colours = {"standard deviation": palette.EPSILON, "log variance": palette.SIGMA}
    figure.add_vrect(x0=band[0], x1=band[1], fillcolor=palette.VAE, opacity=0.15, line_width=0)
    for name, values in by_output.items():
        figure.add_scatter(
            x=sigma,
            y=values,
            name=f"output is the {name}",
            mode="lines",
            line={"color": colours[name], "width": 2.5},
            hovertemplate="\u03c3 = %{x:.3g}: slope %{y:.4g}<extra></extra>",
        )
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0},
        dragmode="pan",
        xaxis={"title": "\u03c3, logarithmic", "type": "log", "dtick": 1},
        yaxis={"title": "slope of the KL, nats per unit of output"},
    )
    return figure
