"""The quiet link on a page that takes what it shows home, as one file. The browser's part is js/offered.js; the file comes from doors.py."""

import html
from urllib.parse import quote, urlencode

import streamlit as st

from explorer.page import words

TRAINING = {"replay": "1"}  # a run with its training


def draw(page: str, **address: str) -> None:
    """Draw the link for a page: to what its address says when the link is used, or to that address only, where one is given."""
    st.html(link(page, **address))


def link(page: str, **address: str) -> str:
    """The same as HTML; a run's has a second link, to the run with its training."""
    said = words.load("explorer/takehome").items("offer")
    ways = [_way(page, address, {}, said["take"])] + [_way(page, address, TRAINING, said["replay"])] * (page == "train")
    return f'<p class="le-take-home-place">{" ".join(ways)} <span role="status">{html.escape(said["what"])}</span></p>'


def _way(page: str, address: dict[str, str], more: dict[str, str], label: str) -> str:
    """A link, told from where its document came, so that it holds below any folder; `more` is what it says besides the address."""
    said = words.load("explorer/takehome").items("offer")
    query = urlencode({**address, **more})
    follows = "" if address else f' data-follows="{html.escape(urlencode(more))}"'
    told = "".join(f' data-{name}="{html.escape(said[name])}"' for name in ("making", "made", "failed"))
    way = html.escape(f"takehome/{quote(page)}{'?' if query else ''}{query}")
    return f'<a class="le-take-home" href="{way}" download data-whole{follows}{told}>{html.escape(label)}</a>'
