"""Figures of the lesson on representations: accuracy over the number of labels, and t-SNE maps."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from explorer.page import palette
from explorer.page.figures import framed
from lessons.represent.few_labels import COUNTS, Score
from lessons.represent.tsne import Map

COLOURS = {"pixels": palette.EPSILON, "pca": palette.PCA, "ae": palette.AE, "vae": palette.VAE}
SIDES = {"vae": 0.97, "ae": 0.99, "pca": 1.01, "pixels": 1.03}  # error bars side by side rather than on one another


def accuracies(
    scores: Mapping[str, Mapping[int, Score]], live: Mapping[str, float], count: int, names: Mapping[str, str]
) -> go.Figure:
    """Mean accuracy and its spread over draws, by features and number of labels; and one draw, tried just now, as open circles."""
    figure = go.Figure()
    for kind, found in scores.items():
        place = [each * SIDES[kind] for each in COUNTS]
        figure.add_scatter(
            x=place,
            y=[found[each].mean for each in COUNTS],
            error_y={"array": [found[each].spread for each in COUNTS], "thickness": 1.5, "width": 4},
            name=names[kind],
            mode="lines+markers",
            line={"color": COLOURS[kind], "width": 2.5},
            marker={"size": 6},
            customdata=[[each, found[each].spread, found[each].draws] for each in COUNTS],
            hovertemplate="%{customdata[0]:,} labels: %{y:.1%} \u00b1 %{customdata[1]:.1%} over %{customdata[2]} draws<extra>"
            + names[kind]
            + "</extra>",
        )
        figure.add_scatter(
            x=[count * SIDES[kind]],
            y=[live[kind]],
            mode="markers",
            marker={"size": 12, "symbol": "circle-open", "color": COLOURS[kind], "line": {"width": 2.5}},
            showlegend=False,
            hovertemplate="your draw: %{y:.1%}<extra>" + names[kind] + "</extra>",
        )
    figure = framed(figure, "labelled digits", "test digits read correctly", 380)
    figure.update_xaxes(type="log", tickvals=list(COUNTS), ticktext=[f"{count:,}" for count in COUNTS])
    return figure.update_yaxes(tickformat=".0%", range=[0.1, 1.0])


def tsne(found: Map, noise: bool) -> go.Figure:
    """A map, each point in its digit's colour; noise has no digits. Axes mean nothing, so there are none."""
    figure = go.Figure()
    names: list[dict[str, Any]] = []
    if noise:
        groups = [("a draw from N(0, I)", np.full(len(found.labels), True), palette.PRIOR)]
    else:
        groups = [(str(d), found.labels == d, palette.DIGITS[d]) for d in range(10)]
    for name, chosen, colour in groups:
        figure.add_scatter(
            x=found.points[chosen, 0],
            y=found.points[chosen, 1],
            mode="markers",
            name=name,
            marker={"size": 4.5, "color": colour},
            hovertemplate=name + "<extra></extra>",
        )
        if not noise:
            middle = np.median(found.points[chosen], axis=0)
            text = {"text": f"<b>{name}</b>", "font": {"size": 14, "color": "#FFFFFF"}, "bgcolor": colour}
            names.append({"x": middle[0], "y": middle[1], "showarrow": False, **text})
    figure = framed(figure, "", "", showlegend=False, annotations=names)
    figure.update_xaxes(visible=False, range=[-0.02, 1.02])
    return figure.update_yaxes(visible=False, range=[-0.02, 1.02], scaleanchor="x")
