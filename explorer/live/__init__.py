"""Parts of lessons that must follow the hand: they run in the browser. Each is a plain JavaScript module in js/.

A module exports `render` made by js/part.js. It may import the canvas's own parts, such as ../../canvas/js/dom.js.
"""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from explorer.weights import code_path

HERE = Path(__file__).parent

# A small module that Streamlit gets inline; the rest is fetched from the app's own routes and cached for ever.
LOADER = """
export default async function (component) {
  const root = component.parentElement.querySelector(".part");
  try {
    const { render } = await import(new URL(component.data.code, location.origin).href);
    return render(component);
  } catch (error) {
    root.textContent = "This part could not be loaded. Reload the page; if it happens again, the server is not reachable.";
    console.warn(error);
  }
}
"""


@functools.cache
def _style(name: str) -> str:
    """What all parts share, and the part's own sheet where it has one."""
    sheets = (HERE / "style.css", HERE / f"{name}.css")
    return "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets if sheet.exists())


def live_part(name: str, key: str, on_report: Callable[[dict[str, Any]], None] | None = None, **data: Any) -> None:
    """Draw the part that js/<name>.js renders, told `data` (JSON).

    on_report  called with what the browser last told, before the page runs again. It is a visitor's input: check every value
    """

    def heard() -> None:
        report = (st.session_state.get(key) or {}).get("report")
        if on_report is not None and isinstance(report, dict):
            on_report(report)

    html = f'<div class="part {name}" data-testid="part-{name}"></div>'
    # registered anew on each run, since registries belong to a runtime (tests start several)
    mount = st.components.v2.component(f"lesson_{name}", html=html, css=_style(name), js=LOADER)
    mount(key=key, data={"code": f"{code_path('live/js')}/{name}.js", **data}, on_report_change=heard)
