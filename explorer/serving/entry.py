"""The HTML document at every page's address: Streamlit's own, with the address of the server added.

Opened at /explore, Streamlit's browser code first asks for /explore/_stcore/health, gets a 404 that shows in the console, and only then asks
at the root. If it is told the address beforehand, its first request is right: no error, and one round trip less. Pages lie where the app begins, so
the address is that of the document without its last part, wherever a server in front has put it.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path

import streamlit
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from explorer import public
from explorer.browser import codings
from explorer.browser.assets import base, code_of, code_path
from explorer.classroom import bar
from explorer.page import places, plotting, words
from explorer.page.mounting import mounted
from explorer.plans import playing
from explorer.serving import letters, pieces
from explorer.wayin import index

CODE, DATA = 'rel="modulepreload"', 'rel="preload" as="fetch" crossorigin fetchpriority="low"'  # links to what a page needs
LATER = f'{CODE} fetchpriority="low"'

# Before anything is drawn: how wide the side bar will be, as Streamlit keeps it in this browser. On a phone that lies it is folded at first.
_SIDE_BAR = (
    "try{if(innerHeight<480&&innerWidth<900)localStorage['stSidebarCollapsed-']??='true';"
    "const kept=Object.entries(localStorage),at=(name)=>kept.find(([key])=>key.startsWith(name))?.[1];"
    "const width=at('stSidebarCollapsed')==='true'?'0px':at('sidebarWidth')?at('sidebarWidth')+'px':'';"
    "if(width)document.documentElement.style.setProperty('--le-side-bar',width)}catch{}"
)
_OWN = (Path(streamlit.__file__).with_name("static") / "index.html").read_text(encoding="utf-8")
# First of all: before it a phone says that it is 980 pixels wide.
(_VIEWPORT,) = re.findall(r'<meta\s+name="viewport"[^>]*>', _OWN)
_EMBED = Path(__file__).with_name("framed").joinpath("embed.css").read_text(encoding="utf-8")
_STYLE = "".join(Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("document.css", "print.css"))


def _preloads(paths: Iterable[str], kind: str = CODE) -> str:
    """Links that have the browser fetch something before anything asks for it."""
    return "".join(f'<link {kind} href="{path}">' for path in paths)


def _code(names: Iterable[str]) -> list[str]:
    """Paths of Streamlit's modules."""
    return [f"./static/js/{name}" for name in names]


async def document(request: Request) -> Response:
    """Streamlit's index.html, whose head also has the server's address, a title and a description, and what the page needs.

    What the parts of the page run comes beside Streamlit's own code; what its other elements are made of and the models that it shows, in the
    pause that follows, in which that code starts and the page is asked for. A browser that is in a class gets its bar as well.
    """
    page = request.path_params.get("page", "")
    parts = [code_path(module) for module in mounted(page)]
    soon = [*parts, *_code(pieces.module(pieces.PARTS))] if parts else []
    later = [path for path in _code(pieces.of(page)) if path not in soon]
    said = words.load("explorer/serving")
    keeping = None if public.on() else code_path("explorer/plans/shelf/js/keep.js")
    told = (
        {block: said.items(block) for block in ("plain", "size", "keep")},
        plotting.library(),
        places.course(),
        index.addresses(),
        playing.told(),
        keeping,
    )
    begin = ",".join(json.dumps(each).replace("<", "\\u003c") for each in told)
    head = (
        f"<head>{_VIEWPORT}"
        f'<script>window.__streamlit={{BACKEND_BASE_URL:new URL("./",document.baseURI).href}};{_SIDE_BAR}</script>'
        f"<style>{_STYLE}{_EMBED if request.query_params.keys() & {'embed', 'hide'} else ''}</style>{_preloads(soon)}"
        f'<script type="module">{code_of("explorer/serving/document.js")}begin({begin})</script>'
        '<meta name="description" content="See, touch and break autoencoders and variational autoencoders.">'
    )
    bodies = () if request.url.query else pieces.bodies(page)  # a link may ask for another model
    last = f"<style>{letters.style()}</style>{_preloads(later, LATER)}{_preloads(bodies, DATA)}{await bar.head(request)}</head>"
    html = (
        _OWN.replace("<head>", head, 1)
        .replace("<title>Streamlit", "<title>Latent Explorer", 1)
        .replace(f'"./{letters.whole()}"', f'"{letters.first()}"')
        .replace("</head>", last, 1)
    )
    return await codings.answer(request, html.encode(), "text/html", codings.ASK_FIRST)


def _without_slash(request: Request) -> Response:
    """The same page at its address, which ends in no slash; a relative one, for a server in front may have taken a folder away."""
    return RedirectResponse(f"../{request.path_params['page']}?{request.url.query}".rstrip("?"))


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
    home = Route(f"{base()}/home", lambda request: RedirectResponse(f"./?{request.url.query}".rstrip("?")))
    font = Route(f"{base()}/canvas/letters/{{name}}.woff2", letters.font)
    page = f"{base()}/{{page:page_name}}"
    return [Route(f"{base()}/", document), home, font, Route(page, document), Route(f"{page}/", _without_slash)]
