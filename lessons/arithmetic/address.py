"""What the address of /arithmetic carries."""

from collections.abc import Callable

import streamlit as st

from explorer.page.address import Address
from explorer.page.parameters import Flag, Nearest, Number, OneOf, Text, Whole
from lessons.arithmetic import screen
from lessons.arithmetic.attributes import ATTRIBUTES
from lessons.shared.coders import LATENTS
from vae import data

COUNTS = (10, 30, 100, 300)
BARRED = "36,64,75,97,114,133,144,301,307,328,510,522"  # sevens with a bar, and without one
PLAIN = "0,17,34,60,70,86,111,122,223,254,263,370"


class OwnExamples(Text):
    """Numbers of test images as a reader types them: what is mistyped stays in its place, and the page says what is wrong."""

    def read(self, text: str) -> str:
        screen.read_indices(text)
        return text

    def domain(self) -> str:
        return f"{screen.FEWEST} to {screen.MOST} numbers of test images, separated by commas"


def ways(*wanted: str) -> Callable[[], bool]:
    """Whether the direction is made in one of those ways."""
    return lambda: st.session_state["arith_way"] in wanted


def others() -> list[int]:
    """The digits that can be taken away from the one that is chosen."""
    return [label for label in range(10) if label != st.session_state["arith_plus"]]


def named() -> str:
    """The attribute that the direction is called after; thickness where it is called after none."""
    return screen.EXTREMES[way][0] if (way := st.session_state["arith_way"]) in screen.EXTREMES else "thickness"


DRAWN = ways(*(way for way in screen.WAYS if way != "own"))

ADDRESS = Address(
    OneOf("arith_way", "thick", widget="segmented_control", allowed=screen.WAYS, what="direction"),
    Nearest("arith_latents", 10, widget="segmented_control", allowed=LATENTS),
    Nearest("arith_count", 30, widget="segmented_control", allowed=COUNTS, shown=DRAWN),
    Whole("arith_seed", 0, low=0, high=screen.DRAWS - 1, shown=DRAWN),
    Flag("arith_same", False, widget="toggle", shown=ways(*screen.EXTREMES)),
    OneOf("arith_plus", 9, widget="selectbox", allowed=range(10), what="digit", shown=ways("digits")),
    OneOf(
        "arith_minus", lambda: 4 if 4 in others() else 0, widget="selectbox", allowed=others, what="digit", shown=ways("digits")
    ),
    OwnExamples("arith_with", BARRED, widget="text_input", shown=ways("own")),
    OwnExamples("arith_without", PLAIN, widget="text_input", shown=ways("own")),
    Whole("arith_digit", 4, low=0, high=lambda: len(data.load("mnist").test) - 1),
    Number("arith_strength", 1.0, told="strength", low=-2.0, high=2.0),
    OneOf("arith_measure", named, widget="segmented_control", allowed=tuple(ATTRIBUTES), what="attribute", of="arith_way"),
)
