"""The HTML document at every page's address: Streamlit's own, with the address of the server added.

Opened at /explore, Streamlit's browser code first asks for /explore/_stcore/health, gets a 404 that shows in the console, and only then asks
at the root. If it is told the address beforehand, its first request is right: no error, and one round trip less.
"""

import functools
import json
import re
from pathlib import Path

import streamlit
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from streamlit import config

from explorer.browser import codings
from explorer.browser.assets import code_of, code_path
from explorer.page import places, plotting, words
from explorer.page.mounting import mounted
from explorer.wayin import index

# Before anything is drawn: how wide the side bar will be, as Streamlit keeps it in this browser. On a phone that lies it is folded at first.
_SIDE_BAR = (
    "{if(innerHeight<480&&innerWidth<900)localStorage['stSidebarCollapsed-']??='true';"
    "const kept=Object.entries(localStorage),at=(name)=>kept.find(([key])=>key.startsWith(name))?.[1];"
    "const width=at('stSidebarCollapsed')==='true'?'0px':at('sidebarWidth')?at('sidebarWidth')+'px':'';"
    "if(width)document.documentElement.style.setProperty('--le-side-bar',width)}"
)
_STATIC = Path(streamlit.__file__).with_name("static")
_STYLE = Path(__file__).with_name("document.css").read_text(encoding="utf-8")
_LETTERS = re.compile(r'"\.(/static/media/SourceSansVF-Upright[^"]+)"')
_IMPORTS = re.compile(r'(?:from|import)"\./([\w.-]+\.js)"')


def _base() -> str:
    path = (config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


@functools.cache
def _parts_code() -> list[str]:
    """Paths of Streamlit's code that mounts a part, as far as its document does not name it yet."""
    folder = _STATIC / "static" / "js"
    (mounts,) = folder.glob("BidiComponent.*.js")
    needed = [mounts.name, *_IMPORTS.findall(mounts.read_text(encoding="utf-8"))]
    known = (_STATIC / "index.html").read_text(encoding="utf-8")
    return [f"{_base()}/static/js/{name}" for name in needed if name not in known]


@functools.cache
def _letters() -> str:
    """The upright letters, which Streamlit's document fetches first, as a family that has no others."""
    (file,) = _LETTERS.findall((_STATIC / "index.html").read_text(encoding="utf-8"))
    return f'@font-face {{ font-family: "Source Sans Upright"; src: url("{_base()}{file}"); font-weight: 200 900; }}'


def _preloads(page: str) -> str:
    """Links that have the browser fetch, beside Streamlit's code, what the parts of a page run."""
    modules = [code_path(module) for module in mounted(page)]
    return "".join(f'<link rel="modulepreload" href="{path}">' for path in (modules and [*modules, *_parts_code()]))


async def document(request: Request) -> Response:
    """Streamlit's index.html, whose head also has the server's address, a title and a description, and what the page needs first."""
    told = (words.load("explorer/serving").items("plain"), plotting.library(), places.course(), index.addresses())
    begin = ",".join(json.dumps(each).replace("<", "\\u003c") for each in told)
    head = (
        f'<head><script>window.__streamlit={{BACKEND_BASE_URL:location.origin+"{_base()}/"}};{_SIDE_BAR}</script>'
        f"<style>{_letters()}{_STYLE}</style>{_preloads(request.path_params.get('page', ''))}"
        f'<script type="module">{code_of("explorer/serving/document.js")}begin({begin})</script>'
        '<meta name="description" content="See, touch and break autoencoders and variational autoencoders.">'
    )
    html = (
        (_STATIC / "index.html")
        .read_text(encoding="utf-8")
        .replace("<head>", head, 1)
        .replace("<title>Streamlit", "<title>Latent Explorer", 1)
    )
    return await codings.answer(request, html.encode(), "text/html", codings.ASK_FIRST)


class _PageName(Convertor[str]):
    """One part of a path that may name a page: no dot, so no file; no underscore first, so nothing of Streamlit's."""

    regex = "[A-Za-z0-9][A-Za-z0-9_-]*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


def routes() -> list[Route]:
    """The root, where Home is, and whatever may be a page; Streamlit says so itself where there is no such page."""
    register_url_convertor("page_name", _PageName())
    home = Route(f"{_base()}/home", lambda request: RedirectResponse(f"{_base()}/?{request.url.query}".rstrip("?")))
    return [Route(f"{_base()}/", document), home, Route(f"{_base()}/{{page:page_name}}", document)]
