"""Figures of the lesson on failures: curves of one run or of two, as on the page Train, and the KL of each latent."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from explorer.page import palette
from explorer.training.curves import PARTS
from vae.records import Record

HEIGHT = 230
WIDE = 2_000.0  # nats: a run that goes beyond has diverged, and its axis is logarithmic
SHORT = "datum.value >= 1e6 ? datum.value / 1e6 + 'M' : datum.value >= 1e3 ? datum.value / 1e3 + 'k' : datum.value"
FAILED, MENDED = palette.Z, palette.RECONSTRUCTION  # as on the cards of presets
ACTIVE = 0.1  # nats
NATS = "nats per image"


class Curve(NamedTuple):
    """One run to draw."""

    name: str
    colour: str
    history: Sequence[Record]


def rows(curves: Sequence[Curve], part: str) -> pd.DataFrame:
    """Long rows of one part of the objective: images, run, split, nats. The record before the first step is left out."""
    found = [
        {"images": record.images_seen, "run": curve.name, "split": split, "nats": getattr(getattr(record, split), part)}
        for curve in curves
        for record in curve.history[1:]
        for split in ("training", "validation")
    ]
    return pd.DataFrame([row for row in found if row["nats"] is not None], columns=["images", "run", "split", "nats"])


def draw_curves(curves: Sequence[Curve], part: str, key: str, constant: float | None = None) -> None:
    """One part of the objective, validation in full and training dashed. The first curve says how far the axis of images goes.

    constant  the reconstruction of the mean image, drawn as a line
    """
    frame = rows(curves, part)
    if frame.empty:
        st.caption(f"{PARTS[part]}: an autoencoder has none.")
        return
    last = max(record.images_seen for record in curves[0].history)
    frame = frame[frame.images <= last]
    wide = bool(frame.nats.max() > WIDE)
    x = {
        "field": "images",
        "type": "quantitative",
        "title": "images seen",
        "axis": {"labelExpr": SHORT, "tickCount": 4, "grid": False},
        "scale": {"nice": False, "domain": [0, last]},
    }
    scale: dict[str, Any] = {"type": "symlog"} if wide else {"zero": part == "kl"}
    ticks = {"values": [0, 10, 100, 1e3, 1e4, 1e5, 1e6], "labelExpr": SHORT} if wide else {"tickCount": 5}
    y = {"field": "nats", "type": "quantitative", "title": NATS + ", logarithmic" * wide, "scale": scale, "axis": ticks}
    colour = {"domain": [c.name for c in curves], "range": [c.colour for c in curves]}
    splits = ["validation", "training"]
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "line", "strokeWidth": 2, "clip": True},
            "encoding": {
                "x": x,
                "y": y,
                "color": {"field": "run", "type": "nominal", "legend": None, "scale": colour},
                "strokeDash": {"field": "split", "legend": None, "scale": {"domain": splits, "range": [[1, 0], [4, 3]]}},
                "opacity": {"field": "split", "legend": None, "scale": {"domain": splits, "range": [1, 0.6]}},
                "tooltip": [
                    {"field": "run"},
                    {"field": "split"},
                    {"field": "images", "type": "quantitative", "format": ","},
                    {"field": "nats", "type": "quantitative", "format": ",.2f"},
                ],
            },
        }
    ]
    if constant is not None:
        rule = {"type": "rule", "strokeDash": [2, 3], "color": palette.PRIOR, "strokeWidth": 1.5}
        layers.append(
            {
                "data": {"values": [{"nats": constant}]},
                "mark": rule,
                "encoding": {"y": {"field": "nats", "type": "quantitative"}},
            }
        )
    spec = {"layer": layers, "config": {"view": {"stroke": None}}, "padding": {"left": 2, "top": 4, "right": 2, "bottom": 2}}
    names = " and ".join(curve.name for curve in curves)
    alt = f"{PARTS[part]} of {names} in nats per image over images seen, training and validation"
    st.vega_lite_chart(frame, spec, height=HEIGHT, key=key, alt=alt)


def latents(failed: Sequence[float], mended: Sequence[float]) -> go.Figure:
    """KL of each latent of two models, nats per image, the largest first in either."""
    figure = go.Figure()
    for values, name, colour in ((failed, "failed", FAILED), (mended, "mended", MENDED)):
        figure.add_bar(
            x=list(range(1, len(values) + 1)),
            y=sorted(values, reverse=True),
            name=f"{name}: {len(values)} latents",
            marker={"color": colour, "line": {"width": 0}},
            hovertemplate="latent number %{x} by KL: %{y:.3f} nats<extra>" + name + "</extra>",
        )
    figure.add_hline(y=ACTIVE, line={"color": palette.PRIOR, "dash": "dot"})
    figure.update_layout(
        height=HEIGHT + 40,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0},
        dragmode="pan",
        barmode="group",
        bargap=0.15,
        xaxis={"title": "latents, the one with the largest KL first"},
        yaxis={"title": "KL, nats per image"},
    )
    return figure
