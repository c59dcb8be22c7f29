"""The figure of the lesson on sums and means: what beta does to the KL that is left, and where a script's beta lies."""

from collections.abc import Sequence
from math import log10

import numpy as np
import plotly.graph_objects as go

from explorer.page import palette

HEIGHT = 300


def beta_line(betas: Sequence[float], kls: Sequence[float], beta: float, own: Sequence[tuple[str, float, float]]) -> go.Figure:
    """KL on the test set over beta, of the models of the ladder and of others (name, beta, KL); a line marks one more beta."""
    figure = go.Figure()
    low, high = np.log10([min(0.02, beta / 3), max(1_500, beta * 3)])
    figure.add_scatter(
        x=list(betas),
        y=list(kls),
        name="the shipped \u03b2 ladder",
        mode="lines+markers",
        line={"color": palette.KL, "width": 2.5},
        hovertemplate="\u03b2 = %{x:g}: KL %{y:.2f} nats<extra></extra>",
    )
    figure.add_scatter(
        x=[b for _, b, _ in own],
        y=[kl for _, _, kl in own],
        text=[name for name, _, _ in own],
        name="the models below",
        mode="markers",
        marker={"color": palette.VAE, "size": 12, "symbol": "diamond"},
        hovertemplate="%{text}, \u03b2 = %{x:g}: KL %{y:.2f} nats<extra></extra>",
    )
    figure.add_vline(x=beta, line={"color": palette.MARK, "width": 2.5})
    figure.add_annotation(  # on a logarithmic axis a note stands at the logarithm, where a line's own note would be off the plot
        x=log10(beta),
        y=1,
        yref="paper",
        yanchor="top",
        xanchor="right" if beta > 1 else "left",
        xshift=-5 if beta > 1 else 5,
        text="your script",
        showarrow=False,
        font={"color": palette.MARK, "size": 14},
    )
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 8, "r": 8, "t": 24, "b": 8},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.06, "x": 0},
        dragmode="pan",
        xaxis={"title": "\u03b2, the weight of the KL that is really trained", "type": "log", "dtick": 1, "range": [low, high]},
        yaxis={"title": "KL left, nats per image", "range": [-0.8, 1.1 * max(kls)]},
    )
    return figure
