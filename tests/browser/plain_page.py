"""Every place of a page that renders Markdown, with a visitor's words in it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import streamlit as st
from hostile_words import HOSTILE

from explorer.page.words import plain

for i, text in enumerate(HOSTILE):
    with st.container(key=f"words-{i}"):
        said = plain(text)
        st.markdown(said)
        st.markdown(f"**Run** {said}, *a note* on $x$.")
        st.caption(said)
        st.warning(f"The link says name = '{said}'. It must be a number.")
        st.error(said)
        st.button(said, key=f"button-{i}")
        st.download_button(said, b"", key=f"download-{i}")
        st.checkbox(said, key=f"checkbox-{i}")
        st.text_input(said, key=f"input-{i}")
        st.segmented_control("Choose", [said], key=f"segmented-{i}")
        st.selectbox("Menu", [text], key=f"selectbox-{i}", label_visibility="collapsed")
        st.radio("Pick", [said], key=f"radio-{i}")
        st.page_link("https://example.org", label=said)
        with st.expander(said):
            st.text("inside")
