"""The letters that pages are written in, cut out of Streamlit's font, which has five times as many.

The cut takes a second of a core, so it is made once in each process, when the app has begun to answer (`cut`). Until then, and for any other
letter, browsers take the whole font.
"""

import functools
import hashlib
import io
import re
from itertools import chain
from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import Response

from explorer.browser import codings

# English, with the accents of names; hats and bars; Greek; dashes, quotes and dots; raised and lowered digits; arrows; signs of mathematics.
RANGES = (
    (0x20, 0xFF),
    (0x302, 0x304),
    (0x391, 0x3C9),
    (0x1D40, 0x1D40),
    (0x2010, 0x2044),
    (0x2070, 0x209F),
    (0x2190, 0x2199),
    (0x2200, 0x22FF),
)
STATIC = Path(streamlit.__file__).with_name("static")
_WHOLE = re.compile(r'"\./(static/media/SourceSansVF-Upright[^"]+)"')

_cuts: dict[str, bytes] = {}  # name -> the font


@functools.cache
def whole() -> str:
    """Path of the whole upright font below the app's own, as Streamlit's document names it."""
    (path,) = _WHOLE.findall((STATIC / "index.html").read_text(encoding="utf-8"))
    return path


def cut() -> bytes:
    """Cut the letters out, and offer them to all browsers that come from now on; returns the font (woff2)."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(flavor="woff2")
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=chain.from_iterable(range(first, last + 1) for first, last in RANGES))
    with TTFont(STATIC / whole()) as font:
        subsetter.subset(font)
        font.flavor = options.flavor
        written = io.BytesIO()
        font.save(written)
    made = written.getvalue()
    _cuts[hashlib.sha256(made).hexdigest()[:16]] = made
    return made


def first() -> str:
    """Path of the font that a page needs first."""
    return f"./canvas/letters/{next(iter(_cuts))}.woff2" if _cuts else f"./{whole()}"


def style() -> str:
    """A style sheet that stands behind Streamlit's own: the cut before the whole font, and a family that has upright letters alone."""
    upright = '"Source Sans Upright"'
    rules = [_face(upright, f"./{whole()}")]
    if _cuts:
        letters = ", ".join(f"U+{start:X}-{end:X}" for start, end in RANGES)
        rules += [_face(family, first(), f"unicode-range: {letters};") for family in ('"Source Sans"', upright)]
    return "".join(rules)


def _face(family: str, path: str, more: str = "") -> str:
    return f'@font-face {{ font-family: {family}; font-weight: 100 900; src: url("{path}") format("woff2"); {more} }}'


async def font(request: Request) -> Response:
    """The cut by its name."""
    made = _cuts.get(request.path_params["name"])
    if made is None:
        return Response("There is no such font. Reload the page.", 404, media_type="text/plain")
    return Response(made, media_type="font/woff2", headers={"Cache-Control": codings.FOR_EVER})
