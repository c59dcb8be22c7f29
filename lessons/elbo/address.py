"""What the address of /elbo carries: the digit, and q, which begins anew with every digit."""

from collections.abc import Callable

import streamlit as st

from explorer.page import state
from explorer.page.address import Address
from explorer.page.parameters import Number, OneOf, Whole
from lessons.elbo import screen
from vae import data


def _start(place: int) -> Callable[[], float]:
    """One of the numbers that say where q begins for the digit shown."""
    return lambda: state.once("elbo_start", lambda: screen.start(st.session_state["elbo_digit"]))[place]


ADDRESS = Address(
    Whole("elbo_digit", 7, low=0, high=lambda: len(data.load("mnist").test) - 1),
    *(
        Number(f"elbo_{name}", _start(place), told=name, of="elbo_digit", low=low, high=high)
        for place, (name, (low, high)) in enumerate(
            {"m1": screen.CENTRE, "m2": screen.CENTRE, "s1": screen.WIDTH, "s2": screen.WIDTH}.items()
        )
    ),
    OneOf("elbo_view", None, told="view", of="elbo_digit", allowed=("near", "whole"), what="view"),
)
