"""What a link carries: names in the query string, kept in the session, checked before they reach a widget.

Each page declares its parameters; their values live in st.session_state under the same names, which are the widgets' keys,
so a value survives a change of page (persist_state="session") and a copied link opens the same view.
"""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from explorer.page.words import plain

_PAGE = "link_page"  # session-state key: the page the visitor is on
_READ = "link_read"  # session-state key: parameters read since the visitor came to this page
ONCE = "once"  # session-state key: what was worked out in this run of the page
Reader = Callable[[str], Any]  # text of a parameter -> value; ValueError with a sentence if it makes no sense


def arrive(page: str) -> None:
    """Say before each run which page is drawn: on another one than before, the link counts again."""
    if st.session_state.get(_PAGE) != page:
        st.session_state[_PAGE], st.session_state[_READ] = page, set()
    st.session_state[ONCE] = {}


def arriving() -> bool:
    """Whether the visitor has just come to this page: nothing of its link has been read yet."""
    return not st.session_state.get(_READ)


def once(name: str, compute: Callable[[], Any]) -> Any:
    """A value that is worked out once in each run of the page, however often it is asked for."""
    known = st.session_state.setdefault(ONCE, {})
    if name not in known:
        known[name] = compute()
    return known[name]


def read_link(**readers: Reader) -> None:
    """Put what the link says into the session; a value that makes no sense is named and left out.

    A parameter counts once, on arrival: later the address only follows the session, and while a hand is moving it lags behind.
    (An address edited by hand loads the document anew, and so is an arrival.)
    """
    arrived = st.session_state.setdefault(_READ, set())
    for name, read in readers.items():
        text = None if name in arrived else st.query_params.get(name)
        arrived.add(name)
        if text is None:
            continue
        try:
            st.session_state[name] = read(text)
        except ValueError as error:
            refuse_link(name, text, str(error))


def said_by_link(name: str) -> str | None:
    """What the link says of a parameter, once for each arrival; None where it says nothing, or nothing new.

    (An address edited by hand loads the document anew, and so is an arrival.)
    """
    arrived = st.session_state.setdefault(_READ, set())
    text = None if name in arrived else st.query_params.get(name)
    arrived.add(name)
    return text


def refuse_link(name: str, text: str, why: str) -> None:
    """Say that a link's value is not used, and why."""
    st.warning(f"The link says {plain(name)} = '{plain(text[:60])}'. {why}")


def write_link(**values: Any) -> None:
    """Make the address bar say these values, and nothing else."""
    texts = {name: _text(value) for name, value in values.items()}
    if st.query_params.to_dict() != texts:
        st.query_params.from_dict(texts)


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(map(_text, value))
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def one_of(options: list[str], what: str) -> Reader:
    """Reads one of some names."""

    def read(text: str) -> str:
        if text not in options:
            raise ValueError(f"There is no such {what}; here is {'another' if options else 'none'}.")
        return text

    return read


def some_of(options: Sequence[str], what: str) -> Reader:
    """Reads any of some names, parted by commas; none of them is allowed."""

    def read(text: str) -> tuple[str, ...]:
        wanted = [name for name in text.split(",") if name]
        if not set(wanted) <= set(options):
            raise ValueError(f"There is no such {what}; choose from {', '.join(options)}.")
        return tuple(name for name in options if name in wanted)

    return read


def whole_number(low: int, high: int) -> Reader:
    """Reads a whole number within bounds."""

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise ValueError(f"It must be a whole number from {low:,} to {high:,}; the usual value is used instead.")
        return value

    return read


def number(low: float, high: float) -> Reader:
    """Reads a number within bounds."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not low <= value <= high:
            raise ValueError(f"It must be a number from {low:.3g} to {high:.3g}; the usual value is used instead.")
        return value

    return read


def numbers(count: int, low: float, high: float) -> Reader:
    """Reads so many numbers within bounds, parted by commas."""
    one = number(low, high)

    def read(text: str) -> tuple[float, ...]:
        parts = text.split(",")
        if len(parts) != count:
            raise ValueError(f"It must be {count} numbers, parted by commas; the usual values are used instead.")
        return tuple(one(part) for part in parts)

    return read


def usual(**defaults: Any) -> None:
    """Give parameters their usual values where the session has none yet."""
    for name, value in defaults.items():
        st.session_state.setdefault(name, value)


def within(name: str, low: float, high: float, otherwise: Any) -> None:
    """Bring a value that a change of model has put out of range back to something usable."""
    if name in st.session_state and not low <= st.session_state[name] <= high:
        st.session_state[name] = otherwise
