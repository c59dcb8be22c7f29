"""How a file is meant where it may be meant in several ways: controls beside the preview. A choice has the file read again."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from explorer.page.words import Words
from ingest import BLACK, NO_LABELS, WHITE, Choices, Levels, Offers

Read = Callable[[Choices], Any]
WIDTH = 164  # pixels: two stand beside each other, on a phone too
GROUNDS = {BLACK: "black", WHITE: "white"}


def draw(words: Words, offers: Offers, taken: Choices, chosen: Choices, number: int, read: Read) -> None:
    """A menu for each thing that is open.

    taken   how the file was read
    chosen  what of that the visitor chose; all else is found anew when another choice is made
    number  of this reading
    """

    def menu(name: str, field: str, options: Sequence[Any], said: Callable[[Any], str]) -> None:
        now, key = getattr(taken, field), f"{name}_{number}"
        st.selectbox(
            words.label(name),
            options,
            options.index(now) if now in options else None,
            said,
            key,
            words.help(name),
            lambda: read(replace(chosen, **{field: st.session_state[key]})),
            placeholder=words.say("choose"),
            width=WIDTH,
        )

    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if offers.columns:
            headings = dict(offers.columns)
            menu("images_column", "column", [NO_LABELS, *headings], lambda i: _column(words, i, headings.get(i, "")))
        if offers.levels:
            menu("images_levels", "levels", offers.levels, lambda levels: _range(words, levels))
        if offers.grounds:
            menu("images_ground", "ground", offers.grounds, lambda ground: words.items("grounds")[GROUNDS[ground]])


def _column(words: Words, column: int, heading: str) -> str:
    if column == NO_LABELS:
        return words.item("columns", "none")
    return (
        words.item("columns", "named", number=column + 1, name=heading)
        if heading
        else words.item("columns", "plain", number=column + 1)
    )


def _range(words: Words, levels: Levels) -> str:
    return words.item("ranges", "range", black=levels.black, white=levels.white)
