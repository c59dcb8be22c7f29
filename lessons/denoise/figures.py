"""Figures of the lesson on denoising: how near each way comes to the clean image, over the level of noise."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from explorer.page import palette
from explorer.page.figures import framed

HEIGHT = 340
MEASURES = {"psnr": ("PSNR, decibels", " dB"), "ssim": ("SSIM", "")}  # axis, and unit of a value
STYLES: dict[str, dict[str, Any]] = {
    "dae": {"color": palette.AE, "width": 3},
    "ae": {"color": palette.AE, "width": 2.5, "dash": "dash"},
    "vae": {"color": palette.VAE, "width": 2.5},
    "pca": {"color": palette.PCA, "width": 2.5},
    "median": {"color": palette.FILTER, "width": 2.5, "dash": "dashdot"},
    "none": {"color": palette.EPSILON, "width": 2.5, "dash": "dot"},
}


def over_level(
    levels: Sequence[float],
    means: Mapping[str, Sequence[dict[str, float]]],
    names: Mapping[str, str],
    measure: str,
    at: float,
) -> go.Figure:
    """Means of one of MEASURES over images with two standard errors, a line for each way; `at` is the level that the reader has chosen."""
    axis, unit = MEASURES[measure]
    figure = go.Figure()
    for way, values in means.items():
        figure.add_scatter(
            x=list(levels),
            y=[value["mean"] for value in values],
            error_y={"type": "data", "array": [2 * value["error"] for value in values], "thickness": 1.2, "width": 2},
            mode="lines+markers",
            marker={"size": 5},
            line=STYLES[way],
            name=names[way],
            hovertemplate=f"level %{{x:.1f}}: %{{y:.2f}}{unit}<extra>{names[way]}</extra>",
        )
    figure.add_vline(x=at, line={"color": palette.MARK, "width": 1.5})
    return framed(figure, "level of noise", axis, HEIGHT).update_xaxes(range=[0.05, 1.05])
