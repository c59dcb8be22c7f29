"""Runs against each other: their curves overlaid, and their VAEs on the rate-distortion plane."""

import html
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from explorer.page import figures, palette
from explorer.training import curves
from explorer.training.summary import Curve

PART = "compare_part"  # session-state key: which curve is shown
SHOWN = {
    "elbo": "Negative ELBO",
    "reconstruction": "Reconstruction",
    "kl": "KL",
}  # totals with different betas cannot be compared


def compare(names: Sequence[str], lines: Sequence[Sequence[Curve]]) -> None:
    """One run a name, each with the curves of its models."""
    st.html('<p class="le-legend">' + " ".join(_entry(i, name) for i, name in enumerate(names)) + "</p>")
    part = (
        st.segmented_control(
            "Curve",
            list(SHOWN),
            format_func=SHOWN.__getitem__,
            default="elbo",
            required=True,
            key=PART,
            label_visibility="collapsed",
        )
        or "elbo"
    )
    labels = [_label(i, name) for i, name in enumerate(names)]
    curves.overlay(_frame(labels, lines, part), SHOWN[part], labels, key="compare-curves")
    st.caption("Validation, nats per image over images seen. Full lines are VAEs, dashed ones autoencoders.")
    points = [(i, curve.points[-1]) for i, run in enumerate(lines) for curve in run if curve.kind == "vae"]
    if not points:
        st.caption("An autoencoder has no rate, so none of these stands on the rate-distortion plane.")
        return
    st.plotly_chart(
        figures.rate_distortion(
            [str(i + 1) for i, _ in points],
            [point.kl or 0.0 for _, point in points],
            [point.reconstruction for _, point in points],
            colours=[_colour(i) for i, _ in points],
        ),
        key="compare-plane",
        config=figures.CONFIG,
        alt="Rate against distortion of the chosen VAEs",
    )
    st.caption(
        "VAEs at their newest record. On a dotted line rate and distortion add up to the same negative ELBO: lower left is better."
    )


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


def _colour(i: int) -> str:
    return palette.RUNS[i % len(palette.RUNS)]


def _entry(i: int, name: str) -> str:
    return f'<span class="le-run-name"><span class="le-run-mark" style="background:{_colour(i)}"></span>{i + 1}: {html.escape(name)}</span>'
