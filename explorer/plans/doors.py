"""The ways into a plan.

GET <base>/plans/{id}.json              the plan as the browser plays it; 404 with a sentence where there is none
GET <base>/stage?plan=ID[&step=N]       to the page of that step, on the stage: the address has `_stage=ID.N` as well (js/loader.js)
GET <base>/alone?plan=ID[&step=N]       the same for who takes the plan alone, with `_alone`
"""

import asyncio
import functools
import html
import json
import os
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from explorer.browser import codings
from explorer.browser.assets import base
from explorer.page import palette, words
from explorer.page.places import PLACES
from explorer.page.words import LANGUAGE
from explorer.plans import looks
from explorer.plans.checking import places_of
from explorer.plans.grammar import say
from explorer.plans.plan import Plan, as_json
from explorer.plans.shipped import find, shipped

MODES = ("stage", "alone")
HOME = "home"  # whose path is empty


async def as_played(request: Request) -> Response:
    """A plan with the places that its pages name."""
    name = request.path_params["name"]
    plan = await asyncio.to_thread(find, name)
    own = name not in shipped()
    shown = await asyncio.to_thread(looks.of, name, plan) if plan else {}
    said = {"why": say("unknown")} if plan is None else as_json(plan, name, own, shown) | {"places": places(plan)}
    body = json.dumps(said, separators=(",", ":")).encode()
    response = await codings.answer(request, body, "application/json", codings.ASK_FIRST)
    if plan is None and response.status_code == 200:
        response.status_code = 404
    return response


def places(plan: Plan) -> dict[str, dict[str, str]]:
    """The selectors of the places that the plan's pages name, by the page and the name."""
    paths = dict.fromkeys(step.path for step in plan.steps if step.path in PLACES)
    return {path: places_of(path) for path in paths}


async def play(request: Request, mode: str) -> Response:
    """To a step's page, with the order to play the plan from there."""
    name = request.query_params.get("plan", "")
    plan = await asyncio.to_thread(find, name)
    if plan is None:
        return unknown()
    said = request.query_params.get("step", "1")
    number = min(max(int(said) if said.isascii() and said.isdigit() and len(said) < 6 else 1, 1), len(plan.steps))
    path, _, query = plan.steps[number - 1].open.partition("?")
    pairs = [*parse_qsl(query, keep_blank_values=True), (f"_{mode}", f"{name}.{number}")]
    return RedirectResponse(f"{base()}/{'' if path == HOME else path}?{urlencode(pairs, safe=',')}", 303)


def routes() -> list[Route]:
    """What app.py adds to Streamlit's own routes."""
    playing = [Route(f"{base()}/{mode}", functools.partial(play, mode=mode), methods=["GET"]) for mode in MODES]
    return [Route(f"{base()}/plans/{{name}}.json", as_played, methods=["GET"]), *playing]


def unknown() -> Response:
    """A small page for who asks for a plan that is not there: a sentence, and the way to the plans."""
    slots = {
        "language": os.environ.get(LANGUAGE, "") or "en",
        "style": palette.alone(),
        "why": html.escape(say("unknown")),
        "plans": f"{base()}/plans",
        "title": html.escape(words.load("explorer/plans").title),
    }
    page = Path(__file__).with_name("unknown.html").read_text(encoding="utf-8")
    for slot, value in slots.items():
        page = page.replace(f"{{{slot}}}", value)
    return Response(page, 404, media_type="text/html")
