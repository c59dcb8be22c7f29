"""Figures that several pages draw: arrays in, go.Figure out. Nothing here knows a model or a session."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from explorer.page import palette

HEIGHT = 420
LEGEND = {"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0}  # above the picture, from its left edge
MARGIN = {"l": 8, "r": 8, "t": 8, "b": 8}
TICK = 13  # CSS pixels: numbers on an axis, readable from the last row
VEGA: dict[str, dict[str, Any]] = {"axis": {"labelFontSize": TICK}, "view": {"stroke": None}}  # config of every Vega chart


def framed(figure: go.Figure, x: str, y: str, height: int = 360, **more: Any) -> go.Figure:
    """Name the axes of a figure, put the legend above it, and let dragging move the view; `more` goes to its layout."""
    figure.update_layout(
        **{"height": height, "margin": MARGIN, "legend": LEGEND, "dragmode": "pan", "xaxis_title": x, "yaxis_title": y, **more}
    )
    return figure


def rate_distortion(
    names: Sequence[str], rates: Sequence[float], distortions: Sequence[float], emphasis: str = "", colours: Sequence[str] = ()
) -> go.Figure:
    """Models on the rate-distortion plane, with lines of equal negative ELBO (Alemi et al. 2018, figure 1); nats per image.

    Along a line of equal ELBO the rate grows by what the distortion falls. `emphasis` names the model to mark; `colours` gives each model
    its own.
    """
    rate, distortion = np.asarray(rates, float), np.asarray(distortions, float)
    figure = go.Figure()
    left, right = 0.0, max(1.0, 1.25 * float(rate.max()))  # if all models have collapsed, their rates are all zero
    totals = rate + distortion
    decimals = 0 if np.ptp(totals) > 4 else 1
    for total in np.unique(np.round(np.linspace(totals.min(), totals.max(), 4), decimals)):
        figure.add_trace(
            go.Scatter(
                x=[left, right],
                y=[total - left, total - right],
                mode="lines+text",
                text=["", f"{total:.{decimals}f} nats"],
                textposition="middle right",
                line={"color": palette.PRIOR, "width": 1, "dash": "dot"},
                cliponaxis=False,  # the text is beyond the end of the line
                hoverinfo="skip",
            )
        )
    figure.add_trace(
        go.Scatter(
            x=rate,
            y=distortion,
            mode="markers+text",
            text=[str(name) for name in names],
            textposition="top right",
            marker={
                "size": 11,
                "color": list(colours) or [palette.MARK if name == emphasis else palette.VAE for name in names],
            },
            customdata=totals,
            hovertemplate="%{text}: rate %{x:.2f}, distortion %{y:.2f}, negative ELBO %{customdata:.2f} nats<extra></extra>",
            name="models",
        )
    )
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 8, "r": 48, "t": 8, "b": 8},
        showlegend=False,
        dragmode="pan",
        xaxis={"title": "rate: KL to the prior, nats per image", "range": [-0.03 * right, 1.12 * right]},
        yaxis={"title": "distortion: reconstruction, nats per image"},
    )
    return figure
