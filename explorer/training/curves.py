"""Curves of training runs: arrays in, a Vega-Lite chart out. Data and specification are apart, so that a tick sends numbers only.

All losses are nats per image over images seen. Colours are the models'; validation is drawn in full, training dashed and pale. Where
something was changed while a run went on stands a dotted line.
"""

import base64
import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import ceil
from typing import Any

import pandas as pd
import streamlit as st

from explorer.page import palette, words
from explorer.page.figures import VEGA
from explorer.runs.store import Moment
from vae.learning.recipes import Recipe
from vae.learning.settings import TrainingSettings
from vae.model.kinds import KINDS

HEIGHT = 190
NAMES = {kind: KINDS[kind].label for kind in palette.KIND if KINDS[kind].encoder}
WORDS = words.load("explorer/training")
PARTS = WORDS.items("terms")
NAMED_DIMENSIONS = 5  # of the KL per dimension: those that carry most have their name at the end of their line
FEW = 10  # dimensions: the lines of more are pale, so that one sees where they crowd
APART = 0.09  # of the highest value: names closer than that would cover one another
ACTIVE = 0.1  # nats: a dimension above carries something worth a name

_X = {
    "field": "images",
    "type": "quantitative",
    "title": None,
    "axis": {"format": "~s", "tickCount": 4, "labelFlush": True, "grid": False},
    "scale": {"nice": False},
}
_NOTES: dict[str, Any] = {
    "transform": [{"filter": "isValid(datum.note)"}],
    "mark": {"type": "rule", "strokeDash": [2, 3], "color": palette.MARK, "strokeWidth": 1.5},
    "encoding": {"x": _X, "tooltip": [{"field": "note", "title": "changed here"}]},
}


_BETA: dict[str, Any] = {
    "transform": [{"filter": "isValid(datum.beta)"}],
    "mark": {"type": "area", "color": palette.TOTAL, "opacity": 0.18},
    "encoding": {
        "x": _X,
        "y": {"field": "beta", "type": "quantitative", "axis": None, "scale": {"zero": True}},
        "tooltip": [
            {"field": "images", "type": "quantitative", "format": ","},
            {"field": "beta", "type": "quantitative", "format": ".3g", "title": "\u03b2"},
        ],
    },
}


def draw(recipes: Sequence[Recipe], moments: Sequence[Moment]) -> None:
    """Every part of the objective side by side, the KL of each latent, and what the lines are; nothing before the first step."""
    if not moments[-1].records[0].images_seen:
        return
    frame = losses(recipes, moments)
    vae = any(spec.traits.kl for spec, _ in recipes)
    each = any(spec.traits.kl and spec.prior == "normal" for spec, _ in recipes)  # whose KL falls apart into dimensions
    shown = list(PARTS) if vae else ["reconstruction"]
    columns = iter(st.container(key="train-curves").columns(len(shown) + each))
    weights = beta(recipes, moments)
    for part, column in zip(shown, columns, strict=False):
        with column:
            st.html(f'<p class="le-curve le-{part}">{WORDS.item("curves", "part", part=PARTS[part])}</p>')
            draw_losses(pd.concat([frame, weights]) if part == "kl" else frame, part, f"curve-{part}")
    if each:
        with next(columns):
            st.html(f'<p class="le-curve le-kl">{WORDS.item("curves", "each")}</p>')
            draw_kl_per_dimension(kl_per_dimension(recipes, moments), "curve-kl-per-dimension")
    st.html(f'<p class="le-legend">{_legend(recipes, moments, weights)}</p>')


def _legend(recipes: Sequence[Recipe], moments: Sequence[Moment], weights: pd.DataFrame) -> str:
    names = [f'<span class="le-name le-{spec.kind}">{spec.title}</span>' for spec, _ in recipes]
    models = WORDS.item("curves", "and", first=names[0], second=names[1]) if len(names) > 1 else names[0]
    changes = [WORDS.item("curves", "change", change=note["note"], images=note["images"]) for note in notes(moments)]
    said = WORDS.item("curves", "changes", changes="; ".join(changes)) if changes else ""
    weight = "" if weights.empty else WORDS.item("curves", "weight", most=weights.beta.max())
    changed = f'<span class="le-changed">{said}</span>' if said else ""
    return WORDS.item("curves", "legend", models=models, weight=weight, changes=changed)


