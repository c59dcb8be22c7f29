"""What a part of Home in the browser has reported; a visitor's input, of which only what makes sense is believed."""

from typing import Any

import streamlit as st


def last(key: str) -> dict[str, Any]:
    """What the part with that key said last."""
    report = (st.session_state.get(key) or {}).get("report")
    return report if isinstance(report, dict) else {}


def count(key: str) -> int:
    """How many reports it has sent, as it counts them."""
    said = last(key).get("count")
    return said if isinstance(said, int) and not isinstance(said, bool) and 0 <= said < 2**53 else 0
