"""Runs against each other: their curves overlaid, and their VAEs on the rate-distortion plane."""

import html
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from explorer.page import figures, palette, plotting
from explorer.page.page import Page
from explorer.training import curves
from explorer.training.runs.summary import Curve


def compare(page: Page, names: Sequence[str], lines: Sequence[Sequence[Curve]]) -> None:
    """One run a name, each with the curves of its models."""
    said = page.words.items("curves")
    st.html('<p class="le-legend">' + " ".join(_entry(i, name) for i, name in enumerate(names)) + "</p>")
    part = page.draw("runs_curve", format_func=said.__getitem__, label_visibility="collapsed")
    labels = [_label(i, name) for i, name in enumerate(names)]
    alt = page.words.item("alts", "curve", curve=said[part])
    curves.overlay(_frame(labels, lines, part), labels, key="compare-curves", alt=alt)
    page.caption("lines")
    points = [(i, curve.points[-1]) for i, run in enumerate(lines) for curve in run if curve.kind == "vae"]
    if not points:
        page.caption("no-rate")
        return
    figure = figures.rate_distortion(
        [str(i + 1) for i, _ in points],
        [point.kl or 0.0 for _, point in points],
        [point.reconstruction for _, point in points],
        colours=[colour(i) for i, _ in points],
    )
    plotting.draw(figure, "compare-plane", page.words.item("alts", "plane"))
    page.caption("plane")


def _frame(labels: Sequence[str], lines: Sequence[Sequence[Curve]], part: str) -> pd.DataFrame:
    rows = [
        {"run": label, "model": curve.kind.upper(), "images": point.images, "nats": getattr(point, part)}
        for label, run in zip(labels, lines, strict=True)
        for curve in run
        for point in curve.drawn
        if getattr(point, part) is not None
    ]
    return pd.DataFrame(rows, columns=["run", "model", "images", "nats"])


def _label(i: int, name: str) -> str:
    return f"{i + 1}: {name}"  # two runs may have one name


def colour(i: int) -> str:
    """Of the i-th run that is compared."""
    return palette.RUNS[i % len(palette.RUNS)]


def _entry(i: int, name: str) -> str:
    return f'<span class="le-run-name"><span class="le-run-mark" style="background:{colour(i)}"></span>{i + 1}: {html.escape(name)}</span>'
