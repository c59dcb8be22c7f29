"""The way into a class as a QR code, made here: no other host is asked.

GET /class/{code}/qr.svg            of the best address; for who is in the class, of the one that its teacher chose
GET /class/{code}/qr.svg?at=...     of another one of those addresses, and of no other
                                    &base=... is the path at which the app begins for the browser that asks, where a server in front adds one
"""

import asyncio
import functools
import io
import re
from collections.abc import Mapping
from typing import Any

import segno
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from explorer.browser.assets import base
from explorer.classroom import address
from explorer.classroom.hub import HUB
from explorer.classroom.socket import guessing
from explorer.page import owners
from explorer.runs.store import Gone, StoreError
from explorer.runs.store.classes import Classes

CODE = re.compile(r"[0-9A-Z]{6}", re.ASCII)
QUIET = 4  # white modules around it, as ISO/IEC 18004 asks
NO_CODE = "The code of a class has six letters and digits."
NONE = "No address of this machine is known that others could reach. Set LATENT_EXPLORER_ADDRESS."
OTHER = "This is no address of this server. Reload the page: the network may have changed."


@functools.lru_cache(64)
def svg(text: str) -> bytes:
    """A text as an SVG document, black on white in every theme. A fourth of what is seen of it may be wrong (level Q)."""
    out = io.BytesIO()
    segno.make(text, error="q", micro=False).save(out, kind="svg", border=QUIET, light="#fff", omitsize=True)
    return out.getvalue()


def terminal(text: str) -> str:
    """A text for a terminal with light signs on a dark ground, two modules in each sign."""
    out = io.StringIO()
    segno.make(text, micro=False).terminal(out, border=2, compact=True)
    return out.getvalue()


def joining(at: str, code: str = "") -> str:
    """Where students join: a class by its code, or where the code is typed."""
    return f"{at}/join/{code}" if code else f"{at}/join"


def path(code: str) -> str:
    """The path of a class's QR code on this server."""
    return f"./class/{code}/qr.svg"


async def told(request: Request, code: str) -> str | None:
    """The address that a class tells its students: the one that its teacher chose, otherwise the best; None if none is known.

    Whoever is not in the class is told the best one, whether or not there is such a class; a code that is none counts as a guess.
    """
    known = address.reachable(request.headers, request.url.scheme)
    if len(known) < 2:
        return next(iter(known), None)
    try:
        with guessing(request, Gone):
            settings = await HUB.ask(_settings, code, owners.asks(request.cookies) or "")
    except StoreError:
        return known[0]
    return address.of_class(settings, known)


def _settings(kept: Classes, code: str, owner: str) -> Mapping[str, Any]:
    """The settings of a class, for who is in it; none for others."""
    found = kept.find(code)
    member = kept.member(found.id, owner)
    if found.owner != owner and (member is None or member.removed):
        return {}
    settings: Mapping[str, Any] = HUB.seen(found.id).state()["settings"]
    return settings


async def answer(request: Request) -> Response:
    """The SVG; a sentence where there is no such address."""
    code = request.path_params["code"]
    if not CODE.fullmatch(code):
        return PlainTextResponse(NO_CODE, 404)
    known = address.reachable(request.headers, request.url.scheme)
    begins = address.begins(request.query_params.get("base"))
    at = request.query_params.get("at") or await told(request, code)
    if at is None or at not in known:
        return PlainTextResponse(OTHER if known else NONE, 404)
    return Response(
        await asyncio.to_thread(svg, joining(address.outward(at, begins, request.headers), code)),
        media_type="image/svg+xml",
        headers={"Cache-Control": "no-store"},
    )


def routes() -> list[Route]:
    """What app.py adds to Streamlit's own routes."""
    return [Route(f"{base()}/class/{{code}}/qr.svg", answer)]
