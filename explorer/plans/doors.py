"""The ways into a plan.

GET <base>/plans/{id}.json              the plan as one goes through it alone; 404 with a sentence where there is none
GET <base>/plans/{id}.json?for=stage    all of it, with the right answers; whoever is in a class and does not teach it is told no more than alone
GET <base>/stage?plan=ID[&step=N]       to the page of that step, on the stage: the address has `_stage=ID.N` as well (js/loader.js)
GET <base>/alone?plan=ID[&step=N]       the same for who takes the plan alone, with `_alone`
Both with `&apart=1`: a class that this browser is in has no part in it.
"""

import asyncio
import functools
import html
import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from explorer.browser import codings
from explorer.browser.assets import base, up
from explorer.classroom import bar
from explorer.classroom.socket import COOKIE
from explorer.page import owners, palette, words
from explorer.page.places import PLACES
from explorer.page.words import LANGUAGE
from explorer.plans import looks
from explorer.plans.asked import filled
from explorer.plans.checking import places_of
from explorer.plans.plan import Plan, as_json
from explorer.plans.shipped import find, shipped
from explorer.plans.troubles import say
from explorer.runs.store import StoreError

MODES = ("stage", "alone")
ALONE = {"title", "minutes", "from", "open", "do", "ask", "fits", "cover", "task", "vote"}  # of a step, for who goes alone
HOME = "home"  # whose path is empty
ORDERS = (
    "_at",
    "_stage",
    "_alone",
    "size",
    "projector",
    "embed",
    "hide",
)  # to a browser, as in explorer/classroom/js/place.js: no plan gives any


async def as_played(request: Request) -> Response:
    """A plan with the places that its pages name."""
    whole = request.query_params.get("for") == "stage" and not await learns(request)
    said, status = await asyncio.to_thread(_said, request.path_params["name"], whole, owners.asks(request.cookies))
    body = json.dumps(said, separators=(",", ":")).encode()
    response = await codings.answer(request, body, "application/json", codings.ASK_FIRST)
    if response.status_code == 200:
        response.status_code = status
    return response


async def learns(request: Request) -> bool:
    """Whether this browser is in an open class that it does not teach."""
    code, owner = request.cookies.get(COOKIE, ""), owners.asks(request.cookies)
    if not code or owner is None:
        return False
    found, teaches = await bar.sought(code, owner)
    return found is not None and not teaches


def _said(name: str, whole: bool, seer: str | None) -> tuple[dict[str, Any], int]:
    """What is answered to the browser that asks for the plan of that id, and the status; `whole` with what a teacher alone should know."""
    try:
        plan = find(name)
        if plan is None:
            return {"why": say("unknown")}, 404
        said = told(name, plan, seer) | {"places": places(plan)}
        return said if whole else said | {"steps": [_alone(step) for step in said["steps"]]}, 200
    except StoreError as error:
        return {"why": str(error)}, 503


def _alone(step: dict[str, Any]) -> dict[str, Any]:
    """What who goes alone is told of a step."""
    vote = step["vote"] and {part: value for part, value in step["vote"].items() if part != "right"}
    return {part: value for part, value in step.items() if part in ALONE} | {"vote": vote}


def told(name: str, plan: Plan, seer: str | None) -> dict[str, Any]:
    """A plan as JSON, with the questions of its pages and the pictures of its steps that the browser `seer` may see."""
    return as_json(filled(plan), name, name not in shipped(), looks.of(name, plan, seer))


def places(plan: Plan) -> dict[str, dict[str, str]]:
    """The selectors of the places that the plan's pages name, by the page and the name."""
    paths = dict.fromkeys(step.path for step in plan.steps if step.path in PLACES)
    return {path: places_of(path) for path in paths}


async def play(request: Request, mode: str) -> Response:
    """To a step's page, with the order to play the plan from there."""
    name = request.query_params.get("plan", "")
    try:
        plan = await asyncio.to_thread(find, name)
    except StoreError as error:
        return unknown(request, str(error), 503)
    if plan is None:
        return unknown(request)
    said = request.query_params.get("step", "1")
    number = min(max(int(said) if said.isascii() and said.isdigit() and len(said) < 6 else 1, 1), len(plan.steps))
    path, _, query = plan.steps[number - 1].open.partition("?")
    pairs = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] not in ORDERS]
    apart = ".apart" if request.query_params.get("apart") == "1" else ""
    pairs.append((f"_{mode}", f"{name}.{number}{apart}"))
    return RedirectResponse(f"./{'' if path == HOME else path}?{urlencode(pairs, safe=',')}", 303)


def routes() -> list[Route]:
    """What app.py adds to Streamlit's own routes."""
    playing = [Route(f"{base()}/{mode}", functools.partial(play, mode=mode), methods=["GET"]) for mode in MODES]
    return [Route(f"{base()}/plans/{{name}}.json", as_played, methods=["GET"]), *playing]


def unknown(request: Request, why: str = "", status: int = 404) -> Response:
    """A small page for who asks for a plan that is not there: a sentence, and the way to the plans."""
    slots = {
        "language": os.environ.get(LANGUAGE, "") or "en",
        "style": palette.alone(),
        "why": html.escape(why or say("unknown")),
        "up": up(request),
        "plans": "./plans",
        "title": html.escape(words.load("explorer/plans").title),
    }
    page = Path(__file__).with_name("unknown.html").read_text(encoding="utf-8")
    for slot, value in slots.items():
        page = page.replace(f"{{{slot}}}", value)
    return Response(page, status, media_type="text/html")
