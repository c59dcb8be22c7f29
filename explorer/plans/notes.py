"""The presenter's notes, in a second window or on the lecturer's phone: a light document that follows the stage and steers it (js/notes.js).

GET <base>/notes?plan=ID[&step=N]           the notes of a plan, for whoever is in no class; a class's are its teacher's, who alone steers it, as its socket decides
GET <base>/notes                            those of the plan that this teacher's class is played; otherwise the plans to choose from
GET <base>/notes?teach=CODE&key=KEY         the spare link of a class, which comes to these notes: one button makes the phone its teacher
GET <base>/notes/phone.svg                  that link as a QR code, for the browser that opened the class

The page is one answer with all that it needs, as the light page of a class is.
"""

import asyncio
import functools
import html
import json
import os
import re
from typing import Any, NamedTuple
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from explorer.browser import codings
from explorer.browser.assets import base, build, code_of
from explorer.browser.joined import ROOT
from explorer.classroom import address, doors, qr
from explorer.classroom.hub import HUB
from explorer.classroom.socket import COOKIE
from explorer.page import owners, palette, words
from explorer.page.words import LANGUAGE
from explorer.plans.doors import learns, told, unknown
from explorer.plans.shipped import find, shipped
from explorer.plans.troubles import say
from explorer.runs.store import StoreError
from explorer.runs.store.classes import Class, Classes, is_code

CODE = "explorer/plans/js/notes.js"
SHEETS = ("explorer/classroom/ballot.css", "explorer/plans/notes.css")
SAID = ("notes", "notes-clock", "notes-together")  # blocks of words that the page's code says
SHOWN = {"title", "minutes", "from", "do", "ask", "expect", "together", "vote", "picture"}  # of a step
NO_QR = "Only the browser that opened a class is shown this code, and only where an address is known that a phone can reach."


class Taught(NamedTuple):
    """A class that a browser teaches, whether it opened it, and the plan that it is played."""

    found: Class
    opened: bool
    plan: str


async def notes(request: Request) -> Response:
    """The notes of a plan; without one, the way to them."""
    asked = request.query_params
    if is_code(asked.get(doors.OPENED, "")):
        return await _document(request, _teach(asked[doors.OPENED], asked.get(doors.KEY, "")))
    taught = await _taught(request)
    if "plan" not in asked:
        if taught and taught.plan:
            return RedirectResponse(f"./notes?plan={quote(taught.plan)}", 303)
        return await _document(request, _choice())
    if await learns(request):
        return unknown(request, say("members"), 403)
    try:
        plan = await asyncio.to_thread(_found, asked["plan"], owners.asks(request.cookies))
    except StoreError as error:
        return unknown(request, str(error), 503)
    if plan is None:
        return unknown(request)
    number = asked.get("step", "1")
    step = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 1
    page = {
        "plan": plan,
        "step": min(max(step, 1), len(plan["steps"])) - 1,
        "class": taught and _class(taught),
        "words": {block: _words().items(block) for block in SAID}
        | {"ballot": words.load("explorer/classroom").items("ballot")},
    }
    said = json.dumps(page, separators=(",", ":")).replace("<", "\\u003c")
    body = (
        f'<main id="notes"><p>{_said("come")}</p><noscript><p class="trouble">{_said("script")}</p></noscript></main>'
        f'<script type="module">{code_of(CODE)}begin({said})</script>'
    )
    return await _document(request, body, plan["title"])


async def phone(request: Request) -> Response:
    """The QR code that takes a phone to the notes as a teacher; a sentence for everybody but who opened the class."""
    taught = await _taught(request)
    if taught is None or not taught.opened:
        return PlainTextResponse(NO_QR, 403)
    settings = (await HUB.ask(lambda kept: HUB.seen(taught.found.id).state()))["settings"]
    at = address.of_class(settings, address.reachable(request.headers, request.url.scheme))
    if at is None:
        return PlainTextResponse(NO_QR, 404)
    at = address.outward(at, address.begins(request.query_params.get("base")), request.headers)
    link = doors.spare(at, doors.NOTES, taught.found.code or "", owners.key(dict(request.cookies), taught.found.id))
    return Response(await asyncio.to_thread(qr.svg, link), media_type="image/svg+xml", headers={"Cache-Control": "no-store"})


def routes() -> list[Route]:
    """What app.py adds to Streamlit's own routes."""
    return [Route(f"{base()}/notes", notes, methods=["GET"]), Route(f"{base()}/notes/phone.svg", phone, methods=["GET"])]


async def _taught(request: Request) -> Taught | None:
    """The open class that this browser teaches; None where there is none, or where the store cannot say."""
    code, owner = request.cookies.get(COOKIE, ""), owners.asks(request.cookies)
    if not code or owner is None:
        return None
    try:
        return await HUB.ask(_class_of, code, owner)
    except StoreError:
        return None


def _class_of(kept: Classes, code: str, owner: str) -> Taught | None:
    found = kept.find(code)
    if not kept.teaches(found, owner):
        return None
    plan = HUB.seen(found.id).state().get("plan") or {"id": ""}
    return Taught(found, found.owner == owner, plan["id"])


def _found(name: str, seer: str | None) -> dict[str, Any] | None:
    """The plan with that id as JSON, without what only the stage needs; None where there is none."""
    plan = find(name)
    if plan is None:
        return None
    steps = [{part: value for part, value in step.items() if part in SHOWN} for step in told(name, plan, seer)["steps"]]
    return {"id": name, "title": plan.title, "minutes": plan.minutes, "steps": steps}


def _class(taught: Taught) -> dict[str, str]:
    """What the page's code is told of the class."""
    return {
        "socket": f"./class/{taught.found.code}/socket",
        "build": build(),
        "phone": "./notes/phone.svg" if taught.opened else "",
    }


def _teach(code: str, key: str) -> str:
    """One button that makes this browser a teacher of the class, and then leads back here."""
    fields = "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(value)}">'
        for name, value in ((doors.KEY, key), ("to", doors.NOTES))
    )
    return (
        f'<main class="plain"><h1>{_said("teach")}</h1><p>{_said("teach-how")}</p>'
        f'<form method="post" action="./class/{code}/return">{fields}<button class="main">{_said("teach-go")}</button></form></main>'
    )


def _choice() -> str:
    """The shipped plans, as ways to their notes."""
    plans = "".join(
        f'<li><a href="./notes?plan={name}">{html.escape(plan.title)}</a>, {html.escape(_words().item("notes", "length", minutes=plan.minutes))}</li>'
        for name, plan in shipped().items()
    )
    return f'<main class="plain"><h1>{_said("choose")}</h1><ul>{plans}</ul><p><a href="./plans">{_said("plans")}</a></p></main>'


async def _document(request: Request, body: str, title: str = "") -> Response:
    slots = {
        "language": os.environ.get(LANGUAGE, "") or "en",
        "title": html.escape(" · ".join(filter(None, (_words().item("notes", "title"), title)))),
        "style": palette.alone() + "".join(map(_read, SHEETS)),
        "body": body,
    }
    whole = re.sub(r"\{([a-z]+)\}", lambda slot: slots[slot[1]], _read("explorer/plans/notes.html"))
    return await codings.answer(request, whole.encode(), "text/html", codings.ASK_FIRST)


def _said(name: str) -> str:
    return html.escape(_words().item("notes", name))


def _words() -> words.Words:
    return words.load("explorer/plans")


@functools.cache
def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")
