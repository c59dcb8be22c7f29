"""Figures of the lesson that looks inside: what first-layer units became, and how alike layers are after the digit has moved."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from explorer.page import palette

COLOURS = (palette.RECONSTRUCTION, palette.Z, palette.PRIOR)
HEIGHT = 330


def became(counts: Mapping[str, Mapping[str, int]]) -> go.Figure:
    """Units of the first layer by what they became: a bar for each model, a part for each kind."""
    figure = go.Figure()
    models = list(counts)
    for kind, colour in zip(counts[models[0]], COLOURS, strict=True):
        figure.add_bar(
            y=models,
            x=[counts[model][kind] for model in models],
            orientation="h",
            name=kind,
            text=[counts[model][kind] for model in models],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            marker={"color": colour, "line": {"width": 0}},
            hovertemplate="%{y}: %{x} units<extra>" + kind + "</extra>",
        )
    figure.update_layout(
        barmode="stack",
        height=210,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0, "traceorder": "normal"},
        xaxis={"title": "units of the first layer"},
        yaxis={"autorange": "reversed"},
        dragmode=False,
    )
    return figure


def alike(shifts: Sequence[int], likeness: Mapping[str, Sequence[Sequence[float]]], layers: Sequence[str]) -> go.Figure:
    """Likeness of each layer's numbers before and after a shift; likeness[network][shift][layer], one dash for each layer."""
    figure = go.Figure()
    for (network, values), colour in zip(likeness.items(), (palette.Z, palette.VAE), strict=True):
        for i, (layer, dash) in enumerate(zip(layers, ("solid", "dash", "dot"), strict=True)):
            figure.add_scatter(
                x=list(shifts),
                y=[each[i] for each in values],
                mode="lines+markers",
                name=f"{network}, {layer}",
                line={"color": colour, "width": 2.5, "dash": dash},
                marker={"size": 6},
                hovertemplate="%{x} pixels: %{y:.2f}<extra>" + f"{network}, {layer}" + "</extra>",
            )
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0},
        dragmode="pan",
        xaxis={"title": "pixels that the digit moved to the right", "dtick": 1},
        yaxis={"title": "likeness (cosine), 1 = the same"},
    )
    return figure
