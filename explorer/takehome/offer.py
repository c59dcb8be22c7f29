"""The quiet link on a page that takes what it shows home, as one file. The browser's part is js/offered.js; the file comes from doors.py."""

import html
from urllib.parse import quote, urlencode

import streamlit as st

from explorer.page import words


def draw(page: str, **address: str) -> None:
    """Draw the link for a page: to what its address says when the link is used, or to that address only, where one is given."""
    st.html(link(page, **address))


def link(page: str, **address: str) -> str:
    """The same as HTML. It is told from where its document came, so it holds below any folder."""
    said = {name: html.escape(text) for name, text in words.load("explorer/takehome").items("offer").items()}
    follows = "" if address else " data-follows"
    way = html.escape(f"takehome/{quote(page)}{'?' if address else ''}{urlencode(address)}")
    told = "".join(f' data-{name}="{said[name]}"' for name in ("making", "made", "failed"))
    return (
        f'<p class="le-take-home-place"><a class="le-take-home" href="{way}" download data-whole{follows}{told}>{said["take"]}</a> '
        f'<span role="status">{said["what"]}</span></p>'
    )
