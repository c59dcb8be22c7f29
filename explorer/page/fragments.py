"""Parts of a page that run by themselves when something in them is moved, while the rest of the page stays as it was.

A rerun of a whole page looks up models, asks the store and draws the navigation: three quarters of its cost have nothing to do with the
slider that was moved. With a class at work that is what decides how many visitors one process carries (benchmarks/load.py).
"""

import functools
from collections.abc import Callable
from typing import Any

import streamlit as st

from vae.errors import VaeError


def part(draw: Callable[..., Any]) -> Callable[..., None]:
    """A function that draws a part of a page, as such a part. What goes wrong in it is said in its place, as on a whole page."""

    @st.fragment
    @functools.wraps(draw)
    def drawn(*arguments: Any, **options: Any) -> None:
        try:
            draw(*arguments, **options)
        except VaeError as error:  # its message is written for the person at the screen
            st.error(str(error))

    return drawn
