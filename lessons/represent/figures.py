"""Figures of the lesson on representations: accuracy over the number of labels, and t-SNE maps."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from explorer.page import palette
from lessons.represent.few_labels import COUNTS, Score
from lessons.represent.screen import NAMES
from lessons.represent.tsne import Map

COLOURS = {"pixels": palette.EPSILON, "pca": palette.PCA, "ae": palette.AE, "vae": palette.VAE}
SIDES = {"vae": 0.97, "ae": 0.99, "pca": 1.01, "pixels": 1.03}  # error bars side by side rather than on one another


def accuracies(scores: Mapping[str, Mapping[int, Score]], live: Mapping[str, float], count: int) -> go.Figure:
    """Mean accuracy and its spread over draws, by kind and number of labels; and one draw, tried just now, as open circles."""
    figure = go.Figure()
    for kind, found in scores.items():
        place = [each * SIDES[kind] for each in COUNTS]
        figure.add_scatter(
            x=place,
            y=[found[each].mean for each in COUNTS],
            error_y={"array": [found[each].spread for each in COUNTS], "thickness": 1.5, "width": 4},
            name=NAMES[kind],
            mode="lines+markers",
            line={"color": COLOURS[kind], "width": 2.5},
            marker={"size": 6},
            customdata=[[each, found[each].spread, found[each].draws] for each in COUNTS],
            hovertemplate="%{customdata[0]:,} labels: %{y:.1%} \u00b1 %{customdata[1]:.1%} over %{customdata[2]} draws<extra>"
            + NAMES[kind]
            + "</extra>",
        )
        figure.add_scatter(
            x=[count * SIDES[kind]],
            y=[live[kind]],
            mode="markers",
            marker={"size": 12, "symbol": "circle-open", "color": COLOURS[kind], "line": {"width": 2.5}},
            showlegend=False,
            hovertemplate="your draw: %{y:.1%}<extra>" + NAMES[kind] + "</extra>",
        )
    figure.update_layout(
        height=380,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0},
        dragmode="pan",
        xaxis={"title": "labelled digits", "type": "log", "tickvals": list(COUNTS), "ticktext": [f"{c:,}" for c in COUNTS]},
        yaxis={"title": "test digits read rightly", "tickformat": ".0%", "range": [0.1, 1.0]},
    )
    return figure


def tsne(found: Map, noise: bool) -> go.Figure:
    """A map, each point in its digit's colour; noise has no digits. Axes mean nothing, so there are none."""
    figure = go.Figure()
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
            figure.add_annotation(x=middle[0], y=middle[1], showarrow=False, **text)
    figure.update_layout(
        height=360,
        margin={"l": 4, "r": 4, "t": 4, "b": 4},
        showlegend=False,
        dragmode="pan",
        xaxis={"visible": False, "range": [-0.02, 1.02]},
        yaxis={"visible": False, "range": [-0.02, 1.02], "scaleanchor": "x"},
    )
    return figure
