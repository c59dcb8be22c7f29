"""What stands in place of a list of runs before there is one: the runs that made the shipped ladder of betas, compared."""

import streamlit as st

from explorer.canvas import replay
from explorer.page import places as pages
from explorer.training.comparison import compare
from explorer.training.summary import curve


def draw() -> None:
    """Every second rung of the ladder, as one's own runs will be shown."""
    st.write(
        "Nothing is trained in this browser yet. Yours will stand here as the runs that made the shipped \u03b2 ladder do:"
    )
    pages.link("train", "Train a first pair")
    rungs = replay.rungs()[::2]
    curves = [[curve("vae", rung.history)] for rung in rungs]
    compare([f"\u03b2 = {rung.settings.beta:g}" for rung in rungs], curves)
