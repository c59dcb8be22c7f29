"""The canvas: one or two latent planes, decoded in the browser while the hand moves.

The browser's part is in js/, as plain modules that explorer/browser/assets.py serves. It writes the address of the page itself, where the
page gives it the rows; Python hears of it when the hand turns to something else on the page. Its words are explorer/canvas/words.md.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from explorer.canvas import drawn
from explorer.canvas.facts import Snapshot, common_bounds, describe, snapshot
from explorer.canvas.rows import LAYERS, SIGHT
from explorer.models import data_sets
from explorer.models.trained import Trained
from explorer.page import palette, strokes, words
from explorer.page.mounting import mount
from explorer.page.strokes import DRAWING

STYLE = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")


@dataclass(frozen=True)
class CanvasState:
    """What the reader has done on the canvas.

    positions  a code for each model (D numbers each), or None before anything was reported
    digit    index of the test image whose code the position is, or None
    ends     the two ends of a morph, indices of test images, or None
    moment   index into a series or a run, or None if the reader follows the newest
    layers   layers that are switched on, or None before anything was reported
    plane    dimensions that are shown, written as in explorer/canvas/rows.py, or None if there is no choice
    sight    what part of each plane is in sight (explorer/canvas/js/view.js), or None if all of it is
    choices  what the page's controls stand at, by the names that rows give as `told`; the rows check them
    drawing  the drawn image (28, 28) in [0, 1], or None
    """

    positions: list[list[float]] | None
    digit: int | None = None
    ends: tuple[int, int] | None = None
    moment: int | None = None
    layers: tuple[str, ...] | None = None
    plane: str | None = None
    sight: tuple[float, ...] | None = None
    choices: Mapping[str, Any] = field(default_factory=dict)
    drawing: np.ndarray | None = None

    def told(self) -> dict[str, Any]:
        """What an address may keep of it, by the names that its rows give as `told`.

        A single model's position is z1, z2, ...; `places` are the positions one after the other, and so is `z`, which is empty where
        the digit says them.
        """
        if self.positions is None or self.layers is None:
            return {}
        told: dict[str, Any] = {
            **self.choices,
            "digit": self.digit,
            "moment": self.moment,
            "layers": self.layers,
            "plane": self.plane,
            "sight": self.sight or (),
        }
        if len(self.positions) == 1:
            told |= {f"z{i + 1}": value for i, value in enumerate(self.positions[0])}
        told["places"] = tuple(value for place in self.positions for value in place)
        told["z"] = () if self.digit is not None else told["places"]
        return told | (dict(zip(("a", "b"), self.ends, strict=True)) if self.ends else {})


@dataclass(frozen=True)
class Stage:
    """One step of a series: its label, a caption with numbers, and a model with its codes for each plane."""

    label: str
    caption: str
    models: Sequence[Snapshot]


@dataclass(frozen=True)
class Morph:
    """A path between two test images. `controls` says by what it is chosen (explorer/canvas/js/way_controls.js); None offers its ends."""

    ends: tuple[int, int]
    steps: int = 12
    method: str = "linear"
    controls: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Series:
    """Models to walk through: moments of a training run, or betas. It starts at index `at`."""

    title: str
    stages: Sequence[Stage]
    at: int = 0


def latent_canvas(
    models: Sequence[Trained],
    key: str,
    draw: bool = False,
    address: Mapping[str, Any] | None = None,
    on_change: Callable[[CanvasState], None] = lambda _: None,
    **shown: Any,
) -> CanvasState:
    """Draw the canvas for one model, or for two side by side with a linked cursor.

    models    one or two models of one data set
    key       the widget's key; while it stays the same, the canvas keeps its zoom and its layers
    draw      whether there is a pad to draw a digit on
    address   what the canvas writes into the page's address itself (Address.in_browser). Python then hears of it when the hand turns to
              something else on the page; without it, of everything at once
    on_change called with the new state before the page runs again, like a widget's callback: keep a position there
    shown     what `board` is given besides
    """
    dims, images = [model.model.spec.latent_dim for model in models], len(models[0].data.test)
    key = key.replace("__", "_.")  # Streamlit keeps two underscores for itself, and the id of a run may have them
    report = _report(key)
    drawn.hear(report)
    drawing = st.session_state.get(DRAWING) if draw else None
    data = board(models, draw=draw, **shown)
    data |= {
        "address": None if address is None else dict(address),
        "drawn": None if not drawing else drawn.answer(drawing, models),
        "heard": _index(report.get("count"), 2**53) or 0,
    }
    mount(
        "latent_canvas",
        "explorer/canvas/js/component.js",
        "latent-canvas",
        "latent-canvas",
        STYLE,
        key,
        data,
        lambda: on_change(read_report(_report(key), dims, images)),
    )
    return replace(read_report(report, dims, images), drawing=strokes.image(drawing) if drawing else None)


def board(
    models: Sequence[Trained],
    position: Sequence[Sequence[float]] | None = None,
    digit: int | None = None,
    layers: Sequence[str] = ("points", "prior"),
    start: Mapping[str, Any] | None = None,
    draw: bool = False,
    morph: Morph | None = None,
    series: Series | None = None,
    run: dict[str, Any] | None = None,
    controls: Mapping[str, Any] | None = None,
    choices: Mapping[str, Any] | None = None,
    followed: int | None = None,
) -> dict[str, Any]:
    """What a board (explorer/canvas/js/board.js) is told of one model, or of two of one data set; nothing is written or drawn yet.

    position  where the marker is: a code for each model. If it differs from the one given before, the marker moves
    digit     index of the test image that has this code; it is pointed out on each plane
    layers    layers that are on at first (explorer/canvas/rows.py lists them)
    start     layers, plane and sight that an address asks for instead, by the names under which they are reported
    draw      whether there is a pad to draw a digit on
    morph     two ends to drag, and the path between them
    series    a scrubber through several models; `models` is then where it starts, and fixes axes and ranges
    run       a training run as it grows (explorer/training/replay.py): its moments, of which only new ones need be given
    controls  what the page offers besides, each with its words: `follow` a test image by its number, `axes` of both planes, numbered
              `draws` from the prior, `jumps` to a place
    choices   what `draws` and `axes` stand at, as "draw" and "axes"
    followed  the test image whose number `follow` shows
    """
    told = [describe(model) for model in models]
    if series is not None:
        for i, facts in enumerate(told):
            facts["bounds"] = common_bounds([stage.models[i] for stage in series.stages])
            facts["kl"] = None  # each model has its own
    if run is not None:
        told = [{**facts, "kl": None, "inactive": [], "principal": None} for facts in told]  # they change from moment to moment
    return {
        "models": told,
        "classes": models[0].data.classes,
        "colours": palette.DIGITS,
        "ink": {"mark": palette.MARK, "warning": palette.WARNING},
        "look": _look(start or {}, layers),
        "words": _words(models[0].settings.dataset),
        "position": None if position is None else [[_finite(value) for value in code] for code in position],
        "digit": digit,
        "followed": followed,
        "choices": dict(choices or {}),
        "controls": dict(controls or {}),
        "address": None,
        "draw": draw,
        "drawn": None,
        "heard": 0,
        "morph": None if morph is None else asdict(morph),
        "series": None if series is None else _series(series),
        "run": run,
    }


def _look(start: Mapping[str, Any], layers: Sequence[str]) -> dict[str, Any]:
    """What is shown of the planes. Without "sight" the page keeps nothing of that, and nobody's is changed."""
    said = start.get("layers")
    sight = {"sight": list(start["sight"]) or None} if "sight" in start else {}
    return {"layers": list(layers if said is None else said), "plane": start.get("plane"), **sight}


