"""What the app serves to the browser's code, on addresses of its own: decoders, codes, pictures, and that code itself.

The address of each body (bodies.py) is the hash of its bytes. So browsers may keep it for ever, a model that was trained a second ago is served
like a shipped one, and nobody can find a model without having its weights.
"""

import functools
import hashlib
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from streamlit import config

from explorer.browser import codings
from explorer.browser.bodies import kept
from explorer.browser.joined import code_of, modules

PACKED = {"Cache-Control": codings.FOR_EVER, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}


def base() -> str:
    """The path below which requests reach this process, such as "" or "/explorer".

    A server in front may have taken more of it away, so browsers are told no path from it: what they are sent begins with "./", where
    the app begins. Its pages lie there, and documents that lie deeper say the way up in their head (`up`; explorer/browser/js/base.js).
    """
    path = (config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def up(request: Request) -> str:
    """The way from what answers a request to where the app begins, as a relative address: "./", "../", "../../"..."""
    asked = request.scope.get("raw_path", b"").decode("ascii", "replace") or request.url.path
    return "../" * (asked.partition("?")[0].removeprefix(base()).count("/") - 1) or "./"


def data_path(name: str) -> str:
    """The path under which the body of that name is served."""
    return f"./canvas/data/{name}"


def announced(path: str) -> bytes | None:
    """The body at an address that `announce` gave, in gzip's format; None where it is not kept any more."""
    return kept(path.removeprefix(data_path("")))


@functools.cache
def build() -> str:
    """One name for all of the browser's code, which changes whenever a line of it does."""
    return hashlib.sha256("\0".join(part for item in modules().items() for part in item).encode()).hexdigest()[:16]


def code_path(module: str) -> str:
    """The path under which a module is served, together with all that it imports; `module` is its path in the project."""
    return f"./canvas/code/{build()}/{module}"


_libraries: dict[str, Path] = {}  # addresses' names -> files of packages


def library_path(file: Path) -> str:
    """The path under which a script that a Python package brings along is served."""
    name = f"{hashlib.sha256(file.read_bytes()).hexdigest()[:16]}/{file.name}"
    _libraries[name] = file
    return f"./canvas/library/{name}"


async def library(request: Request) -> Response:
    """A script of a package by its name."""
    file = _libraries.get(request.path_params["name"])
    if file is None:
        return Response("There is no such file. Reload the page.", 404, media_type="text/plain")
    return await codings.answer(request, read(file), "text/javascript", codings.FOR_EVER)


@functools.cache
def read(file: Path) -> bytes:
    """A file's contents, which stay in memory."""
    return file.read_bytes()


async def data(request: Request) -> Response:
    """A body by its name."""
    body = kept(request.path_params["name"])
    if body is None:
        return Response("This server does not have these bytes any more. Reload the page.", 404, media_type="text/plain")
    return Response(body, media_type="application/octet-stream", headers=PACKED)


async def code(request: Request) -> Response:
    """A module by its path, with all that it imports."""
    file = request.path_params["file"]
    if request.path_params["name"] != build() or file not in modules():
        return Response("There is no such file. Reload the page.", 404, media_type="text/plain")
    return await codings.answer(request, code_of(file).encode(), "text/javascript", codings.FOR_EVER)


def routes() -> list[Route]:
    """What app.py adds to Streamlit's own routes."""
    return [
        Route(f"{base()}/canvas/data/{{name}}", data),
        Route(f"{base()}/canvas/code/{{name}}/{{file:path}}", code),
        Route(f"{base()}/canvas/library/{{name:path}}", library),
    ]
