"""Text on its way to browsers: by brotli for those that take it, by gzip for the others, compressed once and not for each request.

Level 5 of brotli is as fast as gzip and a tenth smaller. Level 11 would save another tenth, and take fifty times as long
(docs/measurements.md).
"""

import asyncio
import functools
import gzip
import hashlib

import brotli
from starlette.requests import Request
from starlette.responses import Response

BROTLI, GZIP = "br", "gzip"
COMPRESS = {
    BROTLI: lambda contents: brotli.compress(contents, mode=brotli.MODE_TEXT, quality=5),
    GZIP: lambda contents: gzip.compress(contents, 6, mtime=0),
}
FOR_EVER = "public, max-age=31536000, immutable"  # for addresses that name what they give
ASK_FIRST = "no-cache"  # kept, but asked for with every use whether it is still the same


def chosen(accepted: str) -> str:
    """The best of our codings that a browser takes, by its Accept-Encoding; "" if it takes none of them."""
    offers = [offer.replace(" ", "").lower().partition(";q=") for offer in accepted.split(",")]
    taken = {name for name, _, weight in offers if not weight or weight.strip("0.")}
    return next((coding for coding in COMPRESS if coding in taken), "")


@functools.lru_cache(maxsize=1024)
def compressed(contents: bytes, coding: str) -> bytes:
    """The contents in a coding that `chosen` gave."""
    return COMPRESS[coding](contents) if coding else contents


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
    body = await asyncio.to_thread(compressed, contents, coding)
    return Response(body, media_type=media_type, headers=headers)
