"""Where browsers send files and ask how far reading them is. Streamlit's own uploader would keep each file in this process's memory.

POST   /brought/files    one file as the body, written to disk as it comes; the header X-Place says "1/2" for the first of two
GET    /brought/reading  how far reading is
DELETE /brought/reading  stop sending or reading, and forget the files

Each shows the page's ticket in the header X-Ticket. No other site can know it or send such a header, so it is the proof that the page itself
asks. A browser that keeps cookies must be the one that the ticket was given to.
"""

import asyncio
from typing import IO
from urllib.parse import unquote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from explorer import public
from explorer.bringing import arrivals
from explorer.bringing.arrivals import MOST_FILES, Arrival
from explorer.browser.assets import base
from explorer.page import owners
from ingest import Refused
from ingest.limits import check_size

PATIENCE = 60  # seconds for the next bytes
AT_A_TIME = 2**20  # bytes that are written at once
LONGEST_NAME = 255
UNKNOWN = (
    "This page is no longer known here. Reload it, then send the file again. If that does not help, tell whoever runs the server: all that a "
    "browser sends must reach the same process."
)
BUSY = "This server is receiving other files, or another one of yours. Try again in a minute."
FULL = "This server has no room for files at the moment. Try again later."
BROKEN = "The file did not come through as a whole. Send it again."
MISUSED = "A file is sent with a name, and one at a time."


class Trouble(Exception):
    """A request that is not served: status and sentence."""

    def __init__(self, status: int, why: str):
        super().__init__(why)
        self.status = status


async def files(request: Request) -> Response:
    """Take one file. The last one of a sending has all of them read; where one fails, all are forgotten."""
    try:
        if public.on():
            raise Trouble(403, public.FILES)
        arrival = _arrival(request)
        if not arrivals.may_send(arrival.owner):
            raise Trouble(503, BUSY)
        try:
            size = await _take(request, arrival)
        except BaseException:
            arrival.clear()
            raise
        finally:
            arrivals.has_sent(arrival.owner)
    except Trouble as trouble:
        return _answer({"why": str(trouble)}, trouble.status)
    except ClientDisconnect:
        return Response(status_code=499)
    return _answer({"received": size})


async def _take(request: Request, arrival: Arrival) -> int:
    """Take the file into the arrival, and return its size."""
    place, count = _place(request)
    name, length = unquote(request.headers.get("x-name", ""))[:LONGEST_NAME], request.headers.get("content-length", "")
    if not name or not length.isdecimal() or (place > 1 and len(arrival.parts) != place - 1):
        raise Trouble(400, MISUSED)
    size = int(length)
    try:
        check_size(size + (arrival.size if place > 1 else 0))
    except Refused as error:
        raise Trouble(413, str(error)) from error
    if not await asyncio.to_thread(arrivals.room_for, size):
        raise Trouble(507, FULL)
    if place == 1:
        await asyncio.to_thread(arrival.begin)
    file = arrival.file
    await _write(request, file, size)
    if arrival.file is not file:  # forgotten meanwhile
        raise Trouble(400, BROKEN)
    arrival.parts.append((name, size))
    if place == count:
        arrival.read()
    return size


async def reading(request: Request) -> Response:
    """How far it is: "over", or not; how many are read before it; images read so far and of how many, 0 while they are counted."""
    try:
        arrival = _arrival(request)
    except Trouble as trouble:
        return _answer({"why": str(trouble)}, trouble.status)
    found = arrival.reading
    if found is None or not found.active:
        return _answer({"over": True})
    return _answer({"over": False, "ahead": found.ahead, "done": found.done, "of": found.of})


async def stop(request: Request) -> Response:
    """Forget what was sent."""
    try:
        arrival = _arrival(request)
    except Trouble as trouble:
        return _answer({"why": str(trouble)}, trouble.status)
    await asyncio.to_thread(arrival.clear)
    return _answer({"over": True})


def url() -> str:
    """The address below which files are sent."""
    return "./brought"


def routes() -> list[Route]:
    """What app.py adds to Streamlit's own routes."""
    return [
        Route(f"{base()}/brought/files", files, methods=["POST"]),
        Route(f"{base()}/brought/reading", reading, methods=["GET"]),
        Route(f"{base()}/brought/reading", stop, methods=["DELETE"]),
    ]


def _arrival(request: Request) -> Arrival:
    arrival = arrivals.of(request.headers.get("x-ticket", ""))
    if arrival is None or owners.asks(request.cookies) not in (arrival.owner, None):
        raise Trouble(403, UNKNOWN)
    return arrival


def _place(request: Request) -> tuple[int, int]:
    """Which file of how many this is."""
    place, _, count = request.headers.get("x-place", "1/1").partition("/")
    if not (place.isdecimal() and count.isdecimal() and 1 <= int(place) <= int(count)):
        raise Trouble(400, MISUSED)
    if int(count) > MOST_FILES:
        raise Trouble(413, f"That are {int(count):,} files; {MOST_FILES} is the most at once. Put pictures into a zip archive.")
    return int(place), int(count)


async def _write(request: Request, file: IO[bytes] | None, size: int) -> None:
    """Write the body as it comes, and believe no header: exactly `size` bytes."""
    assert file is not None
    stream, waiting, received = request.stream(), bytearray(), 0
    try:
        while True:
            async with asyncio.timeout(PATIENCE):
                chunk = await anext(stream, None)
            waiting += chunk or b""
            received += len(chunk or b"")
            if received > size:
                raise Trouble(413, BROKEN)
            if waiting and (chunk is None or len(waiting) >= AT_A_TIME):
                await asyncio.to_thread(file.write, bytes(waiting))
                waiting.clear()
            if chunk is None:
                break
    except TimeoutError as error:
        raise Trouble(408, BROKEN) from error
    except (OSError, ValueError) as error:  # no room on the disk; or forgotten meanwhile
        raise Trouble(507, FULL) from error
    if received != size:
        raise Trouble(400, BROKEN)


def _answer(facts: dict[str, object], status: int = 200) -> JSONResponse:
    return JSONResponse(facts, status, headers={"Cache-Control": "no-store"})