def losses(recipes: Sequence[Recipe], moments: Sequence[Moment]) -> pd.DataFrame:
    """Long rows: images, part, model, split, nats; and rows that hold only images and a note.

    The record before the first step is left out where there are others: it would set the scale.
    """
    rows: list[dict[str, Any]] = []
    for moment in moments[1:] or moments:
        for (spec, _), record in zip(recipes, moment.records, strict=True):
            for split in ("training", "validation"):
                values = getattr(record, split)
                for part in PARTS:
                    nats = getattr(values, part)
                    if nats is not None:
                        row = {"images": record.images_seen, "part": part, "model": NAMES[spec.kind], "split": split}
                        rows.append({**row, "nats": nats})
    rows += notes(moments)
    return pd.DataFrame(rows, columns=["images", "part", "model", "split", "nats", "note"])


def beta(recipes: Sequence[Recipe], moments: Sequence[Moment]) -> pd.DataFrame:
    """The weight of the KL in effect up to the last moment, as the corners of a line: images and beta; empty without a KL."""
    settings = next((settings for spec, settings in recipes if spec.traits.kl), None)
    points = [] if settings is None else list(_beta(settings, moments))
    frame = pd.DataFrame(points, columns=["images", "beta"])
    frame.loc[frame.images == frame.images.shift(-1), "images"] -= (
        1e-3  # Vega sorts by images alone: before a fall comes before it
    )
    return frame


def _beta(settings: TrainingSettings, moments: Sequence[Moment]) -> Iterator[tuple[float, float]]:
    whole = settings.batch_size * ceil(settings.images / settings.batch_size)  # images that all steps see
    at = 0.0
    for moment in moments:
        changed = re.search(r"beta = ([-+.\de]+)", moment.note)
        if not changed and moment is not moments[-1]:
            continue
        here = moment.records[0].images_seen / whole
        yield at * whole, settings.beta_at(at)
        yield from ((share * whole, weight) for share, weight in settings.beta_corners() if at < share < here)
        yield here * whole, settings.beta_at(here)
        if changed:
            at, settings = here, replace(settings, beta=float(changed[1]))


def notes(moments: Sequence[Moment]) -> list[dict[str, Any]]:
    """Where something was changed while the run went on."""
    return [{"images": m.records[0].images_seen, "note": m.note.replace("beta", "\u03b2")} for m in moments if m.note]


def draw_losses(frame: pd.DataFrame, part: str, key: str) -> None:
    """One part of the objective for each model."""
    mine = frame[(frame.part == part) | frame.note.notna() | (frame.beta.notna() if "beta" in frame else False)]
    colours = {NAMES[kind]: palette.KIND[kind] for kind in NAMES}
    colour = {
        "field": "model",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": [*colours], "range": [*colours.values()]},
    }
    line = {
        "transform": [{"filter": "isValid(datum.nats)"}],
        "mark": {"type": "line", "strokeWidth": 2, "clip": True},
        "encoding": {
            "x": _X,
            "y": {
                "field": "nats",
                "type": "quantitative",
                "title": None,
                "scale": {"zero": part == "kl"},
                "axis": {"tickCount": 5, "grid": True},
            },
            "color": colour,
            "strokeDash": {
                "field": "split",
                "legend": None,
                "scale": {"domain": ["validation", "training"], "range": [[1, 0], [4, 3]]},
            },
            "opacity": {"field": "split", "legend": None, "scale": {"domain": ["validation", "training"], "range": [1, 0.55]}},
            "detail": [{"field": "model"}, {"field": "split"}],
            "tooltip": [
                {"field": "model"},
                {"field": "split"},
                {"field": "images", "type": "quantitative", "format": ","},
                {"field": "nats", "type": "quantitative", "format": ".2f"},
            ],
        },
    }
    layers = [line, _NOTES]
    if "beta" in mine:  # its own scale, from 0 to the highest weight
        layers = [_BETA, {"layer": layers}]
    _draw(mine, layers, key, WORDS.item("alts", "losses", part=PARTS[part]), apart="beta" in mine)


