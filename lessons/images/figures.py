"""The figure of the page on own images: errors on images that models were fitted to and on images they never saw."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from explorer.page import palette
from explorer.page.figures import framed

COLOURS = {"ae": palette.AE, "vae": palette.VAE, "pca": palette.PCA}
NAMES = {"ae": "AE", "vae": "VAE", "pca": "PCA"}


def learning_curves(sizes: Sequence[int], errors: Mapping[str, Sequence[tuple[float, float]]], marked: int) -> go.Figure:
    """Root mean squared error over the number of training images; for each model (seen, unseen) at every size."""
    figure = go.Figure()
    for name, pairs in errors.items():
        for place, (kind, dash) in enumerate((("training images", "dot"), ("unseen images", "solid"))):
            figure.add_scatter(
                x=list(sizes),
                y=[pair[place] for pair in pairs],
                name=f"{NAMES[name]}, {kind}",
                mode="lines+markers",
                line={"color": COLOURS[name], "width": 2.5, "dash": dash},
                marker={"symbol": "circle" if place else "circle-open", "size": 8},
                hovertemplate=f"{NAMES[name]}, {kind}: %{{y:.3f}} after %{{x:,}} images<extra></extra>",
            )
    figure.add_vline(x=marked, line={"color": palette.MARK, "width": 2})
    figure = framed(figure, "images trained on", "root mean squared error, grey levels 0 to 1", height=340)
    figure.update_xaxes(type="log", tickvals=list(sizes), ticktext=[f"{size:,}" for size in sizes])
    return figure.update_yaxes(rangemode="tozero")
