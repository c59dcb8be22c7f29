"""The ways in which views and own plans are kept, read and given away.

POST   <base>/views                   keeps a view: `address`, `title`, `note`, `picture` (base64, or null)
PATCH  <base>/views/{id}              changes its `title` or `note`, or whether it is `published`
DELETE <base>/views/{id}
GET    <base>/views/{id}.webp         its picture, for its owner, or for everybody once it is published
GET    <base>/view/{id}               a published view: a light page with picture, note and the way to it
GET    <base>/plans/own.json          the plans of this browser, and what the dialog that keeps a view says (shelf/js/keep.js)
POST   <base>/plans                   a new plan: `title` and the id of a `view` that is its first step
POST   <base>/plans/{id}/steps        one more step: the id of a `view`
GET    <base>/plans/{id}/{view}.webp  the picture of a view that is a step, as above

What is sent must come from a page of this host, as its Origin says, and is JSON, as are the answers: {"why": a sentence} where it is refused.
"""

import asyncio
import base64
import binascii
import html
import io
import json
import os
import re
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from PIL import Image
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from explorer.browser.assets import base
from explorer.classroom.rates import Recent
from explorer.classroom.socket import address_of, same_origin
from explorer.page import framing, owners, palette, words
from explorer.page.places import PLACES
from explorer.page.state import LEADS
from explorer.page.words import LANGUAGE
from explorer.plans import editing
from explorer.plans.grammar import ADDRESS, PlanError, parse
from explorer.runs.store import Denied, Gone, StoreError, Unfit
from explorer.runs.store.plans import OwnPlan, plans
from explorer.runs.store.views import LARGEST_PICTURE, Picture, View, views

LARGEST = 160_000  # bytes of what is sent
SIDES = (960, 540)  # pixels of a picture at most
WEBP = "image/webp"
STATUS = {Gone: 404, Denied: 403, Unfit: 400}  # of what the store refuses; otherwise it is away
OF_ONE_NETWORK, HOUR = 3_000, 3_600.0  # changes that one network address asks for, a school being one, and in how many seconds
HERE = Path(__file__).resolve().parent

kept_from = Recent(OF_ONE_NETWORK, HOUR)


class Refused(Exception):
    """What was sent cannot be used; a sentence of the block `keep-refused`."""

    def __init__(self, sentence: str, status: int = 400):
        super().__init__(words.load("explorer/plans").item("keep-refused", sentence))
        self.status = status


# --- views


async def keep(request: Request) -> Response:
    """Keep a view of this browser's."""
    owner, said = _owner(request), await _sent(request)
    address, title, note = checked(_text(said, "address")), _text(said, "title"), _text(said, "note")
    sent = said.get("picture")
    picture = await asyncio.to_thread(read_picture, sent) if sent is not None else None
    kept = await asyncio.to_thread(views().keep, owner, title or title_of(address), address, note, picture)
    return JSONResponse(_told(kept), 201)


async def change(request: Request) -> Response:
    """Rename a view, note something else, publish it or take its link back."""
    said = await _sent(request)
    published = said.get("published")
    if published not in (None, True, False):
        raise Refused("malformed")
    fields = {name: _text(said, name) for name in ("title", "note") if name in said}
    kept = await asyncio.to_thread(views().change, request.path_params["view"], _owner(request), published=published, **fields)
    return JSONResponse(_told(kept))


async def forget(request: Request) -> Response:
    """Delete a view."""
    await asyncio.to_thread(views().delete, request.path_params["view"], _owner(request))
    return JSONResponse({})


async def picture(request: Request) -> Response:
    """The picture of a view."""
    kept = await asyncio.to_thread(views().seen, request.path_params["view"], owners.asks(request.cookies))
    return await _picture(kept.id)


