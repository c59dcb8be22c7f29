"""What the address of /fails carries."""

import streamlit as st

from explorer.canvas.rows import LAYERS
from explorer.page.address import Address
from explorer.page.parameters import Nearest, Numbers, OneOf, SomeOf, Whole
from lessons.fails import screen
from lessons.fails.cases import CASES, RIDDLES

TEST_DIGITS = 10_000
FAR = 1e6  # beyond any code


def open_now() -> bool:
    """Whether the answer is: until then an address names no failure."""
    return bool(st.session_state.get("fails_revealed"))


def numbers() -> int:
    """How many numbers the two positions have together."""
    return sum(len(model.order) for model in screen.pair(st.session_state["fails_case"]))


ADDRESS = Address(
    Nearest("fails_run", 1, widget="segmented_control", allowed=range(1, len(RIDDLES) + 1)),
    OneOf("fails_case", "collapsed", widget="segmented_control", allowed=tuple(CASES), what="failure", shown=open_now),
    Whole("fails_digit", 0, told="digit", low=0, high=TEST_DIGITS - 1),
    Numbers("fails_z", (), told="z", count=numbers, low=-FAR, high=FAR),  # () at the digit's codes
    SomeOf("fails_layers", None, told="layers", allowed=LAYERS, what="layer"),
)
