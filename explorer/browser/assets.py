"""What the browser's canvas is fed with, on addresses of its own: decoders, codes, pictures, and the canvas's own code.

Each body is named by the hash of its bytes, so it may be kept by browsers for ever, a model trained a second ago is served like a
shipped one, and nobody finds a model whose weights they do not already have. Bodies live in memory, the least recently
announced ones leave first; a page announces what it shows on every run.
"""

import functools
import gzip
import hashlib
import json
import threading
import zlib
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from streamlit import config

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (
    "explorer",
    "lessons",
)  # whose modules are served as they stand to one another, so that they import by relative paths
GZIP = 31  # zlib's word for its widest window in gzip's format
MEMORY = 128 * 2**20  # bytes of compressed bodies kept in this process
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable", "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}

_bodies: OrderedDict[str, bytes] = OrderedDict()  # hash of the bytes -> the bytes, compressed
_lock = threading.Lock()


class Body:
    """Bytes on their way to browsers: compressed once, named by the hash of what they hold.

    Numbers repeat themselves by chance only, and gzip's usual search for repeats costs more than it finds: less of it, and codes of
    symbols that change more often, make what a model needs 1 to 12 % smaller.
    """

    def __init__(self, contents: bytes):
        self.name = hashlib.sha256(contents).hexdigest()
        squeeze = zlib.compressobj(6, zlib.DEFLATED, GZIP, memLevel=7, strategy=zlib.Z_FILTERED)
        self.compressed = squeeze.compress(contents) + squeeze.flush()

    def announce(self) -> str:
        """Make it available, and give the path of its address."""
        with _lock:
            _bodies[self.name] = self.compressed
            _bodies.move_to_end(self.name)
            while sum(map(len, _bodies.values())) > MEMORY and len(_bodies) > 1:
                _bodies.popitem(last=False)
        return f"{base()}/canvas/data/{self.name}"


def pack(arrays: Mapping[str, np.ndarray], **facts: Any) -> bytes:
    """Arrays and JSON facts as one body: length of the header (uint32), header (JSON), then the arrays one after another.

    An array of two-byte numbers is written as all its low bytes, then all its high bytes: sign and exponent of neighbours resemble
    each other, and gzip finds that only when they stand together (a fifth less on the wire).
    """
    header = {**facts, "arrays": [{"name": n, "type": a.dtype.name, "shape": a.shape} for n, a in arrays.items()]}
    text = json.dumps(header, allow_nan=False).encode()
    planes = [np.ascontiguousarray(a).view(np.uint8).reshape(-1, a.dtype.itemsize).T.tobytes() for a in arrays.values()]
    return len(text).to_bytes(4, "little") + text + b"".join(planes)


def base() -> str:
    """Where the app is served below the host, such as "" or "/explorer"."""
    path = (config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


@functools.cache
def _code() -> tuple[str, dict[str, bytes]]:
    """The browser's modules by their paths, compressed, under one name that changes whenever any of them does."""
    paths = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.js"))
    sources = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths}
    name = hashlib.sha256(b"\0".join(part for item in sources.items() for part in (item[0].encode(), item[1]))).hexdigest()[:16]
    return name, {file: gzip.compress(source, 9, mtime=0) for file, source in sources.items()}


def code_path(module: str) -> str:
    """The path under which a module is served, given as it lies below the project's folder."""
    return f"{base()}/canvas/code/{_code()[0]}/{module}"


async def data(request: Request) -> Response:
    """A body by its name."""
    with _lock:
        body = _bodies.get(request.path_params["name"])
    if body is None:
        return Response("This server does not have these bytes any more. Reload the page.", 404, media_type="text/plain")
    return Response(body, media_type="application/octet-stream", headers=FOR_EVER)


async def code(request: Request) -> Response:
    """A module by its path."""
    name, files = _code()
    file = request.path_params["file"]
    if request.path_params["name"] != name or file not in files:
        return Response("There is no such file. Reload the page.", 404, media_type="text/plain")
    return Response(files[file], media_type="text/javascript", headers=FOR_EVER)


def routes() -> list[Route]:
    """What app.py adds to Streamlit's own routes."""
    return [Route(f"{base()}/canvas/data/{{name}}", data), Route(f"{base()}/canvas/code/{{name}}/{{file:path}}", code)]
