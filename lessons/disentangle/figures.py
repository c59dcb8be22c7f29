"""Figures of the lesson on disentangling: the gap over beta, what a latent answers to, and latents beside what they say."""

import html
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from explorer.page import palette
from explorer.page.pictures import row_html

HEIGHT = 340
COLOURS = palette.DIGITS[3:8]  # of the five factors; the first three are the kinds' on the plane
DASHES = ("solid", "dash", "solid", "dot", "dashdot")
STRONGEST = 70  # per cent of the colour behind a number, which must stay readable


def _layout(figure: go.Figure, x: dict, y: dict) -> go.Figure:
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0},
        dragmode="pan",
        xaxis=x,
        yaxis=y,
    )
    return figure


def _beta_axis(names: Sequence[str]) -> dict:
    return {
        "title": "\u03b2 of the VAE, and two other codes",
        "type": "category",
        "categoryorder": "array",
        "categoryarray": list(names),
    }


def gap_over_beta(
    betas: Sequence[float], paper: np.ndarray, binned: np.ndarray, baselines: dict[str, tuple[str, np.ndarray]]
) -> go.Figure:
    """The gap of every model, a dot a seed, a line through the means: (betas, seeds) by two estimates; name -> (colour, (seeds,))."""
    names = [f"{beta:g}" for beta in betas]
    figure = go.Figure()
    for values, title, colour, symbol in (
        (paper, "with the posteriors\u2019 widths", palette.VAE, "circle"),
        (binned, "means in 20 bins", palette.PRIOR, "diamond"),
    ):
        figure.add_scatter(
            x=names,
            y=values.mean(1),
            mode="lines",
            line={"color": colour, "width": 2.5},
            name=title,
            legendgroup=title,
            hoverinfo="skip",
        )
        figure.add_scatter(
            x=np.repeat(names, values.shape[1]),
            y=values.ravel(),
            mode="markers",
            marker={"color": colour, "size": 7, "symbol": symbol, "opacity": 0.75},
            legendgroup=title,
            showlegend=False,
            hovertemplate="\u03b2 = %{x}: gap %{y:.2f}<extra>" + title + "</extra>",
        )
    for name, (colour, values) in baselines.items():
        figure.add_scatter(
            x=[name] * len(values),
            y=values,
            mode="markers",
            marker={"color": colour, "size": 9, "symbol": "diamond"},
            showlegend=False,
            hovertemplate=f"{name}: gap %{{y:.3f}}<extra></extra>",
        )
    y = {"title": "mutual information gap, 0 to 1", "rangemode": "tozero"}
    return _layout(figure, _beta_axis([*baselines, *names]) | {"range": [-0.5, len(baselines) + len(names) - 0.5]}, y)


def gap_of_each(betas: Sequence[float], gaps: np.ndarray, factors: Sequence[str]) -> go.Figure:
    """The gap of each factor over beta, means over the seeds: (betas, F)."""
    figure = go.Figure()
    for column, factor in enumerate(factors):
        figure.add_scatter(
            x=[f"{beta:g}" for beta in betas],
            y=gaps[:, column],
            mode="lines+markers",
            line={"color": COLOURS[column], "width": 2.5, "dash": DASHES[column]},
            name=factor,
            hovertemplate="\u03b2 = %{x}: %{y:.2f}<extra>" + factor + "</extra>",
        )
    return _layout(
        figure, {"title": "\u03b2", "type": "category"}, {"title": "gap of this factor, 0 to 1", "range": [-0.03, 1]}
    )


def answers(responses: Sequence[np.ndarray], factors: Sequence[str], latent: str) -> go.Figure:
    """What one latent's mean is at each value of each factor, (V,) each, averaged over all else."""
    figure = go.Figure()
    for column, (values, factor) in enumerate(zip(responses, factors, strict=True)):
        figure.add_scatter(
            x=np.linspace(0, 1, len(values)),
            y=values,
            mode="lines+markers",
            line={"color": COLOURS[column], "width": 2.5, "dash": DASHES[column]},
            name=factor,
            hovertemplate="%{y:.2f}<extra>" + factor + "</extra>",
        )
    x = {"title": "factor, from its first value to its last", "tickvals": [0, 1], "ticktext": ["first", "last"]}
    return _layout(figure, x, {"title": f"mean of {latent}"})


def around(angles: Sequence[float], responses: np.ndarray, names: Sequence[str]) -> go.Figure:
    """Mean codes of triangles over their angle, in degrees: (V, K) for the latents of that name."""
    figure = go.Figure()
    for k, name in enumerate(names):
        figure.add_scatter(
            x=list(angles),
            y=responses[:, k],
            mode="lines+markers",
            line={"color": palette.DIGITS[k % 10], "width": 2.5, "dash": DASHES[k % 5]},
            name=name,
            hovertemplate="%{x}\u00b0: %{y:.2f}<extra>" + name + "</extra>",
        )
    x = {"title": "angle of the triangle, degrees", "tickvals": [0, 90, 180, 270, 330]}
    return _layout(figure, x, {"title": "mean of the latent"})


def latents_table(
    strips: np.ndarray,
    names: Sequence[str],
    carried: Sequence[str],
    shares: np.ndarray,
    gaps: np.ndarray,
    factors: Sequence[str],
    colour: str,
) -> str:
    """Latents from the one that carries most: a strip of decoded images (D, steps, H, W) beside what it says of each factor (D, F).

    Roles are written out, since on a phone each row is laid out as a block of its own.
    """
    head = "".join(f'<th role="columnheader" scope="col">{html.escape(factor)}</th>' for factor in factors)
    lines = [
        f'<thead><tr role="row"><th role="columnheader" scope="col">Latent</th><th role="columnheader" scope="col">'
        f"Walking along it, all else as on the canvas above</th>{head}</tr></thead>"
    ]
    for strip, name, amount, row in zip(strips, names, carried, shares, strict=True):
        images = row_html(strip, [f"{name}, step {i + 1} of {len(strip)}" for i in range(len(strip))])
        lines.append(
            f'<tr role="row"><th role="rowheader" scope="row"><b>{name}</b> <small>{amount}</small></th>'
            f'<td role="cell" class="di-strip">{images}</td>{_cells(row, factors, colour)}</tr>'
        )
    lines.append(
        '<tr role="row" class="di-gaps"><th role="rowheader" scope="row" colspan="2">Gap: the most that one latent says, less the second most'
        f"</th>{_cells(gaps, factors, 'transparent')}</tr>"
    )
    return f'<table class="le-table di-table" role="table">{"".join(lines)}</table>'


def _cells(values: np.ndarray, factors: Sequence[str], colour: str) -> str:
    return "".join(
        f'<td role="cell" data-factor="{html.escape(factor)}" style="background: color-mix(in srgb, {colour} '
        f'{STRONGEST * min(max(0.0, float(value)), 1):.0f}%, transparent)">{max(0.0, round(float(value), 2)):.2f}</td>'
        for value, factor in zip(values, factors, strict=True)
    )
