"""The figure of the lesson on sums and means: what beta does to the KL that is left, and where a script's beta lies."""

from collections.abc import Mapping, Sequence
from math import log10

import numpy as np
import plotly.graph_objects as go

from explorer.page import palette
from explorer.page.figures import framed


def beta_line(ladder: Mapping[float, float], beta: float, own: Sequence[tuple[str, float, float]]) -> go.Figure:
    """KL on the test set over beta, of the ladder's models (KL by beta) and of others (name, beta, KL); a line marks one more beta."""
    figure = go.Figure()
    low, high = np.log10([min(0.02, beta / 3), max(1_500, beta * 3)])
    figure.add_scatter(
        x=list(ladder),
        y=list(ladder.values()),
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
    figure = framed(figure, "\u03b2, the weight of the KL that is really trained", "KL left, nats per image", height=300)
    figure.update_layout(margin_t=24, legend_y=1.06)
    figure.update_xaxes(type="log", dtick=1, range=[low, high])
    return figure.update_yaxes(range=[-0.8, 1.1 * max(ladder.values())])
