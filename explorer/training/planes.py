"""Where the points of a run will be, before there is one: a plane for each model, with its axes and the prior's circles. The stage of a plan shows
them (explorer/plans/stage.css), so that a class can point at where the points will go.
"""

import html

import streamlit as st

from explorer.page import words
from explorer.training.form import TOGETHER

CIRCLES = (1, 2, 3)  # standard deviations, of the four from the middle to the edge


def draw(models: str) -> None:
    """Planes for the models that the form says; hidden but on the stage."""
    names = words.load("explorer/training").items("models")
    circles = () if models == "vamp" else CIRCLES  # whose prior is learned
    plane = "<div>" + "".join(f'<i style="--at:{radius}"></i>' for radius in circles) + "</div>"
    planes = (
        f"<figure><figcaption>{html.escape(names[kind])}</figcaption>{plane}</figure>"
        for kind in TOGETHER.get(models, (models,))
    )
    st.html(f'<div class="le-planes" hidden>{"".join(planes)}</div>')
