"""Where the points of a run will be, before there is one: a plane for each model, with its axes and the prior's circles. The stage of a plan shows
them (explorer/plans/stage.css), so that a class can point at where the points will go.
"""

import html

import streamlit as st

from explorer.page import words
from explorer.training.form import TOGETHER

REACH = 4  # standard deviations of the prior from the middle to the edge
CIRCLES = (1, 2, 3)  # standard deviations
_AXES = f'<path d="M{-REACH} 0H{REACH}M0 {-REACH}V{REACH}"/>'
_CIRCLES = "".join(f'<circle r="{radius}"/>' for radius in CIRCLES)


def draw(models: str) -> None:
    """Planes for the models that the form says; hidden but on the stage."""
    names = words.load("explorer/training").items("models")
    inside = _AXES + ("" if models == "vamp" else _CIRCLES)  # whose prior is learned
    plane = f'<svg viewBox="{-REACH} {-REACH} {2 * REACH} {2 * REACH}" aria-hidden="true">{inside}</svg>'
    planes = (
        f"<figure><figcaption>{html.escape(names[kind])}</figcaption>{plane}</figure>"
        for kind in TOGETHER.get(models, (models,))
    )
    st.html(f'<div class="le-planes" hidden>{"".join(planes)}</div>')
