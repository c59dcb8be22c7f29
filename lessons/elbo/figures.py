"""Figures of the lesson on the ELBO: where a VAE's bound loses its nats, and what importance weights win back."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from explorer.page import palette
from explorer.page.figures import LEGEND, framed
from lessons.elbo.gaps import Fitted, Plane, WeightedBound

TRUTH = palette.Z


def weighted_bounds(bounds: Sequence[WeightedBound], log_evidence: float, best: float) -> go.Figure:
    """The importance-weighted bound over K with two standard errors, under the evidence, each beside its effective samples; nats for one image."""
    count = [bound.samples for bound in bounds]
    figure = go.Figure()
    figure.add_scatter(
        x=count,
        y=[bound.value for bound in bounds],
        error_y={"type": "data", "array": [2 * bound.error for bound in bounds], "thickness": 1.5},
        mode="lines+markers+text",
        text=[f"{bound.effective:.0f}" if bound.effective >= 10 else f"{bound.effective:.1f}" for bound in bounds],
        textposition="bottom right",
        name="bound with K samples of the encoder's q",
        line={"color": palette.VAE, "width": 2.5},
        hovertemplate="K = %{x:,}: %{y:.2f} nats, %{text} effective samples<extra></extra>",
    )
    for value, name, dash, colour in (
        (log_evidence, "log p(x)", "solid", TRUTH),
        (best, "ELBO of the best q", "dot", palette.KL),
    ):
        figure.add_scatter(
            x=[count[0], count[-1]],
            y=[value, value],
            mode="lines",
            name=name,
            line={"color": colour, "width": 2, "dash": dash},
            hovertemplate="%{y:.2f} nats<extra>" + name + "</extra>",
        )
    figure = framed(figure, "K, samples in one bound", "nats for this image")
    return figure.update_xaxes(type="log", tickvals=count, ticktext=[f"{k:,}" for k in count])


def posterior_plane(plane: Plane, path: Sequence[Fitted], best: Fitted, elsewhere: bool) -> go.Figure:
    """The true posterior as shading, with the encoder's q, the ascent from it, and the best q if it is elsewhere (two widths each)."""
    guess, end = path[0], path[-1]
    figure = go.Figure()
    density = plane.posterior.numpy()
    figure.add_heatmap(
        x=plane.across.numpy(),
        y=plane.up.numpy(),
        z=np.sqrt(density / density.max()),  # a square root, so that lesser hills can be seen
        colorscale=[[0, "rgba(194,56,95,0)"], [1, "rgba(194,56,95,0.95)"]],
        showscale=False,
        hoverinfo="skip",
    )
    drawn = [(guess, "encoder's q", palette.VAE, "solid"), (end, "after ascent from there", palette.RECONSTRUCTION, "dash")]
    if elsewhere:
        drawn.append((best, "best q found", palette.KL, "solid"))
    for fitted, name, colour, dash in drawn:
        angle = np.linspace(0, 2 * np.pi, 73)
        (a, b), (across, up) = fitted.mean.tolist(), fitted.std.tolist()
        figure.add_scatter(
            x=a + 2 * across * np.cos(angle),
            y=b + 2 * up * np.sin(angle),
            mode="lines",
            name=name,
            line={"color": colour, "width": 2.5, "dash": dash},
            hovertemplate=f"{name}: ELBO {fitted.elbo:.2f} nats<extra></extra>",
        )
    centres = np.array([fitted.mean.tolist() for fitted in path])
    figure.add_scatter(
        x=centres[:, 0],
        y=centres[:, 1],
        mode="lines+markers",
        marker={"size": 4, "color": palette.RECONSTRUCTION},
        line={"color": palette.RECONSTRUCTION, "width": 1},
        showlegend=False,
        hoverinfo="skip",
    )
    across, up = _bounds(plane, [fitted for fitted, *_ in drawn])
    return framed(figure, "z1", "z2").update_xaxes(range=across).update_yaxes(range=up, scaleanchor="x")


def _bounds(plane: Plane, drawn: Sequence[Fitted]) -> tuple[list[float], list[float]]:
    """What of the plane to show: where the posterior is, and every q."""
    mass = plane.posterior.numpy()
    hill = mass > 1e-3 * mass.max()
    result = []
    for i, (axis, seen) in enumerate(((plane.across.numpy(), hill.any(0)), (plane.up.numpy(), hill.any(1)))):
        edges = [float(f.mean[i]) + side * 2.5 * float(f.std[i]) for f in drawn for side in (-1, 1)]
        low, high = min(axis[seen].min(), *edges), max(axis[seen].max(), *edges)
        margin = 0.08 * (high - low)
        result.append([float(low - margin), float(high + margin)])
    return result[0], result[1]


def losses(log_evidence: float, best: float, guess: float) -> go.Figure:
    """One bar: from the ELBO up to log p(x), what is lost to the encoder and what to the family of q; nats for one image."""
    figure = go.Figure()
    parts = (
        ("amortisation gap: the encoder guesses q", best - guess, palette.VAE),
        ("approximation gap: q is a diagonal Gaussian", log_evidence - best, palette.KL),
    )
    for name, value, colour in parts:
        figure.add_bar(
            y=[""],
            x=[value],
            name=f"{name}: {value:.2f} nats",
            orientation="h",
            marker={"color": colour},
            hovertemplate=f"{name}<br>%{{x:.2f}} nats<extra></extra>",
        )
    legend = {**LEGEND, "orientation": "v", "y": 1.05}
    return framed(figure, "nats missing from the ELBO of this image", "", height=170, barmode="stack", legend=legend)
