"""What the document of the full app brings along for a browser that is in a class: the bar (explorer/classroom/js/bar.js), or what a projector shows.

Whoever is in no class gets not a byte of it. What a browser may do in the class, its socket decides; here the role only says which buttons are drawn.
"""

import functools
import json
import time
from pathlib import Path

from starlette.requests import Request

from explorer.browser.assets import base, build, code_path
from explorer.classroom import address, qr
from explorer.classroom.hub import HUB
from explorer.classroom.socket import COOKIE
from explorer.page import owners, palette, places, words
from explorer.runs.store import StoreError
from explorer.runs.store.classes import Class, Classes

HERE = Path(__file__).resolve().parent
PARTS = {"map": "together/class_pad.js", "chart": "together/chart.js"}  # modules that come when a class needs them
SHOWN = {"map": "together/map.js", "chart": "together/chart.js"}  # the same on a projector
SAID = {
    "member": ("bar", "bar-member", "votes", "ballot", "pad", "chart", "stage", "map"),
    "teacher": ("bar", "bar-teacher", "bar-vote", "bar-desk", "ballot", "stage", "map", "chart"),
}
SHEETS = {"bar": ("bar.css", "ballot.css"), "projector": ("projector.css", "stage.css", "ballot.css")}
FRESH = 5.0  # seconds for which a class that was found is not looked for again
# The page ends where the bar begins, from the first moment on.
_ROOM = (
    ":root{--le-class:2.75rem}"
    '[data-testid="stApp"]{bottom:var(--le-class)!important}'
    ".le-foot{bottom:calc(.6rem + var(--le-class))!important}"
    ":root:is([data-class-role],[data-class-over],[data-apart]){--le-class:0px}"
    # A ballot lies over the side bar, not over the page, where that is open.
    'body:has([data-testid="stSidebar"][data-collapsed="false"]){--le-beside:calc(var(--le-side-bar,300px) - 1.5rem)}'
    "@media print{:root{--le-class:0px}}"
)

_found: dict[tuple[str, str], tuple[float, Class | None, bool]] = {}  # code and browser -> when, the class, whether it teaches


async def head(request: Request) -> str:
    """What stands in the head of the document; "" for a browser that is in no open class."""
    code, owner = request.cookies.get(COOKIE, ""), owners.asks(request.cookies)
    if not code or owner is None:
        return ""
    found, teaches = await sought(code, owner)
    if found is None or found.code is None:
        return ""
    told = json.dumps(await _told(request, found.code, "teacher" if teaches else "member"), separators=(",", ":")).replace(
        "<", "\\u003c"
    )
    code_of_bar = code_path("explorer/classroom/js/bar.js")
    return (
        f'<style>{palette.css()}{_ROOM}</style><script type="module">import{{begin}}from"{code_of_bar}";begin({told})</script>'
    )


async def sought(code: str, owner: str) -> tuple[Class | None, bool]:
    """The open class of that code if this browser is in it, and whether it teaches it; the store is not asked again at once."""
    now = time.monotonic()
    when, found, teaches = _found.get((code, owner), (-FRESH, None, False))
    if now - when >= FRESH:
        try:
            found = await HUB.ask(Classes.find, code)
            teaches = await HUB.ask(Classes.teaches, found, owner)
            member = None if teaches else await HUB.ask(Classes.member, found.id, owner)
            if not teaches and (member is None or member.removed):
                found = None  # whoever only guesses a code learns nothing of it
        except StoreError:  # it has ended, or the store cannot be reached: the page comes all the same
            found, teaches = None, False
        for key in [key for key, (then, *_) in _found.items() if now - then >= FRESH]:
            del _found[key]
        _found[code, owner] = now, found, teaches
    return found, teaches


def forget(owner: str) -> None:
    """This browser has become something else in a class: ask the store again."""
    for key in [key for key in _found if key[1] == owner]:
        del _found[key]


async def _told(request: Request, code: str, role: str) -> dict[str, object]:
    """What the bar's code is told."""
    at = await qr.told(request, code) or str(request.base_url).rstrip("/") + base()
    known = address.reachable(request.headers, request.url.scheme) if role == "teacher" else []
    said = words.load("explorer/classroom")
    return {
        "role": role,
        "socket": f"./class/{code}/socket",
        "build": build(),
        "words": {block: said.items(block) for block in SAID[role] if block in said.blocks},
        "titles": {path: place.title for path, place in places.PLACES.items()},
        "join": {"code": code, "at": at, "mount": base(), "qr": qr.path(code), "known": known},
        "code": {name: code_path(f"explorer/classroom/js/{module}") for name, module in PARTS.items()},
        "shown": {name: code_path(f"explorer/classroom/js/{module}") for name, module in SHOWN.items()},
        "css": {name: _styles(sheets) for name, sheets in SHEETS.items()},
    }


@functools.cache
def _styles(sheets: tuple[str, ...]) -> str:
    return "".join((HERE / sheet).read_text(encoding="utf-8") for sheet in sheets)