async def view(request: Request) -> Response:
    """A published view, on a page that weighs next to nothing."""
    try:
        kept = await asyncio.to_thread(views().seen, request.path_params["view"], owners.asks(request.cookies))
    except StoreError as error:
        return _page("view_gone.html", words.load("explorer/plans").item("view", "title"), {"why": str(error)}, 404)
    said = words.load("explorer/plans").items("view")
    slots = {
        "note": kept.note,
        "picture": f"./views/{kept.id}.webp",
        "hidden": "" if kept.kind else "hidden",
        "open": said["open"],
        "page": title_of(kept.address),
        "way": exact(kept.address),
    }
    return _page("view.html", kept.title, slots)


# --- plans


async def own(request: Request) -> Response:
    """The plans of this browser, and the words of the dialog."""
    owner = owners.asks(request.cookies)
    found = await asyncio.to_thread(plans().of_owner, owner) if owner else []
    said, embed = (words.load("explorer/plans").items(block) for block in ("keep", "embed"))
    answer = {
        "plans": [{"id": each.id, "title": each.title} for each in found],
        "words": said,
        "embed": embed,
        "framed": bool(framing.hosts()),
    }
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


async def begin(request: Request) -> Response:
    """A new plan, which begins with a view."""
    owner, said = _owner(request), await _sent(request)
    step = editing.step_of(await _own_view(owner, _text(said, "view")))
    title, text = editing.draft(editing.started(_text(said, "title"), step))
    made = await asyncio.to_thread(plans().create, owner, title, text)
    return JSONResponse(_grown(made), 201)


async def add(request: Request) -> Response:
    """One more step of a plan."""
    owner, said = _owner(request), await _sent(request)
    step = editing.step_of(await _own_view(owner, _text(said, "view")))
    plan_id = request.path_params["plan"]
    made = await asyncio.to_thread(
        plans().change, plan_id, owner, lambda text: editing.draft(editing.with_step(parse(text), step))
    )
    return JSONResponse(_grown(made), 201)


def _grown(made: OwnPlan) -> dict[str, Any]:
    """What is told of a plan that has a step more."""
    plan = parse(made.text)
    return {"id": made.id, "title": made.title, "steps": len(plan.steps), "minutes": plan.minutes}


async def step_picture(request: Request) -> Response:
    """The picture of a view that is a step of an own plan, for whoever may see the view."""
    plan_id, view_id = request.path_params["plan"], request.path_params["view"]
    if view_id not in await asyncio.to_thread(_shown, plan_id, owners.asks(request.cookies)):
        raise Refused("no-picture", 404)
    return await _picture(view_id)


def _shown(plan_id: str, seer: str | None) -> set[str]:
    """The ids of the views whose pictures the steps of an own plan show to that browser."""
    kept = plans().get(plan_id)
    return set(views().showing(kept.owner, {step.open for step in parse(kept.text).steps}, seer).values())


# --- what both need


def checked(address: str) -> str:
    """An address below the app's root, whose page there is; Home's has its name."""
    whole = f"home{address}" if address[:1] in ("", "?") else address
    if not ADDRESS.fullmatch(whole) or whole.partition("?")[0] not in PLACES:
        raise Refused("address")
    return whole


def title_of(address: str) -> str:
    """The title of the page that an address opens."""
    place = PLACES.get(address.partition("?")[0])
    return place.title if place else address


def exact(address: str) -> str:
    """The path at which a browser shows just what an address says, whatever it showed before (explorer/page/state.py)."""
    path, _, query = address.partition("?")
    pairs = [*parse_qsl(query, keep_blank_values=True), (LEADS, f"{time.time_ns():x}")]
    return f"./{'' if path == 'home' else path}?{urlencode(pairs, safe=',')}"


