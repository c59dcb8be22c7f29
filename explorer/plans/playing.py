"""What the document of every page is told so that its window can play a plan: on the stage, or alone (js/loader.js)."""

import functools
import json
from pathlib import Path

from explorer.browser.assets import base, code_path
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
    """The path below which the app is served, and where the code of each way to play is, with what it says and wears."""
    modes = {mode: {"code": code_path(f"explorer/plans/js/{mode}.js"), "data": _body(mode).announce()} for mode in MODES}
    return {"base": base(), "modes": modes}
