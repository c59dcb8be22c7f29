"""The figure of the lesson on anomalies: what an image costs a VAE in nats, over what it costs to store."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from explorer.page import palette
from explorer.page.figures import framed

HEIGHT = 400
SYMBOLS = ("circle", "diamond", "square", "triangle-up", "x", "cross", "star", "pentagon")


def nats_over_bytes(dots: Mapping[str, tuple[np.ndarray, np.ndarray]], names: Mapping[str, str]) -> go.Figure:
    """A dot for each image: bytes after compression, and negative ELBO; both axes logarithmic."""
    figure = go.Figure()
    for i, (kind, (bytes_, nats)) in enumerate(dots.items()):
        figure.add_scatter(
            x=bytes_,
            y=nats,
            mode="markers",
            name=names[kind],
            marker={
                "size": 7,
                "opacity": 0.75,
                "color": palette.PCA if i == 0 else palette.DIGITS[i - 1],
                "symbol": SYMBOLS[i % len(SYMBOLS)],
            },
            hovertemplate="%{x} bytes, %{y:.0f} nats<extra>" + names[kind] + "</extra>",
        )
    figure = framed(figure, "bytes after compression (zlib)", "negative ELBO, nats", HEIGHT)
    figure.update_xaxes(type="log", tickvals=[10, 20, 50, 100, 200, 500, 1_000])
    return figure.update_yaxes(type="log", tickvals=[20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000])
