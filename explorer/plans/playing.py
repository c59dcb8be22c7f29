"""What the document of every page is told so that its window can play a plan: on the stage, or alone (js/loader.js)."""

import functools
import json
from pathlib import Path

from explorer.browser.assets import code_path
from explorer.browser.bodies import Body
from explorer.page import words

HERE = Path(__file__).resolve().parent
MODES = ("stage", "alone")  # each is a module js/MODE.js, a style sheet MODE.css, and the block MODE of words.md


@functools.cache
def _body(mode: str) -> Body:
    said = words.load("explorer/plans").items(mode)
    css = (HERE / f"{mode}.css").read_text(encoding="utf-8")
    return Body(json.dumps({"words": said, "css": css}, ensure_ascii=False).encode())


def told() -> dict[str, object]:
    """Where the code of each way to play is, and what it says and wears."""
    return {mode: {"code": code_path(f"explorer/plans/js/{mode}.js"), "data": _body(mode).announce()} for mode in MODES}
