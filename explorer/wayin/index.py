"""What the search looks through and what terms say: one file, which a browser fetches when its reader first asks."""

import functools
import json
import re
from typing import Any

from latex2mathml.converter import convert

from explorer.browser.assets import code_path
from explorer.browser.bodies import Body
from explorer.page import places, words
from explorer.page.places import Place
from explorer.page.terms import terms

MODULE = "explorer/wayin/js/lookup.js"
_MARKUP = re.compile(r"\$\$.*?\$\$|\$[^$\n]*\$|\{[^{}]*\}|[*`]", re.DOTALL)
_HEADING = re.compile(r"^### (.+)$", re.MULTILINE)


def mathml(formula: str) -> str:
    """LaTeX as MathML, which browsers draw by themselves."""
    return convert(formula, display="block")


@functools.cache
def _body() -> Body:
    said = {
        "pages": [_page(place) for place in places.PLACES.values()],
        "terms": [
            {"key": term.key, "title": term.title, "names": term.names, "text": term.text, "formula": mathml(term.formula)}
            for term in terms().values()
        ],
        "words": words.load("explorer/wayin").items("search"),
    }
    return Body(json.dumps(said, ensure_ascii=False).encode())


def _page(place: Place) -> dict[str, Any]:
    """A page: what is shown of it, and what else it is found by: its lead and its headings."""
    blocks = place.words.blocks
    leads = [block for name, block in blocks.items() if name.endswith("lead")]
    found = [*leads, *(heading for block in blocks.values() for heading in _HEADING.findall(block))]
    return {
        "path": "" if place.path == "home" else place.path,
        "title": place.title,
        "section": place.section,
        "purpose": place.purpose,
        "found": " ".join(_MARKUP.sub("", " ".join(found)).split()),
    }


def addresses() -> dict[str, str]:
    """Where the code is that answers, and what it looks through."""
    return {"code": code_path(MODULE), "data": _body().announce()}
