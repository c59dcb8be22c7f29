"""Streamlit's own code, compressed. Streamlit sends it as it lies on the disk, so that no request compresses it again; here each file is
compressed when it is first asked for, and kept.
"""

import functools
import mimetypes
from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from explorer.browser import codings
from explorer.browser.assets import base, read

FOLDER = Path(streamlit.__file__).with_name("static") / "static"  # served at /static; every name carries a hash
TEXT = {".js", ".css", ".svg"}


class Compressed:
    """ASGI middleware that answers for Streamlit's code, styles and drawings where a browser takes them compressed."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = await _response(Request(scope)) if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") else None
        await (found or self.app)(scope, receive, send)


async def _response(request: Request) -> Response | None:
    file = _files().get(request.url.path.removeprefix(f"{base()}/static/"))
    if file is None or not codings.chosen(request.headers.get("accept-encoding", "")):
        return None
    return await codings.answer(request, read(file), mimetypes.guess_type(file.name)[0] or "text/plain", codings.FOR_EVER)


@functools.cache
def _files() -> dict[str, Path]:
    return {path.relative_to(FOLDER).as_posix(): path for path in FOLDER.rglob("*") if path.suffix in TEXT}
