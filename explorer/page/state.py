"""What a link carries: names in the query string, kept in the session, checked before they reach a widget.

Each page declares its parameters; their values live in st.session_state under the same names, which are the widgets' keys,
so a value survives a change of page (persist_state="session") and a copied link opens the same view.

A class that follows its teacher must see the same view too, whatever each of them did before. So the link to which a browser is led has a
parameter of its own, `_at`, with a value that it never had before: such a link says all, and what it leaves out starts from its usual value.
"""

import re
from collections.abc import Callable
from typing import Any

import streamlit as st

from explorer.page.words import plain

_PAGE = "link_page"  # session-state key: the page the visitor is on
_READ = "link_read"  # session-state key: parameters read since the visitor came to this page
_LED = "link_led"  # session-state key: the order that brought the visitor here, and whether its link is still being read
LEADS = "_at"  # name in the address of that order
HIDE = "hide"  # name in the address of what a window does not show; its browser keeps it there (explorer/serving/framed)
_ORDER = re.compile(r"[\w.-]{1,99}", re.ASCII)
ONCE = "once"  # session-state key: what was computed in this run of the page


def arrive(page: str) -> None:
    """Note before each run which page is drawn. Its link is read if it is another page than before, or if a new order leads to it."""
    order, (last, _) = st.query_params.get(LEADS), st.session_state.get(_LED, (None, False))
    led = order is not None and order != last
    if led:
        st.session_state[_LED] = order, True
    if led or st.session_state.get(_PAGE) != page:
        st.session_state[_PAGE], st.session_state[_READ] = page, set()
    st.session_state[ONCE] = {}


def page() -> str:
    """The path of the page that is drawn, such as "kl"; home's is empty."""
    return str(st.session_state.get(_PAGE, ""))


def shown() -> str:
    """The page that is drawn and the last order that led this visitor somewhere, as a style sheet's text, for the browser to know what it sees
    (explorer/classroom/js/place.js). An order that no part of ours would give is left out.
    """
    order, _ = st.session_state.get(_LED, ("", False))
    return f'"{page() or "home"} {order if _ORDER.fullmatch(order) else ""}"'


def arriving() -> bool:
    """Whether the visitor has just come to this page, so that nothing of its link has been read yet."""
    return not st.session_state.get(_READ)


def once(name: str, compute: Callable[[], Any]) -> Any:
    """A value that is computed once in each run of the page, however often it is asked for."""
    known = st.session_state.setdefault(ONCE, {})
    if name not in known:
        known[name] = compute()
    return known[name]


def known(name: str, otherwise: Any) -> Any:
    """Such a value if it was computed in this run of the page."""
    return st.session_state.get(ONCE, {}).get(name, otherwise)


def said_by_link(name: str) -> str | None:
    """The value of a parameter in the link, once for each arrival; None if there is none, or if it was read before.

    Where a link says all, the session forgets the value of a parameter that is not in it. (Editing the address by hand loads the document
    again, which is an arrival too.)
    """
    arrived = st.session_state.setdefault(_READ, set())
    if name in arrived:
        return None
    arrived.add(name)
    text = st.query_params.get(name)
    if text is None and st.session_state.get(_LED, (None, False))[1] and name in st.session_state:
        st.session_state[name] = None
    return text


def refuse_link(name: str, text: str, why: str) -> None:
    """Tell the visitor that a value of the link is not used, and why."""
    st.warning(f"The link says {plain(name)} = '{plain(text[:60])}'. {why}")


def write_link(**texts: str) -> None:
    """Put these values into the address bar, and nothing else. The page has been drawn, so its link has been read."""
    if _LED in st.session_state:
        st.session_state[_LED] = st.session_state[_LED][0], False
    if {name: text for name, text in st.query_params.to_dict().items() if name != HIDE} != texts:
        st.query_params.from_dict(texts)
