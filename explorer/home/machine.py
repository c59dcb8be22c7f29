"""The machine in one picture: a digit on its way through an autoencoder and a VAE, as a graph that computes in the browser.

The two lanes have the same stations in the same places, so that the one difference, the sampling, is the one that is seen. The
browser's part is explorer/home/js/machine.js and its neighbours; Python encodes drawings and keeps what a link carries.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from explorer.browser.assets import code_path
from explorer.canvas import LOADER, STYLE, drawn
from explorer.canvas.facts import describe
from explorer.home import album, quotes
from explorer.models.trained import Trained
from explorer.page import palette, strokes
from vae.spec import ModelSpec

LOOK = (Path(__file__).parent / "machine.css").read_text(encoding="utf-8")
HTML = '<div class="latent-canvas machine" data-testid="latent-canvas"></div>'
DRAWS = 10_000  # numbered draws of epsilon: torch's seeds from 0
INK = {
    "ae": palette.AE,
    "vae": palette.VAE,
    "mu": palette.MU,
    "sigma": palette.SIGMA,
    "epsilon": palette.EPSILON,
    "z": palette.Z,
    "reconstruction": palette.RECONSTRUCTION,
    "kl": palette.KL,
    "mark": palette.MARK,
    "warning": palette.WARNING,
}


@dataclass(frozen=True)
class Choice:
    """What goes through the machine: a test image, the number of a draw of epsilon, and whether the drawing is sent instead."""

    digit: int
    draw: int
    drawing: bool = False


def machine(models: Sequence[Trained], key: str, choice: Choice, on_change: Callable[[Choice], None]) -> None:
    """Draw the machine for an autoencoder and a VAE with two latents and the same data.

    on_change is called with what the reader chose in the browser, before the page runs again.
    """
    report = _report(key)
    drawn.hear(report)
    drawing = st.session_state.get(strokes.DRAWING)
    data = {
        "code": code_path("explorer/home/js/machine.js"),
        "models": [{**describe(model), "layers": layers(model.model.spec)} for model in models],
        "quotes": [quotes.of_nodes(model.model.spec.kind) for model in models],
        "album": album.album(*models).announce(),
        "classes": models[0].data.classes,
        "colours": palette.DIGITS,
        "ink": INK,
        "draws": DRAWS,
        "digit": album.page(choice.digit, *models),
        "draw": choice.draw,
        "drawn": None if not drawing else answer(drawing, models),
        "drawing": choice.drawing and bool(drawing),
        "heard": _within(report.get("count"), 2**53) or 0,
    }
    mount = st.components.v2.component("latent_machine", html=HTML, css=STYLE + LOOK, js=LOADER)
    images = len(models[0].data.test)
    mount(key=key, data=data, on_report_change=lambda: on_change(read_report(_report(key), images, choice)))


def layers(spec: ModelSpec) -> dict[str, list[int]]:
    """How many numbers there are before and after each layer of encoder and decoder."""
    heads = 2 if spec.traits.kl else 1
    return {
        "encoder": [spec.pixels, *spec.encoder_widths, heads * spec.latent_dim],
        "decoder": [spec.latent_dim, *spec.decoder_widths, spec.pixels],
    }


def answer(drawing: strokes.Strokes, models: Sequence[Trained]) -> dict[str, Any]:
    """What the models make of a drawing; with the image that they were given."""
    told = drawn.answer(drawing, models)
    posteriors = [
        {"mean": each["mean"], "logVariance": each["std"] and [2 * math.log(std) for std in each["std"]]}
        for each in told["models"]
    ]
    return {**told, "pixels": (255 * strokes.image(drawing)).round().flatten().tolist(), "posteriors": posteriors}


def _report(key: str) -> dict[str, Any]:
    """What the browser said last."""
    report = (st.session_state.get(key) or {}).get("report")
    return report if isinstance(report, dict) else {}


def read_report(report: dict[str, Any], images: int, before: Choice) -> Choice:
    """What the browser reported, believed only where it makes sense; the report is a visitor's input."""
    digit, draw = _within(report.get("digit"), images), _within(report.get("draw"), DRAWS)
    return Choice(
        digit=before.digit if digit is None else digit,
        draw=before.draw if draw is None else draw,
        drawing=report.get("input") == "drawing",
    )


def _within(value: Any, count: int) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < count else None
