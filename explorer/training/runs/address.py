"""What the address of /runs carries: which runs are compared and by which curve, and what of the list is shown."""

import re
from dataclasses import dataclass
from typing import Any

import streamlit as st

from explorer.page.address import Address
from explorer.page.parameters import OneOf, Parameter, Text, Whole

COMPARED = "compare"
EDITED = "runs_edited"
ID = "[A-Za-z0-9_-]{22}"
ROWS = 25  # of the list, at first
CURVES = ("elbo", "reconstruction", "kl")  # totals with different betas cannot be compared


@dataclass(frozen=True)
class RunIds(Parameter):
    """Ids of runs, in the order in which they were chosen."""

    def read(self, text: str) -> tuple[str, ...]:
        return self.believe(text.split(","))

    def believe(self, value: Any) -> tuple[str, ...]:
        ids = tuple(dict.fromkeys(value))
        if not all(re.fullmatch(ID, each) for each in ids):
            raise ValueError("These are not names of runs; copy the link again.")
        return ids

    def domain(self) -> str:
        return "ids of runs, separated by commas"


ADDRESS = Address(
    RunIds(COMPARED, ()),
    Text("runs_filter", "", what="text to filter by"),
    Whole("runs_rows", ROWS, high=10_000, shown=lambda: st.session_state["runs_rows"] != ROWS),
    OneOf(
        "runs_curve",
        CURVES[0],
        widget="segmented_control",
        allowed=CURVES,
        what="curve",
        shown=lambda: st.session_state["runs_curve"] != CURVES[0],
    ),
    Text(EDITED, "", form=f"({ID})?", what="run"),
)
