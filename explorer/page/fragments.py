"""Parts of a page that run by themselves when something in them is moved, while the rest of the page stays as it is.

A rerun of a whole page looks up models, asks the store and draws the navigation: three quarters of its cost have nothing to do with the
slider that was moved. This decides how many visitors one process carries (benchmarks/load.py).
"""

import functools
from collections.abc import Callable
from typing import Any

import streamlit as st

from vae.errors import VaeError


def part(draw: Callable[..., Any]) -> Callable[..., None]:
    """Let a function that draws part of a page run by itself. An error in it is shown in its place."""

    @st.fragment
    @functools.wraps(draw)
    def drawn(*arguments: Any, **options: Any) -> None:
        try:
            draw(*arguments, **options)
        except VaeError as error:  # its message is meant for visitors
            st.error(str(error))

    return drawn
