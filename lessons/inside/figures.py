"""Figures of the lesson that looks inside: what first-layer units became, and how alike layers are after the digit has moved."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from explorer.page import palette
from explorer.page.figures import framed

COLOURS = {"stroke": palette.RECONSTRUCTION, "wide": palette.Z, "off": palette.PRIOR}
MODELS = {"vae": "VAE", "ae": "autoencoder"}
LAYERS = {"layer 1": "solid", "layer 2": "dash", "code": "dot"}


def became(counts: Mapping[str, Mapping[str, int]], names: Mapping[str, str]) -> go.Figure:
    """Units of the first layer by what they became: a bar for each of MODELS, a part for each kind (COLOURS), which `names` names."""
    figure = go.Figure()
    for kind, colour in COLOURS.items():
        found = [counts[model][kind] for model in MODELS]
        figure.add_bar(
            y=list(MODELS.values()),
            x=found,
            orientation="h",
            name=names[kind],
            text=found,
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            marker={"color": colour, "line": {"width": 0}},
            hovertemplate="%{y}: %{x} units<extra>" + names[kind] + "</extra>",
        )
    figure = framed(
        figure, "units of the first layer", "", height=210, barmode="stack", dragmode=False, legend_traceorder="normal"
    )
    return figure.update_yaxes(autorange="reversed", title=None)


def alike(shifts: Sequence[int], likeness: Mapping[str, Sequence[Sequence[float]]]) -> go.Figure:
    """Likeness of the numbers of each of LAYERS before and after a shift; likeness[network][shift][layer]."""
    figure = go.Figure()
    for (network, values), colour in zip(likeness.items(), (palette.Z, palette.VAE), strict=True):
        for i, (layer, dash) in enumerate(LAYERS.items()):
            figure.add_scatter(
                x=list(shifts),
                y=[each[i] for each in values],
                mode="lines+markers",
                name=f"{network}, {layer}",
                line={"color": colour, "width": 2.5, "dash": dash},
                marker={"size": 6},
                hovertemplate="%{x} pixels: %{y:.2f}<extra>" + f"{network}, {layer}" + "</extra>",
            )
    figure = framed(figure, "pixels that the digit moved to the right", "likeness (cosine), 1 = the same", height=330)
    return figure.update_xaxes(dtick=1)