def kl_per_dimension(recipes: Sequence[Recipe], moments: Sequence[Moment]) -> pd.DataFrame:
    """Long rows: images, dimension, nats on the validation images, and the name where it stands at a line's end."""
    which = next((i for i, (spec, _) in enumerate(recipes) if spec.traits.kl), None)
    columns = ["images", "dimension", "nats", "name", "note"]
    if which is None:
        return pd.DataFrame(columns=columns)
    rows: list[dict[str, Any]] = [
        {"images": record.images_seen, "dimension": f"z{d + 1}", "nats": nats}
        for record in (moment.records[which] for moment in moments)
        for d, nats in enumerate(record.validation.kl_per_dim or ())
    ]
    if moments:
        last = moments[-1].records[which]
        values = last.validation.kl_per_dim or ()
        at, gap = float("inf"), APART * max((row["nats"] for row in rows), default=0.0)
        for d in sorted(range(len(values)), key=lambda d: -values[d])[:NAMED_DIMENSIONS]:
            if values[d] >= ACTIVE:
                at = min(values[d], at - gap)
                rows.append({"images": last.images_seen, "dimension": f"z{d + 1}", "nats": at, "name": f"z{d + 1}"})
    return pd.DataFrame(rows + notes(moments), columns=columns)


def draw_kl_per_dimension(frame: pd.DataFrame, key: str) -> None:
    """A line for each latent dimension."""
    y = {"field": "nats", "type": "quantitative", "title": None, "axis": {"tickCount": 5}}
    encoding = {"x": _X, "y": y, "detail": [{"field": "dimension"}]}
    tooltip = [
        {"field": "dimension"},
        {"field": "images", "type": "quantitative", "format": ","},
        {"field": "nats", "type": "quantitative", "format": ".3f"},
    ]
    few = frame.dimension.nunique() <= FEW
    lines = {
        "transform": [{"filter": "isValid(datum.nats) && !isValid(datum.name)"}],
        "mark": {"type": "line", "strokeWidth": 1.5, "color": palette.KL, "opacity": 0.8 if few else 0.4},
        "encoding": {**encoding, "tooltip": tooltip},
    }
    names = {
        "transform": [{"filter": "isValid(datum.name)"}],
        "mark": {"type": "text", "align": "right", "dx": -3, "dy": -7, "color": palette.KL, "fontWeight": 600},
        "encoding": {**encoding, "text": {"field": "name"}},
    }
    _draw(frame, [lines, names, _NOTES], key, WORDS.item("alts", "each"))


def overlay(frame: pd.DataFrame, names: Sequence[str], key: str, alt: str) -> None:
    """One part of several runs, validation only: rows of images, nats and run, the run's colour by its place in `names`."""
    colours = [palette.RUNS[i % len(palette.RUNS)] for i in range(len(names))]
    line = {
        "mark": {"type": "line", "strokeWidth": 2},
        "encoding": {
            "x": _X,
            "y": {
                "field": "nats",
                "type": "quantitative",
                "title": None,
                "scale": {"zero": False},
                "axis": {"tickCount": 5},
            },
            "color": {"field": "run", "type": "nominal", "legend": None, "scale": {"domain": list(names), "range": colours}},
            "strokeDash": {"field": "model", "legend": None, "scale": {"domain": ["VAE", "AE"], "range": [[1, 0], [5, 3]]}},
            "tooltip": [
                {"field": "run"},
                {"field": "model"},
                {"field": "images", "type": "quantitative", "format": ","},
                {"field": "nats", "type": "quantitative", "format": ".2f"},
            ],
        },
    }
    _draw(frame, [line], key, alt)


def _draw(frame: pd.DataFrame, layers: list[dict[str, Any]], key: str, alt: str, apart: bool = False) -> None:
    """Draw the layers; `apart`: each with a vertical scale of its own."""
    spec = {
        "layer": layers,
        "config": {**VEGA, "axis": {**VEGA["axis"], "title": None}},
        "padding": {"left": 2, "top": 2, "right": 2, "bottom": 2},
    }
    if apart:
        spec["resolve"] = {"scale": {"y": "independent"}}
    st.vega_lite_chart(frame, spec, height=HEIGHT, key=key, alt=alt)


def spark(values: Sequence[Sequence[float]], colours: Sequence[str], alt: str) -> str:
    """Small curves on one scale as a picture in HTML: a line for each list of values."""
    flat = [value for line in values for value in line]
    if not flat:
        return ""
    low, high = min(flat), max(flat)
    width, height, reach = 120, 34, (high - low) or 1.0
    lines = []
    for line, colour in zip(values, colours, strict=True):
        step = width / max(1, len(line) - 1)
        points = " ".join(f"{i * step:.1f},{2 + (height - 4) * (high - value) / reach:.1f}" for i, value in enumerate(line))
        lines.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2" stroke-linejoin="round"/>')
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 0 {width + 2} {height}" preserveAspectRatio="none">{"".join(lines)}</svg>'
    return f'<img class="le-spark" alt="{html.escape(alt)}" src="data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}">'
