"""The presets as cards, each one press from its run: what the page Train shows before there is one."""

from collections.abc import Callable

import streamlit as st

from explorer.training.form import Choice, of_preset
from explorer.training.presets import PRESETS, Preset

LEAD = (
    '<p class="le-lead">Watch two latent spaces form from the same digits, in the same order, from the same initial weights. '
    "<b>Press one of these and look at the points</b>: the autoencoder\u2019s go where they like, the VAE\u2019s are held by the prior.</p>"
)


def draw(start: Callable[[Choice], None]) -> None:
    """All of them, three to a row; `start` is called with what the form says after that preset was chosen."""
    st.html(LEAD)
    for first in range(0, len(PRESETS), 3):
        for column, preset in zip(st.columns(3), PRESETS[first : first + 3], strict=False):  # the last row may be short
            with column:
                _card(preset, start)


def _card(preset: Preset, start: Callable[[Choice], None]) -> None:
    with st.container(border=True, height="stretch", key=f"preset-{PRESETS.index(preset)}"):
        st.html(f'<p class="le-preset {"le-good" if preset.good else "le-bad"}">{preset.name}</p><p>{preset.watch}</p>')
        st.button("Train this", key=f"train-{preset.name}", on_click=start, args=(of_preset(preset),))
