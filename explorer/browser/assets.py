"""What the app serves to the browser's code, on addresses of its own: decoders, codes, pictures, and that code itself.

The address of each body is the hash of its bytes. So browsers may keep it for ever, a model that was trained a second ago is served like a
shipped one, and nobody can find a model without having its weights. Bodies are kept in memory; those announced longest ago are dropped
first. A page announces what it shows on every run.
"""

import functools
import hashlib
import json
import threading
import zlib
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from streamlit import config

from explorer.browser import codings
from explorer.browser.joined import joined

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("explorer", "lessons")  # whose modules are served, under their paths
GZIP = 31  # asks zlib for its widest window, in gzip's format
MEMORY = 128 * 2**20  # bytes of compressed bodies kept in this process
PACKED = {"Cache-Control": codings.FOR_EVER, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}

_bodies: OrderedDict[str, bytes] = OrderedDict()  # hash of the bytes -> the bytes, compressed
_lock = threading.Lock()


class Body:
    """Bytes for browsers, compressed once and named by the hash of their contents."""

    def __init__(self, contents: bytes):
        self.name = hashlib.sha256(contents).hexdigest()
        with _lock:
            known = _bodies.get(self.name)
        self.compressed = known or _squeezed(contents)

    def announce(self) -> str:
        """Make it available, and return the path of its address."""
        with _lock:
            _bodies[self.name] = self.compressed
            _bodies.move_to_end(self.name)
            while sum(map(len, _bodies.values())) > MEMORY and len(_bodies) > 1:
                _bodies.popitem(last=False)
        return data_path(self.name)


def _squeezed(contents: bytes) -> bytes:
    """The contents in gzip's format.

    Numbers repeat only by chance, so gzip's usual search for repeats costs more than it gains. These settings search less and renew the
    codes of symbols more often, which makes a model 1 to 12 % smaller. brotli gains 1 %.
    """
    squeeze = zlib.compressobj(6, zlib.DEFLATED, GZIP, memLevel=7, strategy=zlib.Z_FILTERED)
    return squeeze.compress(contents) + squeeze.flush()


class Steps(NamedTuple):
    """Numbers as whole steps (int16) of one size."""

    whole: np.ndarray
    step: float


def pack(arrays: Mapping[str, np.ndarray | Steps], **facts: Any) -> bytes:
    """Pack arrays and JSON facts into one body: length of the header (uint32), header (JSON), then the arrays one after another.

    An array of two-byte numbers is written as all its low bytes, then all its high bytes. Neighbours have similar signs and exponents,
    and gzip finds that only if these stand together; it saves a fifth. Steps become the numbers that they stand for when a browser reads them.
    """
    described, planes = [], []
    for name, each in arrays.items():
        array, more = (each.whole, {"step": each.step}) if isinstance(each, Steps) else (each, {})
        described.append({"name": name, "type": array.dtype.name, "shape": array.shape, **more})
        planes.append(np.ascontiguousarray(array).view(np.uint8).reshape(-1, array.dtype.itemsize).T.tobytes())
    text = json.dumps({**facts, "arrays": described}, allow_nan=False).encode()
    return len(text).to_bytes(4, "little") + text + b"".join(planes)


def base() -> str:
    """The path below which the app is served, such as "" or "/explorer"."""
    path = (config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def data_path(name: str) -> str:
    """The path under which the body of that name is served."""
    return f"{base()}/canvas/data/{name}"


def announced(path: str) -> bytes | None:
    """The body at an address that `announce` gave, in gzip's format; None where it is not kept any more."""
    with _lock:
        return _bodies.get(path.removeprefix(data_path("")))


@functools.cache
def modules() -> dict[str, str]:
    """All of the browser's modules, by path."""
    paths = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.js"))
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}


@functools.cache
def build() -> str:
    """One name for all of the browser's code, which changes whenever a line of it does."""
    return hashlib.sha256("\0".join(part for item in modules().items() for part in item).encode()).hexdigest()[:16]


@functools.cache
def code_of(module: str) -> str:
    """A module and all that it imports as one; `module` is its path in the project."""
    return joined(module, modules())


def code_path(module: str) -> str:
    """The path under which a module is served, together with all that it imports; `module` is its path in the project."""
    return f"{base()}/canvas/code/{build()}/{module}"


_libraries: dict[str, Path] = {}  # addresses' names -> files of packages


def library_path(file: Path) -> str:
    """The path under which a script that a Python package brings along is served."""
    name = f"{hashlib.sha256(file.read_bytes()).hexdigest()[:16]}/{file.name}"
    _libraries[name] = file
    return f"{base()}/canvas/library/{name}"


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
    with _lock:
        body = _bodies.get(request.path_params["name"])
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
