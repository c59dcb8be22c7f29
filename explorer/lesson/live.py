"""Parts of lessons that must follow the hand, and so run in the browser. Each is a plain JavaScript module in its lesson's folder.

A module exports `render`, which `renderOf` of explorer/lesson/js/part.js makes of a class that extends `LivePart`. It may import
explorer/browser/js, which all browser code shares.
"""

import functools
from collections.abc import Callable
from typing import Any

import streamlit as st

from explorer.browser.joined import ROOT
from explorer.page.mounting import mount

SHARED = "explorer/lesson/js"  # parts that several lessons use


@functools.cache
def _style(place: str) -> str:
    """The style sheet of all parts, and the part's own if it has one."""
    sheets = (ROOT / "explorer" / "lesson" / "part.css", ROOT / f"{place}.css")
    return "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets if sheet.exists())


def _place(name: str) -> str:
    """The path of a part in the project, without its ending; `name` is such as "kl", "nash/duel" or the shared "sketch"."""
    folder, _, file = name.partition("/")
    own = f"lessons/{folder}/{file or folder}"
    return own if (ROOT / f"{own}.js").exists() else f"{SHARED}/{name}"


def live_part(name: str, key: str, on_report: Callable[[dict[str, Any]], None] | None = None, **data: Any) -> None:
    """Draw the part that lessons/<name>/<name>.js renders, with `data` (JSON). A second part of a lesson is "<lesson>/<name>".

    Its words are handed over as words=lesson.words.items("part"); the browser fills their slots (explorer/browser/js/words.js).

    on_report  called with the browser's last report, before the page runs again. It is a visitor's input: check every value
    """

    def heard() -> None:
        report = (st.session_state.get(key) or {}).get("report")
        if on_report is not None and isinstance(report, dict):
            on_report(report)

    place = _place(name)
    short = place.rpartition("/")[2]
    mount(f"lesson_{short}", f"{place}.js", f"part {short}", f"part-{short}", _style(place), key, data, heard)
