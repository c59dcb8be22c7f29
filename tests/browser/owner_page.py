"""Whose session is this?"""

import streamlit as st

from explorer.page.owners import owner

st.session_state["count"] = st.session_state.get("count", 0) + 1
st.text(f"{owner()} {st.session_state['count']}")
st.button("Again")
