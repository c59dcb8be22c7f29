"""Figure of the lesson on priors: where codes are, over where the prior expects them."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from explorer.page import palette
from explorer.page.figures import LEGEND, framed

SHOWN = 0.998  # share of the coordinates that a plane holds


def overlaid(planes: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> go.Figure:
    """A plane for each title: draws from the prior (N, 2) and one draw of each posterior (N, 2). A press on the legend takes a layer away."""
    figure = make_subplots(1, len(planes), subplot_titles=list(planes), horizontal_spacing=0.06)
    for column, (prior, posterior) in enumerate(planes.values(), 1):
        for name, points, colour, symbol in (
            ("draws from the prior", prior, palette.PRIOR, "circle-open"),
            ("codes of test digits", posterior, palette.VAE, "circle"),
        ):
            figure.add_scatter(
                x=points[:, 0],
                y=points[:, 1],
                mode="markers",
                marker={"color": colour, "size": 4, "opacity": 0.6, "symbol": symbol},
                name=name,
                legendgroup=name,
                showlegend=column == 1,
                hovertemplate=name + ": (%{x:.2f}, %{y:.2f})<extra></extra>",
                row=1,
                col=column,
            )
        edge = float(np.quantile(np.abs(np.concatenate([prior, posterior])), SHOWN)) + 0.3
        axis = {"range": [-edge, edge]}
        figure.update_xaxes(title="z1", **axis, row=1, col=column)
        figure.update_yaxes(**axis, row=1, col=column)
    legend = LEGEND | {"y": 1.07, "itemsizing": "constant"}  # above the titles of the planes
    return framed(figure, "z1", "z2", height=400, margin={"l": 8, "r": 8, "t": 56, "b": 8}, legend=legend)
