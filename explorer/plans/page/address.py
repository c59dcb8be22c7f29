"""What the address of /plans carries: the plan that is open, how it is edited, and the step that is."""

import streamlit as st

from explorer.page.address import Address
from explorer.page.parameters import OneOf, Text, Whole
from explorer.plans.grammar import MOST_STEPS

PLAN, AS, STEP = "plan", "plan_as", "plan_step"
WAYS = ("steps", "text")

ADDRESS = Address(
    Text(PLAN, "", form="[A-Za-z0-9_-]{0,22}", what="plan"),
    OneOf(
        AS,
        WAYS[0],
        widget="segmented_control",
        allowed=WAYS,
        of=PLAN,
        shown=lambda: bool(st.session_state[PLAN]) and st.session_state[AS] != WAYS[0],
    ),
    Whole(STEP, 0, high=MOST_STEPS, of=PLAN, shown=lambda: st.session_state[STEP] > 0),
)
