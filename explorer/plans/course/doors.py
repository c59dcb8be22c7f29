"""What a browser asks of a course besides its page, each of its own record only.

GET  <base>/course/{plan}.json        what is done at each step, and how its own vote was answered (explorer/plans/js/alone.js)
GET  <base>/course/{plan}.md          what was done, to hand in, as Markdown without a name
GET  <base>/course/{plan}/hand-in     the same as a page that prints well
POST <base>/course/{plan}/{step}      answers the own vote of a step, counted from 1: {"answer": key}
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from explorer.browser.assets import base
from explorer.classroom.socket import same_origin
from explorer.page import owners, words
from explorer.plans import looks
from explorer.plans.course import export
from explorer.plans.course.progress import Record, asked, marks, told, vote_key
from explorer.plans.course.settling import settled
from explorer.plans.doors import unknown
from explorer.plans.plan import Plan
from explorer.plans.shipped import find
from explorer.runs import answering
from explorer.runs.store import StoreError

LARGEST = 1_000  # bytes of an answer
NEVER = {"Cache-Control": "no-store"}


async def standing(request: Request) -> Response:
    """The marks of every step, and of its own vote what was answered and which answer is right, once that is known; 404 or 503 with a sentence where there is no such plan, or the record cannot be read."""
    said = words.load("explorer/plans/course").items("trouble")
    try:
        plan, record, _ = await asyncio.to_thread(_read, request)
    except StoreError:
        return JSONResponse({"why": said["away"]}, 503, NEVER)
    if plan is None:
        return JSONResponse({"why": said["unknown"]}, 404, NEVER)
    every = asked(request.path_params["name"], plan)
    return JSONResponse(
        {
            "steps": [marks(at, record) for at in every],
            "votes": [vote and vote._asdict() for vote in (told(at, record) for at in every)],
        },
        headers=NEVER,
    )


async def answer(request: Request) -> Response:
    """Keep an answer to the own vote of a step; 403 from another host, 404 where there is no such plan, 400 for an answer that is none of the vote's."""
    said, owner = words.load("explorer/plans/course").items("trouble"), owners.asks(request.cookies)
    if not same_origin(request) or owner is None:
        return JSONResponse({"why": said["cookies"]}, 403, NEVER)
    name, number = request.path_params["name"], request.path_params["step"]
    try:
        plan = await asyncio.to_thread(find, name)
    except StoreError:
        return JSONResponse({"why": said["away"]}, 503, NEVER)
    if plan is None:
        return JSONResponse({"why": said["unknown"]}, 404, NEVER)
    vote = plan.steps[number - 1].vote if 1 <= number <= len(plan.steps) else None
    chosen = await _sent(request)
    if vote is None or vote.of != "own" or chosen not in {option.key for option in vote.options}:
        return JSONResponse({"why": said["answer"]}, 400, NEVER)
    answering.write(owner, vote_key(name, number), chosen)
    return JSONResponse({}, headers=NEVER)


async def hand_in(request: Request) -> Response:
    """The page to print."""
    return await _exported(request, export.page, "text/html")


async def file(request: Request) -> Response:
    """The file to keep."""
    name = f"course-{request.path_params['name']}.md"
    return await _exported(request, export.markdown, "text/markdown", {"Content-Disposition": f'attachment; filename="{name}"'})


def routes() -> list[Route]:
    """What app.py adds to Streamlit's own routes."""
    doors = {"{name}.json": standing, "{name}.md": file, "{name}/hand-in": hand_in}
    read = [Route(f"{base()}/course/{path}", door, methods=["GET"]) for path, door in doors.items()]
    return [*read, Route(f"{base()}/course/{{name}}/{{step:int}}", answer, methods=["POST"])]


async def _exported(
    request: Request,
    write: Callable[[str, Plan, Record, str, date, export.Pictures], str],
    kind: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """What is handed in, as `write` writes it; 404 with a page where there is no such plan, 503 where the record cannot be read."""
    try:
        plan, record, seen = await asyncio.to_thread(_read, request)
    except StoreError as error:
        return Response(str(error), 503, NEVER, "text/plain")
    if plan is None:
        return unknown()
    text = write(request.path_params["name"], plan, record, _root(request), datetime.now(UTC).date(), seen)
    return Response(text, headers={**NEVER, **(headers or {})}, media_type=kind)


async def _sent(request: Request) -> str:
    """The answer that was sent; "" where what was sent has none."""
    text = b""
    async for part in request.stream():
        text += part
        if len(text) > LARGEST:
            return ""
    try:
        sent = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    chosen = sent.get("answer") if isinstance(sent, dict) else ""
    return chosen if isinstance(chosen, str) else ""


def _read(request: Request) -> tuple[Plan | None, Record, export.Pictures]:
    """The plan, None where there is none, what this browser answered, and where the pictures are that it may see; StoreError."""
    owner, name = owners.asks(request.cookies), request.path_params["name"]
    plan = find(name)
    return plan, settled(owner, answering.given_by(owner)) if owner else {}, looks.of(name, plan, owner) if plan else {}


def _root(request: Request) -> str:
    """The app's address as this browser has it, also behind a server that speaks https for it."""
    scheme = request.headers.get("x-forwarded-proto", request.url.scheme).split(",")[0].strip()
    return f"{'https' if scheme == 'https' else 'http'}://{request.url.netloc}{base()}"
