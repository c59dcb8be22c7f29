"""A page of the explorer: its words, its address and its style sheet.

    page = Page("home", ADDRESS)
    page.say("measured", kl=2.3)
    page.draw("kl_model")
    page.end()

Its words are in the file words.md of its room (explorer/page/words.py). Lessons add a pattern to this (explorer/lesson/lesson.py).
"""

from typing import Any

import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.page import places, plotting, words
from explorer.page.address import Address
from explorer.page.parameters import Parameter
from explorer.page.terms import Marks


class Page:
    """One page. Call its methods in the order in which things stand on the screen."""

    sheets: tuple[str, ...] = ()  # style sheets that all pages of this kind share, before the page's own

    def __init__(self, path: str, address: Address | None = None, **numbers: Any):
        """Draw title and lead, then read the address; `numbers` fill the slots of the lead, functions with what they give after that."""
        self._place = place = places.PLACES[path]
        self.path, self.words = path, place.words
        self._marks = Marks()
        self._led = False  # whether a lead has been drawn
        self.at = Address(*(address.declared if address else ()), *self._own_rows())
        for sheet in (*self.sheets, f"{place.room}/page.css"):
            if (words.ROOT / sheet).exists():
                st.html(words.ROOT / sheet)
        st.title(self.words.facts.get("heading", self.words.title))
        above = st.container()
        self.at.read()
        if "lead" in self.words.blocks:
            self.lead(where=above, **{name: value() if callable(value) else value for name, value in numbers.items()})

    def _own_rows(self) -> tuple[Parameter, ...]:
        """Parameters that all pages of this kind have, after those of its address."""
        return ()

    def lead(self, block: str = "lead", where: Any = st, **values: Any) -> None:
        """Draw a block in large letters: what the page shows and what to look for. What the page needs stands behind the first."""
        needs = "" if self._led else f' <span class="le-needs">{self._place.needs}</span>'
        self._led = True
        where.html(f'<p class="le-lead">{words.inline(self.text(block, **values))}{needs}</p>')

    def text(self, block: str, **values: Any) -> str:
        """A block with its slots filled and its terms marked."""
        return self.words.filled(block, self._marks.mark(block, self.words.block(block)), values)

    def say(self, block: str, where: Any = st, **values: Any) -> None:
        """Draw a block; a first line `### ...` is its heading."""
        text = self.text(block, **values)
        if text.startswith("### "):
            heading, _, text = text.partition("\n")
            where.header(heading.removeprefix("### "))
        if text.strip():
            where.markdown(text.strip())

    def caption(self, block: str, where: Any = st, **values: Any) -> None:
        """Draw a block in small letters, below what it explains."""
        where.caption(self.text(block, **values))

    def chart(self, name: str, figure: go.Figure, where: Any = st, **values: Any) -> None:
        """Draw a figure, below the block of its name if there is one. The block alts describes it for readers who cannot see it."""
        if name in self.words.blocks:
            self.say(name, where, **values)
        plotting.draw(figure, name, self.words.items("alts")[name], where)

    def draw(self, parameter: str, where: Any = st, **more: Any) -> Any:
        """Draw the control of a parameter, with its words from the block controls, and return its value."""
        return self.at.draw(parameter, self.words.label(parameter), self.words.help(parameter), where, **more)

    def button(self, name: str, where: Any = st, **more: Any) -> bool:
        """Draw a button with its words from the block controls; True if it was pressed."""
        return where.button(self.words.label(name), help=self.words.help(name), **more)

    def staged(self, name: str = "") -> DeltaGenerator:
        """A container for what the stage shows of a page that is no lesson (explorer/plans/stage.css). A second one has a name, and stands in an
        expander: while that is open, the stage shows it instead.
        """
        return st.container(key=f"le-stage-{name}" if name else "le-stage")

    def end(self, **link: str) -> None:
        """Put this view into the address."""
        self.at.write(**link)
