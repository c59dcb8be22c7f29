"""What the address of Home carries: the game, its darts and the hand; and the machine, what goes through it, and what was moved."""

import streamlit as st

from explorer.home.game import DARTS, GAMES
from explorer.home.machine import DRAWS
from explorer.models import trained
from explorer.page.address import Address
from explorer.page.parameters import Flag, Numbers, Strokes, Whole
from explorer.page.strokes import DRAWING

DIMENSIONS = 2
FAR = 100_000.0  # a posterior may be narrow: its epsilon is then large at the edge of the plane
OPEN, FOLD = "home_machine", "home_fold"  # whether the machine is shown: in the address, and the widget that folds it away


def last_digit() -> int:
    return len(trained.get("mnist-vae-2d").data.test) - 1


def asked_for() -> bool:
    """Whether the link says something of the machine, which then is open."""
    return any(row.name in st.query_params for row in MACHINE)


def opened() -> bool:
    """Whether the machine is shown."""
    return bool(st.session_state.get(OPEN))


def fold() -> None:
    """Keep what the visitor has done with the fold."""
    st.session_state[OPEN] = bool(st.session_state.get(FOLD))


MACHINE = (
    Whole("digit", None, told="digit", shown=opened, high=last_digit),  # none: the one whose draws differ most
    Whole("draw", 0, told="draw", shown=opened, high=DRAWS - 1),
    Numbers("home_epsilon", (), told="epsilon", shown=opened, count=DIMENSIONS, low=-FAR, high=FAR),
    Numbers("home_z", (), told="z", shown=opened, count=DIMENSIONS, low=-FAR, high=FAR),
    Strokes(DRAWING, (), told="drawing", shown=opened),
    Flag("home_drawn", None, told="drawn", shown=opened),
)
ADDRESS = Address(
    Whole("game", 1, told="game", low=1, high=GAMES),
    Whole("dart", 0, told="dart", high=DARTS),
    Numbers("home_place", (), told="place", count=DIMENSIONS, low=-FAR, high=FAR),
    Flag(OPEN, asked_for),
    *MACHINE,
)
