"""How a part of a page that runs in the browser comes into it: Streamlit mounts an element, and a loader fetches the module that fills it."""

import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from explorer.browser.assets import code_path
from explorer.page import state, words

# Streamlit gets this small module inline. It fetches the rest from the app's own routes, and browsers cache that for ever. What is not there
# hides nothing of the page: a part that could not be loaded has come, too (explorer/serving/arrival.js).
LOADER = """
export default async function (component) {
  const root = component.parentElement.querySelector("[data-testid]");
  try {
    const { render } = await import(new URL(component.data.code, document.baseURI).href);
    return render(component);
  } catch (error) {
    root.textContent = UNLOADED;
    for (const element of [root, root.getRootNode().host]) element?.setAttribute("data-ready", "");
    console.warn(error);
  }
}
""".replace("UNLOADED", json.dumps(words.load("explorer/browser").item("part", "unloaded")))
OUTLINE = Path(__file__).with_name("outline.css").read_text(encoding="utf-8")

_mounted: defaultdict[str, dict[str, None]] = defaultdict(dict)  # page -> the modules of its parts, in their order


def mounted(page: str) -> list[str]:
    """Modules that the page with this path has shown to earlier visitors of this process, so that the next one's browser asks for them at once."""
    return list(_mounted[page]) if page in _mounted else []


def mount(
    name: str,
    module: str,
    classes: str,
    testid: str,
    style: str,
    key: str,
    data: dict[str, Any],
    on_report: Callable[[], None],
    inside: str = "",
    ahead: bool = True,
) -> None:
    """Draw the part that a module renders.

    name       of the kind of component, for Streamlit
    module     path in the project of a module that exports `render`, which `living` of explorer/browser/js/life.js makes
    classes    of its element, to which `style` refers
    data       (JSON) what it is told with every run of the page
    on_report  called when it has set its state `report`, before the page runs again
    inside     HTML that keeps its place until it has come
    ahead      whether the page shows it from the start, so that a browser asks for it with the document
    """
    if ahead:
        _mounted[state.page()][module] = None
    html = f'<div class="{classes}" data-testid="{testid}">{inside}</div>'
    # registered on each run, because a registry belongs to a runtime and tests start several
    component = st.components.v2.component(name, html=html, css=OUTLINE + style, js=LOADER)
    component(key=key, data={"code": code_path(module), **data}, on_report_change=on_report)
