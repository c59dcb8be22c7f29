"""What a page needs beside what its document names, so that browsers can fetch it before the page says so itself.

Streamlit's code for a kind of element, such as a slider, is a module that browsers ask for when the first of them comes, and a part asks for its
models when it has come. Here both are learned from what the rehearsal is sent (explorer/serving/rehearsal.py), never from a visitor, whose models
are his own. A module that does not have the name of its kind comes as it always did.
"""

import functools
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import streamlit
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from explorer.browser.assets import data_path

STATIC = Path(streamlit.__file__).with_name("static")
CODE = STATIC / "static" / "js"
PARTS, MATHS = "BidiComponent", "rehype-katex"
_IMPORTS = re.compile(r'(?:from|import)"\./([\w.-]+\.js)"')
AT_ONCE = {"weights", "codes", "classifier", "encoder", "decoder", "favourites"}  # what parts fetch before they answer the hand
WHEN_ASKED = {"series", "run"}  # further moments

_kinds: defaultdict[str, dict[str, None]] = defaultdict(dict)  # page -> its modules, in their order
_bodies: dict[str, list[str]] = {}  # page -> what its first part fetches at once


class Reader:
    """Reads what is sent to a visitor of a page, and keeps which kinds of elements are open to his eyes."""

    def __init__(self, page: str):
        self.page = page
        self._folded: list[tuple[int, ...]] = []  # what is in an expander comes when it opens

    def read(self, message: ForwardMsg) -> None:
        if message.WhichOneof("type") != "delta":
            return
        path, delta = tuple(message.metadata.delta_path), message.delta
        if any(path[: len(folded)] == folded for folded in self._folded):
            return
        if delta.add_block.WhichOneof("type") == "expandable" and not delta.add_block.expandable.expanded:
            self._folded.append(path)
        elif kind := delta.new_element.WhichOneof("type"):
            _kinds[self.page][kind.title().replace("_", "")] = None
            if kind == "markdown" and "$" in delta.new_element.markdown.body:
                _kinds[self.page][MATHS] = None
            if kind == "bidi_component":
                _bodies.setdefault(
                    self.page, list(dict.fromkeys(_addresses(json.loads(delta.new_element.bidi_component.json))))
                )


def _addresses(told: Any) -> Iterator[str]:
    """Addresses of bodies in what a part is told (JSON)."""
    if isinstance(told, list):
        for each in told:
            yield from _addresses(each)
    elif isinstance(told, dict):
        for name, value in told.items():
            if name in AT_ONCE and isinstance(value, str) and value.startswith(data_path("")):
                yield value
            elif name not in WHEN_ASKED:
                yield from _addresses(value)


def bodies(page: str) -> list[str]:
    """Paths of the bodies that the first part of a page fetches at once, as the page opens without a link's parameters."""
    return _bodies.get(page, [])


def of(page: str) -> list[str]:
    """Names of the modules for the elements of a page, with all that they import, as far as Streamlit's document does not name them."""
    kinds = list(_kinds[page]) if page in _kinds else []
    return list(dict.fromkeys(name for kind in kinds for name in module(kind)))


@functools.cache
def module(kind: str) -> tuple[str, ...]:
    """The module of a kind and all that it imports, without those that Streamlit's document names."""
    known = (STATIC / "index.html").read_text(encoding="utf-8")
    found: dict[str, None] = {}
    ahead = [path.name for path in CODE.glob(f"{kind}.*.js")]
    while ahead:
        name = ahead.pop(0)
        if name not in found and name not in known:
            found[name] = None
            ahead += _IMPORTS.findall((CODE / name).read_text(encoding="utf-8"))
    return tuple(found)
