"""The presets as cards, each one press from its run: what the page Train shows before there is one."""

import html
from collections.abc import Callable

import streamlit as st

from explorer.page.page import Page
from explorer.training.form import FormValues, of_preset
from explorer.training.presets import PRESETS, Preset


def draw(page: Page, start: Callable[[FormValues], None]) -> None:
    """All of them, three to a row; `start` is called with what the form says after that preset was chosen."""
    for first in range(0, len(PRESETS), 3):
        for column, preset in zip(st.columns(3), PRESETS[first : first + 3], strict=False):  # the last row may be short
            with column:
                _card(page, preset, start)


def _card(page: Page, preset: Preset, start: Callable[[FormValues], None]) -> None:
    name, watch = html.escape(preset.name), html.escape(preset.watch)
    with st.container(border=True, height="stretch", key=f"preset-{PRESETS.index(preset)}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.html(f'<p class="le-preset {"le-good" if preset.good else "le-bad"}">{name}</p>', width="stretch")
            page.button("train_this", key=f"train-{preset.key}", on_click=start, args=(of_preset(preset),))
        st.html(f"<p>{watch}</p>")
