"""Figures of the lesson on latent arithmetic: what a direction does to an attribute, and whether its examples agree."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from explorer.page import palette
from lessons.arithmetic.screen import STRENGTHS, Study
from lessons.shared.coders import CODERS

COLOURS = {"ae": palette.AE, "vae": palette.VAE, "pca": palette.PCA}
FILLS = {kind: f"rgba({int(c[1:3], 16)},{int(c[3:5], 16)},{int(c[5:7], 16)},0.18)" for kind, c in COLOURS.items()}
SPANS = {"thickness": (1.0, 7.0), "slant": (-40.0, 45.0), "width": (2.0, 24.0)}
LAYOUT = {
    "height": 330,
    "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
    "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0},
    "dragmode": "pan",
}


def effects(studies: Mapping[str, Study], attribute: str, unit: str) -> go.Figure:
    """Mean of the attribute over the strength, with the band that holds nine of ten bootstrap directions."""
    figure = go.Figure()
    for kind, study in studies.items():
        low, high = study.band.numpy()
        figure.add_scatter(
            x=[*STRENGTHS, *reversed(STRENGTHS)],
            y=[*high, *low[::-1]],
            mode="lines",
            fill="toself",
            fillcolor=FILLS[kind],
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
        )
        figure.add_scatter(
            x=STRENGTHS,
            y=study.mean.numpy(),
            name=CODERS[kind],
            mode="lines+markers",
            line={"color": COLOURS[kind], "width": 2.5},
            hovertemplate="strength %{x:g}: %{y:.2f} " + unit + "<extra>" + CODERS[kind] + "</extra>",
        )
    bands = np.concatenate([study.band.numpy().ravel() for study in studies.values()])
    low, high = SPANS[attribute]  # the same for every direction, so that one that does nothing looks flat
    y = {"title": f"{attribute}, {unit}, mean over digits", "range": [min(low, bands.min()), max(high, bands.max())]}
    figure.update_layout(**LAYOUT, xaxis={"title": "strength"}, yaxis=y)
    return figure


def agreement(studies: Mapping[str, Study]) -> go.Figure:
    """Cosines between directions from two halves of the examples, for many ways to halve them."""
    edges = np.linspace(-1, 1, 41)
    figure = go.Figure()
    for kind, study in studies.items():
        counts, _ = np.histogram(study.agreement.numpy(), edges)
        figure.add_bar(
            x=(edges[1:] + edges[:-1]) / 2,
            y=counts / counts.sum(),
            width=np.diff(edges),
            name=CODERS[kind],
            marker={"color": COLOURS[kind], "line": {"width": 0}},
            opacity=0.6,
            hovertemplate="cosine about %{x:.2f}: %{y:.0%} of the halvings<extra>" + CODERS[kind] + "</extra>",
        )
    figure.add_vline(x=0, line={"color": palette.MARK, "dash": "dash"})
    figure.update_layout(
        **LAYOUT,
        barmode="overlay",
        bargap=0,
        xaxis={"title": "cosine between the directions of two halves of the examples", "range": [-1, 1.02]},
        yaxis={"title": "share of the halvings", "tickformat": ".0%"},
    )
    return figure


def table(studies: Mapping[str, Study], attribute: str, unit: str, digits: tuple[int, int]) -> str:
    """What each coder's direction does, and what is behind it, as HTML."""
    became = next(iter(studies.values())).became is not None
    head = [
        "coder",
        "halves agree (cosine)",
        "longer than shuffled",
        f"strength 1 adds, {attribute}",
        "rises at every step",
        "still the same digit at 1",
        *([f"read as {digits[0]} at 1"] if became else []),
    ]
    one = STRENGTHS.index(1.0)
    rows = []
    for kind, study in studies.items():
        cells = [
            f"{float(study.agreement.mean()):.2f}",
            f"{study.longer:.0%}",
            f"{study.change():+.2f} {unit}",
            f"{study.rising:.0%} of digits",
            f"{float(study.kept[one]):.0%}",
            *([f"{float(study.became[one]):.0%}"] if study.became is not None else []),
        ]
        name = f'<span class="le-name" style="--colour:{COLOURS[kind]}">{CODERS[kind]}</span>'
        shown = "".join(f"<td>{cell}</td>".replace("-", "\u2212") for cell in cells)
        rows.append(f"<tr><td>{name}</td>{shown}</tr>")
    titles = "".join(f"<th>{title}</th>" for title in head)
    return f'<table class="le-numbers ar-table"><thead><tr>{titles}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