def _report(key: str) -> dict[str, Any]:
    """The last report from the canvas with that key."""
    report = (st.session_state.get(key) or {}).get("report")
    return report if isinstance(report, dict) else {}


def _words(dataset: str) -> dict[str, dict[str, Any]]:
    """The words of the browser's part; each layer with its help."""
    said = words.load("explorer/canvas")
    pad = said.items("pad") | {"empty": said.item("pad", "empty", one=data_sets.one(dataset))}
    layers = {layer.key: [layer.text, layer.why] for layer in said.options("layers")}
    return {"layers": layers, "pad": pad, **{block: said.items(block) for block in ("said", "files", "troubles")}}


def _finite(value: float) -> float | None:
    """None for NaN, which JSON has not; the browser says it in a sentence."""
    return float(value) if math.isfinite(value) else None


def _series(series: Series) -> dict[str, Any]:
    moments = [
        {"label": stage.label, "caption": stage.caption, "models": [snapshot(model) for model in stage.models]}
        for stage in series.stages
    ]
    return {"title": series.title, "moments": moments, "at": series.at}


def read_report(report: Any, dims: Sequence[int], images: int) -> CanvasState:
    """Read a report, which is a visitor's input: only what makes sense for models of these sizes is believed."""
    if not isinstance(report, dict):
        return CanvasState(None)
    positions = report.get("position")
    if not (isinstance(positions, list) and [_width(code) for code in positions] == list(dims)):
        positions = None
    ends = report.get("ends")
    layers, plane = report.get("layers"), report.get("plane")
    choices = report.get("choices")
    a, b = (_index(end, images) for end in ends) if isinstance(ends, list) and len(ends) == 2 else (None, None)
    return CanvasState(
        positions=positions,
        digit=_index(report.get("digit"), images),
        ends=None if a is None or b is None else (a, b),
        moment=_index(report.get("moment"), images),
        layers=tuple(name for name in LAYERS if name in layers) if isinstance(layers, list) else None,
        plane=plane if isinstance(plane, str) else None,
        sight=_sight(report.get("sight"), len(dims)),
        choices=choices if isinstance(choices, dict) else {},
    )


def _sight(value: Any, planes: int) -> tuple[float, ...] | None:
    return tuple(value) if _width(value) == SIGHT * planes else None


def _width(code: Any) -> int | None:
    """The number of finite numbers in a code; None if it is no code."""
    ok = isinstance(code, list) and all(isinstance(value, (int, float)) and math.isfinite(value) for value in code)
    return len(code) if ok else None


def _index(value: Any, count: int) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < count else None
