"""What a browser asks of a course besides its page, each of its own record only.

GET <base>/course/{plan}.json      what is done on each step's page, for the strip (explorer/plans/js/alone.js)
GET <base>/course/{plan}.md        what was done, to hand in, as Markdown without a name
GET <base>/course/{plan}/hand-in   the same as a page that prints well
"""

import asyncio
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from explorer.browser.assets import base
from explorer.page import owners, words
from explorer.plans.course import export
from explorer.plans.course.progress import Record, marks
from explorer.plans.doors import unknown
from explorer.plans.plan import Plan
from explorer.plans.shipped import find
from explorer.runs import answering
from explorer.runs.store import StoreError

NEVER = {"Cache-Control": "no-store"}


async def standing(request: Request) -> Response:
    """The marks of every step; 404 or 503 with a sentence where there is no such plan, or the record cannot be read."""
    said = words.load("explorer/plans/course").items("trouble")
    try:
        plan, record = await asyncio.to_thread(_read, request)
    except StoreError:
        return JSONResponse({"why": said["away"]}, 503, NEVER)
    if plan is None:
        return JSONResponse({"why": said["unknown"]}, 404, NEVER)
    return JSONResponse({"steps": [marks(step, record) for step in plan.steps]}, headers=NEVER)


async def hand_in(request: Request) -> Response:
    """The page to print."""
    try:
        plan, record = await asyncio.to_thread(_read, request)
    except StoreError as error:
        return Response(str(error), 503, NEVER, "text/plain")
    if plan is None:
        return unknown()
    text = export.page(request.path_params["name"], plan, record, _root(request), datetime.now(UTC).date())
    return Response(text, headers=NEVER, media_type="text/html")


async def file(request: Request) -> Response:
    """The file to keep."""
    try:
        plan, record = await asyncio.to_thread(_read, request)
    except StoreError as error:
        return Response(str(error), 503, NEVER, "text/plain")
    if plan is None:
        return unknown()
    text = export.markdown(plan, record, _root(request), datetime.now(UTC).date())
    saved = {"Content-Disposition": f'attachment; filename="course-{request.path_params["name"]}.md"'}
    return Response(text, headers=NEVER | saved, media_type="text/markdown")


def routes() -> list[Route]:
    """What app.py adds to Streamlit's own routes."""
    doors = {"{name}.json": standing, "{name}.md": file, "{name}/hand-in": hand_in}
    return [Route(f"{base()}/course/{path}", answer, methods=["GET"]) for path, answer in doors.items()]


def _read(request: Request) -> tuple[Plan | None, Record]:
    """The plan, None where there is none, and what this browser answered; StoreError."""
    owner = owners.asks(request.cookies)
    return find(request.path_params["name"]), answering.given_by(owner) if owner else {}


def _root(request: Request) -> str:
    """The app's address as this browser has it, also behind a server that speaks https for it."""
    scheme = request.headers.get("x-forwarded-proto", request.url.scheme).split(",")[0].strip()
    return f"{'https' if scheme == 'https' else 'http'}://{request.url.netloc}{base()}"
