"""Pick a test image by class and example. The session and the link keep its index."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from vae.data import Dataset

SHORT = 3  # signs in a class's name, for which a narrow menu has room
NARROW, WIDE = 110, 160  # pixels


def pick_digit(key: str, title: str, data: Dataset, then: Callable[[], None] = lambda: None) -> int:
    """Draw two small widgets that pick a test image, and return its index, st.session_state[key]. `then` is called after a change."""
    labels = data.test.labels
    index = st.session_state[key]
    label = int(labels[index])
    members = (labels == label).nonzero().flatten().tolist()
    st.session_state[f"{key}_class"], st.session_state[f"{key}_example"] = label, members.index(index)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", width="content"):
        st.selectbox(
            title,
            labels.unique().tolist(),
            key=f"{key}_class",
            format_func=data.classes.__getitem__,
            on_change=partial(_first_of_class, key, data, then),
            width=WIDE if max(map(len, data.classes)) > SHORT else NARROW,
        )
        st.number_input(
            "Example",
            0,
            len(members) - 1,
            key=f"{key}_example",
            on_change=partial(_example, key, members, then),
            width=130,
            help=f"Which of the {len(members):,} test images of this class",
        )
    return index


def _first_of_class(key: str, data: Dataset, then: Callable[[], None]) -> None:
    chosen = st.session_state[f"{key}_class"]
    st.session_state[key] = int((data.test.labels == chosen).nonzero()[0])
    then()


def _example(key: str, members: list[int], then: Callable[[], None]) -> None:
    st.session_state[key] = members[st.session_state[f"{key}_example"]]
    then()
