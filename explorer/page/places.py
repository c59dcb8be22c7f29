"""The pages, in the sections and the order of the navigation.

A page is a file in pages/ and a room, which is the folder with its words.md; a lesson's room is lessons/<path>. Title, purpose, section
and order stand in the words, so a page is added by adding its files.
"""

import html
import importlib.util
from dataclasses import dataclass

import streamlit as st

from explorer.page import words
from explorer.page.address import Address
from explorer.page.words import Words

FOLDER = words.ROOT / "pages"
SECTIONS = ("Start", "See", "Make", "Understand", "Use", "Relatives", "Look up")  # in this order; the first has no heading
COURSE = ("Understand", "Use", "Relatives")  # sections whose pages are lessons


@dataclass(frozen=True)
class Place:
    """A page: its path in the address, which is also the name of its file, and its room, the folder with the rest of it."""

    path: str
    room: str

    @property
    def words(self) -> Words:
        """Its words, in the language of this server."""
        return words.load(self.room)

    @property
    def title(self) -> str:
        return self.words.title

    @property
    def purpose(self) -> str:
        """One line on what it is for."""
        return self.words.purpose

    @property
    def address(self) -> Address:
        """The parameters that it declares, in the file address.py of its room; none where it has no such file."""
        name = f"{self.room.replace('/', '.')}.address"
        if importlib.util.find_spec(name) is None:
            return Address()
        return importlib.import_module(name).ADDRESS

    @property
    def section(self) -> str:
        return self.words.facts["section"]

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return int(self.words.facts["minutes"])

    @property
    def after(self) -> tuple[str, ...]:
        """Paths of the pages that one should know before."""
        return tuple(path.strip() for path in self.words.facts.get("after", "").split(",") if path.strip())

    @property
    def needs(self) -> str:
        """How long it takes and what it needs, as HTML: a line of a few words."""
        said = words.load("explorer/page")
        before = ", ".join(
            f'<a href="{path if path != "home" else "./"}">{html.escape(PLACES[path].title)}</a>' for path in self.after
        )
        maths = said.items("levels")[self.words.facts["level"]]
        after = f"<span> · {said.item('needs', 'after', pages=before)}</span>" if before else ""
        return f"{said.item('needs', 'minutes', minutes=self.minutes)} · {maths}{after}"


def _found() -> list[Place]:
    rooms = [path.parent for top in ("explorer", "lessons") for path in (words.ROOT / top).rglob("words.md")]
    places = []
    for room in rooms:
        name = room.relative_to(words.ROOT).as_posix()
        facts = words.load(name).facts
        if "section" in facts:  # otherwise they are the words of something that several pages show
            places.append(Place(facts.get("page", room.name), name))
    return sorted(places, key=lambda place: (SECTIONS.index(place.section), int(place.words.facts["order"]), place.path))


PLACES = {place.path: place for place in _found()}
LESSONS = tuple(place for place in PLACES.values() if place.section in COURSE)


def navigation() -> dict[str, list]:
    """The sections as Streamlit's pages."""
    shown: dict[str, list] = {}
    for place in PLACES.values():
        page = st.Page(
            FOLDER / f"{place.path}.py",
            title=place.title,
            url_path=place.path,
            help=place.purpose,
            default=place.path == "home",
        )
        shown.setdefault(_heading(place.section), []).append(page)
    return shown


def course() -> dict[str, list[str]]:
    """The sections of the course by their headings, each with the paths of its pages. The side bar folds them (explorer/serving/sections.js)."""
    return {_heading(section): _paths(section) for section in COURSE}


def _heading(section: str) -> str:
    if section in COURSE:
        return words.load("explorer/page").item("navigation", "course", section=section, lessons=len(_paths(section)))
    return "" if section == SECTIONS[0] else section


def _paths(section: str) -> list[str]:
    return [place.path for place in PLACES.values() if place.section == section]


def link(path: str, text: str, **parameters: str) -> None:
    """Draw a link to another page, with parameters for its address."""
    label = f"{text}: {PLACES[path].title} \u2192"
    st.page_link(FOLDER / f"{path}.py", label=label, query_params=parameters or None)