def read_picture(sent: Any) -> Picture:
    """A picture that a browser sent (base64), drawn again: what is kept has its pixels and nothing else."""
    if not isinstance(sent, str) or len(sent) > 2 * LARGEST_PICTURE:
        raise Refused("picture")
    try:
        with Image.open(io.BytesIO(base64.b64decode(sent, validate=True)), formats=("WEBP", "PNG")) as found:
            if found.width > SIDES[0] or found.height > SIDES[1] or getattr(found, "n_frames", 1) != 1:
                raise Refused("picture")
            pixels = found.convert("RGB")
    except (binascii.Error, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Refused("picture") from None
    for quality in (80, 50, 20):
        made = io.BytesIO()
        pixels.save(made, "WEBP", quality=quality)
        if len(made.getvalue()) <= LARGEST_PICTURE:
            return Picture(made.getvalue(), WEBP)
    raise Refused("picture")


def routes() -> list[Route]:
    """What app.py adds to Streamlit's own routes."""
    sent = [
        Route(f"{base()}{path}", _door(do), methods=[method])
        for method, path, do in (
            ("POST", "/views", keep),
            ("PATCH", "/views/{view}", change),
            ("DELETE", "/views/{view}", forget),
            ("POST", "/plans", begin),
            ("POST", "/plans/{plan}/steps", add),
        )
    ]
    asked = [
        Route(f"{base()}{path}", _answer(do), methods=["GET"])
        for path, do in (
            ("/views/{view}.webp", picture),
            ("/view/{view}", view),
            ("/plans/own.json", own),
            ("/plans/{plan}/{view}.webp", step_picture),
        )
    ]
    return [*sent, *asked]


def _door(do: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """A door that only pages of this host open, and no network too often; whoever deletes something makes room."""

    async def open_(request: Request) -> Response:
        if not same_origin(request):
            raise Refused("elsewhere", 403)
        if request.method != "DELETE":
            _room(request)
        return await do(request)

    return _answer(open_)


def _answer(do: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """What is wrong is said in a sentence."""

    async def answer(request: Request) -> Response:
        try:
            return await do(request)
        except Refused as error:
            return JSONResponse({"why": str(error)}, error.status)
        except PlanError as error:
            return JSONResponse({"why": " ".join(trouble.why for trouble in error.troubles)}, 400)
        except StoreError as error:
            status = next((status for kind, status in STATUS.items() if isinstance(error, kind)), 503)
            return JSONResponse({"why": str(error)}, status)

    return answer


def _owner(request: Request) -> str:
    owner = owners.asks(request.cookies)
    if owner is None:
        raise Refused("cookies", 403)
    return owner


def _room(request: Request) -> None:
    """Note that something is changed; refused where one network asks too often."""
    address, now = address_of(request), time.monotonic()
    if not kept_from.room(address, now):
        raise Refused("many", 429)
    kept_from.note(address, now)


async def _sent(request: Request) -> dict[str, Any]:
    """The JSON that was sent, never more of it than is read."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            raise Refused("large", 413)
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused("malformed") from None
    if not isinstance(said, dict):
        raise Refused("malformed")
    return said


def _text(said: dict[str, Any], name: str) -> str:
    text = said.get(name, "")
    if not isinstance(text, str):
        raise Refused("malformed")
    return text


async def _own_view(owner: str, view_id: str) -> View:
    found = await asyncio.to_thread(views().seen, view_id, owner)
    if found.owner != owner:
        raise Refused("view", 403)
    return found


def _told(kept: View) -> dict[str, Any]:
    return {"id": kept.id, "title": kept.title, "published": kept.published, "link": f"./view/{kept.id}"}


async def _picture(view_id: str) -> Response:
    found = await asyncio.to_thread(views().picture, view_id)
    if found is None:
        raise Refused("no-picture", 404)
    return Response(found.data, media_type=found.kind, headers={"Cache-Control": "private, max-age=600"})


def _page(template: str, title: str, slots: dict[str, str], status: int = 200) -> Response:
    """A whole document from a template, whose slots are text and never markup."""
    said = {"title": title, "language": os.environ.get(LANGUAGE, "") or "en", "explorer": "./", **slots}
    filled = re.sub(r"\{([a-z]+)\}", lambda slot: html.escape(said[slot[1]]), (HERE / template).read_text(encoding="utf-8"))
    style = palette.alone() + (HERE / "view.css").read_text(encoding="utf-8")
    whole = filled.replace("</head>", f"<style>{style}</style></head>", 1)
    return Response(whole, status, media_type="text/html", headers={"Cache-Control": "no-store"})
