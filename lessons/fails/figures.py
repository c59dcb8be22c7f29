"""Figures of the lesson on failures: curves of one run or of two, as on the page Train, and the KL of each latent."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd
import plotly.graph_objects as go

from explorer.page import palette
from explorer.page.figures import VEGA, framed
from vae.learning.records import Record

HEIGHT = 230
WIDE = 2_000.0  # nats: a run that goes beyond has diverged, and its axis is logarithmic
SHORT = "datum.value >= 1e6 ? datum.value / 1e6 + 'M' : datum.value >= 1e3 ? datum.value / 1e3 + 'k' : datum.value"
COLOURS = {"run": palette.Z, "failed": palette.Z, "mended": palette.RECONSTRUCTION}  # as on the cards of presets
ACTIVE = 0.1  # nats
NATS = "nats per image"


class Curve(NamedTuple):
    """One run to draw."""

    name: str
    colour: str
    history: Sequence[Record]


def rows(runs: Sequence[Curve], part: str) -> pd.DataFrame:
    """Long rows of one part of the objective: images, run, split, nats. The record before the first step is left out."""
    found = [
        {"images": record.images_seen, "run": curve.name, "split": split, "nats": getattr(getattr(record, split), part)}
        for curve in runs
        for record in curve.history[1:]
        for split in ("training", "validation")
    ]
    return pd.DataFrame([row for row in found if row["nats"] is not None], columns=["images", "run", "split", "nats"])


def curves(runs: Sequence[Curve], part: str, constant: float | None = None) -> tuple[pd.DataFrame, dict[str, Any]]:
    """One part of the objective, validation in full and training dashed: data (empty where no run has that part) and Vega-Lite chart.

    The first run says how far the axis of images goes. `constant` is the reconstruction of the mean image, drawn as a line.
    """
    frame = rows(runs, part)
    last = max(record.images_seen for record in runs[0].history)
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
    colour = {"domain": [run.name for run in runs], "range": [run.colour for run in runs]}
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
    spec = {"layer": layers, "config": VEGA, "padding": {"left": 2, "top": 4, "right": 2, "bottom": 2}}
    return frame, spec


def latents(failed: Sequence[float], mended: Sequence[float]) -> go.Figure:
    """KL of each latent of two models, nats per image, the largest first in either."""
    figure = go.Figure()
    for values, name in ((failed, "failed"), (mended, "mended")):
        figure.add_bar(
            x=list(range(1, len(values) + 1)),
            y=sorted(values, reverse=True),
            name=f"{name}: {len(values)} latents",
            marker={"color": COLOURS[name], "line": {"width": 0}},
            hovertemplate="latent number %{x} by KL: %{y:.3f} nats<extra>" + name + "</extra>",
        )
    figure.add_hline(y=ACTIVE, line={"color": palette.PRIOR, "dash": "dot"})
    title = "latents, the one with the largest KL first"
    return framed(figure, title, "KL, nats per image", HEIGHT + 40, barmode="group", bargap=0.15)
