"""A Plotly figure on a page: its place is there at once, in its size; figure and library are fetched when it comes near the screen.

The browser's part is explorer/browser/js/figures.js, which the document starts (explorer/serving/entry.py). Plotly is the one that the Python
package brings along, so both always fit.
"""

import functools
import html
from pathlib import Path
from typing import Any

import plotly
import plotly.graph_objects as go
import streamlit as st
from plotly.io.json import to_json_plotly

from explorer.browser.assets import library_path
from explorer.browser.bodies import Body
from explorer.page import words

HEIGHT = 450  # pixels, Plotly's own where a figure sets none; on a low screen less (explorer/serving/style.css)
LIBRARY = Path(plotly.__file__).with_name("package_data") / "plotly.min.js"


@functools.cache
def library() -> str:
    """The address of Plotly's code for browsers."""
    return library_path(LIBRARY)


def draw(figure: go.Figure, key: str, alt: str, where: Any = st) -> None:
    """Draw a figure.

    key   names its place: what comes under the same key with the next run takes the place of what is there
    alt   what it shows, for readers who cannot see it
    """
    described = figure.to_dict()
    described["layout"].pop("template", None)  # the browser's part has the page's colours
    said = words.load("explorer/page").items("figure")
    facts = {
        "data-testid": "figure",
        "data-key": key,
        "data-figure": Body(to_json_plotly(described).encode()).announce(),
        "data-unloaded": said["unloaded"],
        "style": f"--le-height: {described['layout'].get('height', HEIGHT) / 16}rem",  # so that it grows with the letters
        "role": "img",
        "tabindex": "0",
        "aria-label": alt,
        "aria-description": said["keys"],
    }
    written = " ".join(f'{name}="{html.escape(value)}"' for name, value in facts.items())
    where.html(f'<div class="le-figure" {written}></div>')
