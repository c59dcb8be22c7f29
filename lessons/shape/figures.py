"""Figures of the lesson on the shape of latent space: where prior draws land, the shell, walks through it, packed balls."""

from collections.abc import Callable, Mapping

import numpy as np
import plotly.graph_objects as go

from explorer.page import palette
from explorer.page.figures import framed

HEIGHT = 330
DISTANCE = "|z|, distance from the origin"


def _histogram(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Share of the values in each bin; those beyond the last edge count in the last bin."""
    counts, _ = np.histogram(values.clip(edges[0], edges[-1]), edges)
    return counts / len(values)


def landings(distances: Mapping[str, np.ndarray], farther: Callable[[float], float], radius: float) -> go.Figure:
    """Histograms of the distance from prior draws to the nearest code of each model ("ae", "vae").

    farther  the share of draws that would have no code within a distance, if codes were distributed like the prior
    """
    low, high = min(np.quantile(each, 0.005) for each in distances.values()), max(each.max() for each in distances.values())
    edges = np.logspace(np.log10(low), np.log10(1.02 * max(high, radius)), 41)
    middles = np.sqrt(edges[1:] * edges[:-1])
    ideal = -np.diff([1.0, *(farther(edge) for edge in edges[1:-1]), 0.0])
    figure = go.Figure()
    for kind, name in (("vae", "VAE"), ("ae", "autoencoder")):
        figure.add_bar(
            x=middles,
            y=_histogram(distances[kind], edges),
            width=np.diff(edges),
            name=name,
            marker={"color": palette.KIND[kind], "line": {"width": 0}},
            opacity=0.6,
            hovertemplate="distance about %{x:.2g}: %{y:.1%} of the draws<extra>" + name + "</extra>",
        )
    figure.add_scatter(
        x=middles,
        y=ideal,
        mode="lines",
        line={"color": palette.PRIOR, "width": 2.5, "shape": "hvh"},
        name="if codes were distributed like the prior",
        hoverinfo="skip",
    )
    figure.add_vline(x=radius, line={"color": palette.MARK, "dash": "dash"})
    title = "distance from a prior draw to the nearest code"
    figure = framed(figure, title, "share of the draws", HEIGHT, barmode="overlay", bargap=0)
    return figure.update_xaxes(type="log", dtick=1).update_yaxes(tickformat=".0%")


def shell(norms: np.ndarray, radius: np.ndarray, density: np.ndarray, band: tuple[float, float]) -> go.Figure:
    """Lengths of real draws as a histogram under their exact density; the band holds 99 % of them."""
    edges = np.linspace(0, radius[-1], 61)
    figure = go.Figure()
    figure.add_bar(
        x=(edges[1:] + edges[:-1]) / 2,
        y=_histogram(norms, edges) / np.diff(edges),
        width=np.diff(edges),
        name=f"{len(norms):,} draws",
        marker={"color": palette.Z, "line": {"width": 0}},
        opacity=0.45,
        hovertemplate="|z| = %{x:.2f}<extra></extra>",
    )
    figure.add_scatter(
        x=radius, y=density, mode="lines", name="exact", line={"color": palette.Z, "width": 2.5}, hoverinfo="skip"
    )
    figure.add_vrect(x0=band[0], x1=band[1], fillcolor=palette.PRIOR, opacity=0.12, line_width=0)
    return framed(figure, DISTANCE, "density", HEIGHT, bargap=0)


def walks(paths: Mapping[str, np.ndarray], band: tuple[float, float], dimensions: int) -> go.Figure:
    """Distance from the origin along the straight line and along the arc, over the band that holds 99 % of draws."""
    figure = go.Figure()
    for way, name, colour in (("linear", "straight line", palette.AE), ("spherical", "arc", palette.VAE)):
        values = paths[way]
        figure.add_scatter(
            x=np.linspace(0, 1, len(values)),
            y=values,
            mode="lines",
            name=name,
            line={"color": colour, "width": 3},
            hovertemplate="|z| = %{y:.2f}<extra></extra>",
        )
    figure.add_hrect(y0=band[0], y1=band[1], fillcolor=palette.PRIOR, opacity=0.14, line_width=0)
    top = 1.08 * max(band[1], *(float(values.max()) for values in paths.values()))
    figure = framed(figure, f"from one draw to another, {dimensions} dimensions", DISTANCE, HEIGHT)
    return figure.update_yaxes(range=[0, top])


def packing(shelf: Mapping[int, float], densest: Mapping[int, float]) -> go.Figure:
    """Share of space inside packed balls over the dimension, on a logarithmic axis."""
    figure = go.Figure()
    for values, name, mode, colour in (
        (shelf, "balls in boxes on a shelf", "lines", palette.PRIOR),
        (densest, "the densest packing known", "markers+lines", palette.Z),
    ):
        figure.add_scatter(
            x=list(values),
            y=list(values.values()),
            mode=mode,
            name=name,
            line={"color": colour, "width": 2, "dash": "solid" if mode == "lines" else "dot"},
            marker={"size": 8, "color": colour},
            hovertemplate="%{x} dimensions: %{y:.2g} of space<extra>" + name + "</extra>",
        )
    figure = framed(figure, "dimensions", "share of space inside a ball", HEIGHT)
    return figure.update_yaxes(type="log", exponentformat="power", dtick=2)
