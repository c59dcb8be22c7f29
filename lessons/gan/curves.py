"""A GAN's two losses and its discriminator's scores as Vega-Lite charts: arrays in, a chart out.

Data and specification are apart, so that a tick sends numbers into charts that stay.
"""

from collections.abc import Sequence
from math import log
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from explorer.page import palette
from explorer.page.figures import VEGA

HEIGHT = 180
PLAYERS = {"discriminator": palette.DISCRIMINATOR, "generator": palette.GAN}
AT_REST = {"discriminator": log(4), "generator": log(2)}  # nats, where nobody can tell real from generated
SCORED = {"real digits": palette.PRIOR, "generated": palette.GAN}


class GameState(NamedTuple):
    """Where a game stood: losses in nats per image, and the shares of D(x) and D(G(z)) in equal bins from 0 to 1."""

    images: int
    discriminator: float
    generator: float
    real: Sequence[float]
    fake: Sequence[float]


def losses(moments: Sequence[GameState], key: str, alt: str) -> None:
    """Both losses over images seen; dashed, what each is where nobody can tell real from generated: log 4 and log 2."""
    rows: list[tuple] = [(moment.images, player, getattr(moment, player), None) for moment in moments for player in PLAYERS]
    rows += [(None, player, None, nats) for player, nats in AT_REST.items()]
    frame = pd.DataFrame(rows, columns=["images", "player", "nats", "rest"])
    axis = {"format": "~s", "tickCount": 4, "grid": False}
    line = {
        "transform": [{"filter": "isValid(datum.nats)"}],
        "mark": {"type": "line", "strokeWidth": 2.5},
        "encoding": {
            "x": {"field": "images", "type": "quantitative", "title": "images seen", "axis": axis},
            "y": {"field": "nats", "type": "quantitative", "title": "nats per image", "axis": {"tickCount": 5}},
            "color": _colour("player", PLAYERS),
            "tooltip": [
                {"field": "player"},
                {"field": "images", "type": "quantitative", "format": ","},
                {"field": "nats", "type": "quantitative", "format": ".2f"},
            ],
        },
    }
    rest = {
        "transform": [{"filter": "isValid(datum.rest)"}],
        "mark": {"type": "rule", "strokeDash": [3, 3], "strokeWidth": 1.2},
        "encoding": {"y": {"field": "rest", "type": "quantitative"}, "color": _colour("player", PLAYERS)},
    }
    _draw(frame, [line, rest], key, alt)


def scores(moment: GameState, key: str, alt: str) -> None:
    """How sure the discriminator is of real digits and of generated ones."""
    bins = len(moment.real)
    rows = [
        (i / bins, (i + 1) / bins, of, share)
        for of, shares in zip(SCORED, (moment.real, moment.fake), strict=True)
        for i, share in enumerate(shares)
    ]
    bar = {
        "mark": {"type": "bar", "opacity": 0.55, "binSpacing": 0},
        "encoding": {
            "x": {
                "field": "low",
                "bin": {"binned": True, "step": 1 / bins},
                "type": "quantitative",
                "title": "D(x), the chance that a picture is real",
                "axis": {"values": [0, 0.25, 0.5, 0.75, 1], "grid": False},
            },
            "x2": {"field": "high"},
            "y": {
                "field": "share",
                "type": "quantitative",
                "stack": None,
                "title": "share of 1,000",
                "axis": {"format": "%", "tickCount": 4},
            },
            "color": _colour("of", SCORED),
            "tooltip": [{"field": "of"}, {"field": "low", "format": ".2f"}, {"field": "share", "format": ".1%"}],
        },
    }
    frame = pd.DataFrame(rows, columns=["low", "high", "of", "share"])
    _draw(frame, [bar], key, alt)


def _colour(field: str, colours: dict[str, str]) -> dict[str, Any]:
    scale = {"domain": list(colours), "range": list(colours.values())}
    return {"field": field, "type": "nominal", "scale": scale, "legend": {"orient": "top", "title": None}}


def _draw(frame: pd.DataFrame, layers: list[dict[str, Any]], key: str, alt: str) -> None:
    spec = {"layer": layers, "config": VEGA, "padding": {"left": 2, "top": 2, "right": 2, "bottom": 2}}
    st.vega_lite_chart(frame, spec, height=HEIGHT, key=key, alt=alt)
