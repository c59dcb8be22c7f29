"""The ways into a class and out of it that are requests: open it, come back by its spare link, end it, keep it, delete it.

POST <base>/class                  opens a class of this browser's; the form says `names` and `approve`, and perhaps a `plan` that it is for
POST <base>/class/CODE/return      makes this browser its teacher, by the `key` of the spare link; `to` says where that leads
POST <base>/class/ID/end, keep, delete

Each must come from a page of this host, as its Origin says. Afterwards the browser is sent to the page Class; where there is a plan, to its stage.
"""

import functools
import re
import time
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs, urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from explorer.browser.assets import base, up
from explorer.classroom import bar
from explorer.classroom.hub import HUB
from explorer.classroom.rates import Recent
from explorer.classroom.room import EMPTY
from explorer.classroom.socket import COOKIE, NO_COOKIES, address_of, guessing, same_origin
from explorer.page import owners
from explorer.runs.store import Denied, Gone, StoreError
from explorer.runs.store.classes import Class, Classes

SECONDS = 2 * 86_400
LARGEST = 2_000  # bytes of a form
ELSEWHERE = "This must be asked by a page of this server. Open the page Class, and try again."
PAGE, NOTES = "classroom", "notes"  # where a spare link may lead
OPENED, KEY = "teach", "key"  # in a spare link: the code of a class, and what makes a browser its teacher
PLAN = re.compile(r"[A-Za-z0-9_-]{1,22}")  # the id of a plan
TOO_MANY_OPENED = (
    "Too many classes were opened from this network within an hour. Go on with one that is open, or try again later."
)
OF_ONE_NETWORK, HOUR = 40, 3_600.0  # classes that one network address opens, a school being one, and in how many seconds

opened_from = Recent(OF_ONE_NETWORK, HOUR)


def seat(response: Response, request: Request, code: str) -> Response:
    """Have the browser remember which class it is in."""
    secure = request.headers.get("x-forwarded-proto", request.url.scheme).split(",")[0].strip() == "https"
    response.set_cookie(COOKIE, code, max_age=SECONDS, path="/", httponly=True, samesite="lax", secure=secure)
    return response


async def open_class(request: Request) -> Response:
    """Open a class of this browser's."""
    owner = owners.asks(request.cookies)
    if owner is None:
        raise Denied(NO_COOKIES)
    address, now = address_of(request), time.monotonic()
    if not opened_from.room(address, now):
        raise StoreError(TOO_MANY_OPENED)
    said = await _form(request)
    names = said.get("names", "off")
    settings = {
        **EMPTY["settings"],
        "names": names if names in ("off", "drawn", "chosen") else "off",
        "approve": said.get("approve") == "1",
    }
    opened = await HUB.ask(Classes.open, owner, functools.partial(owners.key, dict(request.cookies)), settings)
    opened_from.note(address, now)
    plan = said.get("plan", "")
    return seat(_to(request, f"stage?plan={plan}" if PLAN.fullmatch(plan) else PAGE), request, opened.code or "")


def spare(at: str, page: str, code: str, key: str) -> str:
    """A spare link of a class: the address of a page below `at` whose button makes a browser the class's teacher."""
    return f"{at}/{page}?{urlencode({OPENED: code, KEY: key})}"


async def come_back(request: Request) -> Response:
    """Make this browser a teacher of the class."""
    owner = owners.asks(request.cookies)
    if owner is None:
        raise Denied(NO_COOKIES)
    said = await _form(request)
    with guessing(request, Gone, Denied):
        found = await HUB.ask(Classes.find, request.path_params["which"])
        await HUB.ask(Classes.teach, found.id, owner, said.get(KEY, ""))
    bar.forget(owner)
    return seat(_to(request, NOTES if said.get("to") == NOTES else PAGE), request, found.code or "")


async def end(request: Request) -> Response:
    """End the class."""
    await HUB.ask(Classes.end, (await _taught(request)).id)
    HUB.after(request.path_params["which"])
    return _to(request, PAGE)


async def keep(request: Request) -> Response:
    """Keep the class for longer, or with keep=0 not."""
    found = await _taught(request)
    await HUB.ask(Classes.keep, found.id, (await _form(request)).get("keep", "1") != "0")
    return _to(request, PAGE)


async def remove(request: Request) -> Response:
    """Delete the class at once, with all that is stored of it."""
    await HUB.ask(Classes.delete, (await _taught(request)).id)
    HUB.after(request.path_params["which"])
    return _to(request, PAGE)


def routes() -> list[Route]:
    """What app.py adds to Streamlit's own routes."""
    doors = {
        "": open_class,
        "/{which}/return": come_back,
        "/{which}/end": end,
        "/{which}/keep": keep,
        "/{which}/delete": remove,
    }
    return [Route(f"{base()}/class{path}", _door(do), methods=["POST"]) for path, do in doors.items()]


def _door(do: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """A door that only pages of this host open. What is wrong is said in a sentence."""

    async def answer(request: Request) -> Response:
        if not same_origin(request):
            return PlainTextResponse(ELSEWHERE, 403)
        try:
            return await do(request)
        except StoreError as error:
            status = 404 if isinstance(error, Gone) else 403 if isinstance(error, Denied) else 503
            return PlainTextResponse(str(error), status)

    return answer


async def _taught(request: Request) -> Class:
    """The class with the id in the address; Denied where this browser does not teach it."""
    return await HUB.ask(Classes.check_teacher, request.path_params["which"], owners.asks(request.cookies) or "")


async def _form(request: Request) -> dict[str, str]:
    """What a form says, the last of each name; nothing where it is too large."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            return {}
    return {name: values[-1] for name, values in parse_qs(body.decode(errors="replace")).items()}


def _to(request: Request, page: str) -> Response:
    return RedirectResponse(f"{up(request)}{page}", 303)
