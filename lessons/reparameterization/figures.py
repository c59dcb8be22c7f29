"""Figures of the lesson on the reparameterization trick: a model's gradient estimates, and the KL's slope in either output."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from explorer.page import palette
from explorer.page.figures import framed

HEIGHT = 330
NAMES = {"pathwise": "pathwise", "with_baseline": "with a baseline", "score_function": "score function"}
COLOURS = {"score_function": palette.EPSILON, "with_baseline": palette.RECONSTRUCTION, "pathwise": palette.Z}
OUTPUTS = {"standard deviation": palette.EPSILON, "log variance": palette.SIGMA}


def spreads(estimates: Mapping[str, np.ndarray]) -> go.Figure:
    """A row of points for each estimator: single-draw estimates (K,) of one gradient, nats per unit, and the pathwise mean."""
    figure = go.Figure()
    for key, values in estimates.items():
        figure.add_box(
            x=values,
            name=NAMES[key],
            orientation="h",
            boxpoints="all",
            jitter=0.7,
            pointpos=0,
            fillcolor="rgba(0,0,0,0)",
            line={"color": COLOURS[key], "width": 1.5},
            marker={"size": 3, "color": COLOURS[key], "opacity": 0.6},
            hovertemplate="%{x:,.1f}<extra>" + NAMES[key] + "</extra>",
        )
    figure.add_vline(x=float(estimates["pathwise"].mean()), line={"color": palette.TOTAL, "width": 2, "dash": "dot"})
    return framed(figure, "gradient, nats per unit of \u03bc1", "", HEIGHT, showlegend=False).update_xaxes(tickformat=",d")


def slopes(sigma: np.ndarray, by_output: Mapping[str, np.ndarray], band: tuple[float, float]) -> go.Figure:
    """The KL's slope over the width sigma (S,), for each meaning of the encoder's output; `band` is where a model's widths lie."""
    figure = go.Figure()
    figure.add_vrect(x0=band[0], x1=band[1], fillcolor=palette.VAE, opacity=0.15, line_width=0)
    for name, values in by_output.items():
        figure.add_scatter(
            x=sigma,
            y=values,
            name=f"output is the {name}",
            mode="lines",
            line={"color": OUTPUTS[name], "width": 2.5},
            hovertemplate="\u03c3 = %{x:.3g}: slope %{y:.4g}<extra></extra>",
        )
    figure = framed(figure, "\u03c3, logarithmic", "slope of the KL, nats per unit of output", HEIGHT)
    return figure.update_xaxes(type="log", dtick=1)
