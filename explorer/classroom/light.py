"""The light page, for phones: a few kB instead of the full app, on which a class is joined, votes, draws and trains.

GET  <base>/join         asks for the code of a class; ?code=... is what its form sends, with and without JavaScript
GET  <base>/join/{code}  the class: the cookie `latent_class` says from now on which class this browser is in, and its socket makes it a member
POST <base>/join         leaves: takes that cookie away

The page is one answer with all that it needs, because on a phone's network each question costs more than it weighs.
"""

import functools
import html
import json
import os
import re
import string
import time
from pathlib import Path
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from explorer.browser import codings
from explorer.browser.assets import base, build, code_of, code_path, up
from explorer.classroom.doors import seat
from explorer.classroom.hub import HUB
from explorer.classroom.room import Role, seen_by
from explorer.classroom.socket import COOKIE, address_of, guesses, same_origin
from explorer.page import owners, palette, places, words
from explorer.page.words import LANGUAGE
from explorer.runs.store import Gone, StoreError
from explorer.runs.store.classes import ALPHABET, Class, Classes, is_code, plain_code

HERE = Path(__file__).resolve().parent
NEVER = "".join(sorted(set(string.ascii_uppercase + string.digits) - set(ALPHABET)))  # letters and digits of no code
LONGEST = 20  # signs of a wrong code that are repeated
SHEETS = ("light.css", "ballot.css")
PHONE = "explorer/classroom/js/phone.js"
PARTS = {
    "map": "explorer/classroom/js/together/class_pad.js",
    "chart": "explorer/classroom/js/together/chart.js",
}  # fetched when a class needs them
SAID = ("phone", "votes", "ballot", "pad", "chart")  # blocks of words that the page's code says


async def ask(request: Request) -> Response:
    """The page that asks for a code. What its form sends is led to the class."""
    if said := request.query_params.get("code", "").strip():
        return RedirectResponse(f"{up(request)}join/{quote(said[:LONGEST], safe='')}", 303)
    return await _asked(request, "left" if "left" in request.query_params else "")


async def join(request: Request) -> Response:
    """A class on a phone; the page that asks, with a sentence, where there is none of that code."""
    said = request.path_params["code"]
    code = plain_code(said)
    if not is_code(code):
        return await _asked(request, "wrong", 404, given=said[:LONGEST], never=", ".join(NEVER))
    if code != said:
        return RedirectResponse(f"{up(request)}join/{code}", 303)
    address, now = address_of(request), time.monotonic()
    may_guess = guesses.open(address, now)
    try:
        found = await HUB.ask(Classes.find, code)
        knows, known = await HUB.ask(_known, found, owners.asks(request.cookies) or "")
        if not (may_guess or knows):
            return await _asked(request, "guesses", 429)
    except Gone:
        guesses.wrong(address, now)
        return await (_asked(request, "unknown", 404, code=spaced(code)) if may_guess else _asked(request, "guesses", 429))
    except StoreError:
        return await _asked(request, "trouble", 503)
    title = _words().item("join", "class", code=spaced(code))
    slots = {"class": html.escape(title), "code": code_of(PHONE), "page": _json(_page(code) | {"known": known})}
    return seat(await _document(request, title, "light_class.html", slots), request, code)


async def leave(request: Request) -> Response:
    """Out of the class; what this browser did there stays the class's."""
    response = RedirectResponse("./join?left=1", 303)
    if same_origin(request):
        response.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return response


def routes() -> list[Route]:
    """What app.py adds to Streamlit's own routes."""
    return [
        Route(f"{base()}/join", ask, methods=["GET"]),
        Route(f"{base()}/join", leave, methods=["POST"]),
        Route(f"{base()}/join/{{code:path}}", join, methods=["GET"]),
    ]


def spaced(code: str) -> str:
    """A code in two halves, as one reads it aloud."""
    return f"{code[:3]} {code[3:]}"


def _known(kept: Classes, found: Class, owner: str) -> tuple[bool, dict[str, object] | None]:
    """Whether the class knows this browser, and what its socket will tell it first, which so stands on the screen before there is one.

    None for a member who was taken out of the class: their socket will tell them so.
    """
    teaches, member = kept.teaches(found, owner), kept.member(found.id, owner)
    if not teaches and member is not None and member.removed:
        return True, None
    room = HUB.seen(found.id)
    role: Role = "teacher" if teaches else "member"
    no, name = (member.no, member.nick) if member else (0, "")
    ballot = room.state()["ballot"]
    votes = {ballot["id"]: kept.choices(ballot["id"], member.member)} if ballot and member else {}
    state = {**seen_by(room.state(), role, "phone", no), "drawings": {}, "runs": {}}  # whose code comes later than the socket
    return teaches or member is not None, {
        "n": room.n,
        "role": role,
        "no": no,
        "name": name,
        "mine": {"votes": votes},
        "state": state,
    }


def _page(code: str) -> dict[str, object]:
    """What the page's code is told (explorer/classroom/js/phone.js)."""
    return {
        "code": code,
        "socket": f"./class/{code}/socket",
        "explorer": "./",
        "build": build(),
        "words": {block: _words().items(block) for block in SAID},
        "titles": {path: place.title for path, place in places.PLACES.items()},
        "modules": {name: code_path(module) for name, module in PARTS.items()},
    }


async def _asked(request: Request, sentence: str, status: int = 200, **values: str) -> Response:
    """The page that asks for a code, with a sentence of the block `join`."""
    said = html.escape(_words().item("join", sentence, **values)) if sentence else ""
    response = await _document(request, _words().item("join", "title"), "light_ask.html", {"said": said})
    if response.status_code == 200:
        response.status_code = status
    return response


async def _document(request: Request, title: str, template: str, slots: dict[str, str]) -> Response:
    """A whole document, from the template of its body."""
    said = {f"{block}-{key}": html.escape(text) for block in ("join", "phone") for key, text in _words().items(block).items()}
    body = _filled(template, {**said, **slots})
    whole = {"language": os.environ.get(LANGUAGE, "") or "en", "title": html.escape(title), "style": _style(), "body": body}
    whole["up"] = up(request)
    return await codings.answer(request, _filled("light.html", whole).encode(), "text/html", codings.ASK_FIRST)


def _filled(template: str, slots: dict[str, str]) -> str:
    return re.sub(r"\{([a-z-]+)\}", lambda slot: slots[slot[1]], _read(template))


def _json(page: object) -> str:
    return json.dumps(page, separators=(",", ":")).replace("<", "\\u003c")


def _words() -> words.Words:
    return words.load("explorer/classroom")


def _style() -> str:
    return palette.alone() + "".join(map(_read, SHEETS))


@functools.cache
def _read(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
