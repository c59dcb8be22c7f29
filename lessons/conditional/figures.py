"""Figure of the lesson on the conditional VAE: codes of the same digits with and without the class given."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from explorer.page import palette
from explorer.page.figures import framed

EDGE = 3.6


def planes(codes: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> go.Figure:
    """A plane for each title: codes (N, 2) coloured by class (N,); the same axes for all."""
    figure = make_subplots(1, len(codes), subplot_titles=list(codes), horizontal_spacing=0.06)
    for column, (means, labels) in enumerate(codes.values(), 1):
        for digit in np.unique(labels):
            own = means[labels == digit]
            figure.add_scatter(
                x=own[:, 0],
                y=own[:, 1],
                mode="markers",
                marker={"color": palette.DIGITS[digit % 10], "size": 4, "opacity": 0.8},
                name=str(digit),
                legendgroup=str(digit),
                showlegend=column == 1,
                hovertemplate=f"class {digit}: (%{{x:.2f}}, %{{y:.2f}})<extra></extra>",
                row=1,
                col=column,
            )
        axis = {"range": [-EDGE, EDGE], "dtick": 1}
        figure.update_xaxes(title="z1", **axis, row=1, col=column)
        figure.update_yaxes(**axis, row=1, col=column)
    legend = {"title": "class", "itemsizing": "constant"}
    return framed(figure, "z1", "z2", height=400, margin={"l": 8, "r": 8, "t": 34, "b": 8}, legend=legend)
