"""Text on its way to browsers: by brotli for those that take it, by gzip for the others, compressed once and not for each request.

Level 5 of brotli is as fast as gzip and a tenth smaller. Level 11 saves another tenth and takes fifty times as long (docs/measurements.md).
So whoever asks first gets level 5, and what browsers keep for ever is made smaller afterwards, where `improve` runs.
"""

import asyncio
import functools
import gzip
import hashlib
import os
import queue
import sys
import threading

import brotli
from starlette.requests import Request
from starlette.responses import Response

BROTLI, GZIP = "br", "gzip"
QUICK, BEST = 5, 11  # levels of brotli
LAST = 19  # the lowest priority of a thread


def _brotli(contents: bytes, level: int = QUICK) -> bytes:
    return brotli.compress(contents, mode=brotli.MODE_TEXT, quality=level)


COMPRESS = {
    BROTLI: _brotli,
    GZIP: lambda contents: gzip.compress(contents, 6, mtime=0),
}
FOR_EVER = "public, max-age=31536000, immutable"  # for addresses that name what they give
ASK_FIRST = "no-cache"  # kept, but asked for with every use whether it is still the same

_smaller: dict[bytes, bytes | None] = {}  # contents -> by brotli at its best; None as long as they wait for it
_waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()


def chosen(accepted: str) -> str:
    """The best of our codings that a browser takes, by its Accept-Encoding; "" if it takes none of them."""
    offers = [offer.replace(" ", "").lower().partition(";q=") for offer in accepted.split(",")]
    taken = {name for name, _, weight in offers if not weight or weight.strip("0.")}
    return next((coding for coding in COMPRESS if coding in taken), "")


@functools.lru_cache(maxsize=1024)
def compressed(contents: bytes, coding: str) -> bytes:
    """The contents in a coding that `chosen` gave."""
    return COMPRESS[coding](contents) if coding else contents


def improve() -> threading.Thread:
    """Begin to make smaller, one after another, what was sent and may be kept for ever; others at work on this machine come first."""
    thread = threading.Thread(target=_improve, name="improve", daemon=True)
    thread.start()
    return thread


def _improve() -> None:
    if sys.platform == "linux":  # where a thread can have a priority of its own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LAST)
    while True:
        contents = _waiting.get()
        _smaller[contents] = _brotli(contents, BEST)


def _sent(contents: bytes, coding: str, keep: str) -> bytes:
    if coding == BROTLI and keep == FOR_EVER:
        if smaller := _smaller.get(contents):
            return smaller
        if contents not in _smaller:
            _smaller[contents] = None
            _waiting.put(contents)
    return compressed(contents, coding)


async def answer(request: Request, contents: bytes, media_type: str, keep: str) -> Response:
    """The contents as this browser takes them; `keep` is FOR_EVER, or ASK_FIRST, and then 304 where the browser has them."""
    headers = {"Cache-Control": keep, "Vary": "Accept-Encoding"}
    if keep == ASK_FIRST:
        headers["ETag"] = f'W/"{hashlib.sha256(contents).hexdigest()[:20]}"'
        if headers["ETag"] in [known.strip() for known in request.headers.get("if-none-match", "").split(",")]:
            return Response(status_code=304, headers=headers)
    coding = chosen(request.headers.get("accept-encoding", ""))
    if coding:
        headers["Content-Encoding"] = coding
    body = await asyncio.to_thread(_sent, contents, coding, keep)
    return Response(body, media_type=media_type, headers=headers)
