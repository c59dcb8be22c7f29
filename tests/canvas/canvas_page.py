"""The page of canvas_app.py. Its link says what to show: a mode and a number of latents. Below the canvas stands what Python was told.

A second page is there to leave for and come back from.
"""

import json

import streamlit as st
from canvas_shown import show


def page() -> None:
    link = st.session_state.setdefault("link", st.query_params.to_dict())  # changing pages empties the address
    if st.button("To (1, 1)"):
        st.session_state["position"] = [[1.0, 1.0]]
    st.code(json.dumps(show(link)), language=None)


st.set_page_config(layout="wide", initial_sidebar_state="auto")
elsewhere = st.Page(lambda: st.title("Elsewhere"), title="Elsewhere", url_path="elsewhere")
st.navigation([st.Page(page, title="Canvas", default=True), elsewhere]).run()
