"""The script Streamlit runs for every visitor: sections, pages, and what all pages share."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:  # however the server was started, the pages can import explorer and vae
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402

from explorer.classroom import pages as classroom  # noqa: E402
from explorer.page import owners, palette, pictures, places, remembered, state, words  # noqa: E402
from explorer.runs import answering, own_images  # noqa: E402
from explorer.wayin import aside  # noqa: E402
from vae.errors import VaeError  # noqa: E402

OWNED = ("train", "runs", "images")  # pages on which something becomes a browser's own

page = st.navigation(places.navigation(), expanded=True)
st.set_page_config(page_title=f"{page.title} | Latent Explorer", page_icon=pictures.FAVICON, layout="wide")
state.arrive(page.url_path)
st.sidebar.html(aside.drawn())
st.logo(Path(__file__).with_name("logo.svg"), size="large")
st.html(f"<style>:root {{ --le-shown: {state.shown()}; }} {palette.css()}</style>")
st.html(Path(__file__).with_name("style.css"))
own_images.serve(visitor=owners.owner)
remembered.keep_with(answering)
here = page.url_path or "home"
closed = classroom.locked(here)
try:
    if closed is None:
        if here in OWNED and not owners.kept():
            st.info(words.load("explorer/serving").item("owned", "passing"))
        page.run()
    else:
        st.query_params.pop(state.LEADS, None)  # the order that led here is obeyed
        st.title(page.title)
        st.info(closed)
        if back := classroom.way_back(here):
            place, parameters = back
            places.link(place, classroom.said("page-back"), **parameters)
except VaeError as error:  # its message is meant for visitors
    st.error(str(error))
if notice := aside.notice():  # again at the end, for who has no side bar beside the page
    st.html(notice)
