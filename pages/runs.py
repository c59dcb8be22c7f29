"""Runs: what this browser has trained; compare, rename, open, delete."""

import streamlit as st

from explorer.page import owners
from explorer.page.page import Page
from explorer.runs.store import rule
from explorer.training.runs import board
from explorer.training.runs.address import ADDRESS

TICK = 2.0  # seconds between two looks while something is trained

page = Page("runs", ADDRESS)
st.fragment(board.draw, run_every=TICK if st.session_state.get(board.ACTIVE) else None)(page, owners.owner())
page.caption("kept", rule=rule())
