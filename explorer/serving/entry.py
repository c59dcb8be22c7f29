"""The HTML document at every page's address: Streamlit's own, with the address of the server added.

Opened at /explore, Streamlit's browser code first asks for /explore/_stcore/health, gets a 404 that shows in the console, and only then asks
at the root. If it is told the address beforehand, its first request is right: no error, and one round trip less.
"""

import json
from pathlib import Path

import streamlit
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from streamlit import config

from explorer.browser import assets, codings
from explorer.page import words

# The address follows what a page shows (explorer/page/address.py). Streamlit would make each change a step in the browser's history, and Back
# would go through all of them. So a new query on the same page replaces the old one, and Back leads to the page before.
_ONE_STEP_A_PAGE = (
    "const push=history.pushState.bind(history);history.pushState=(state,title,url)=>"
    "new URL(url??'',location.href).pathname===location.pathname?history.replaceState(state,title,url):push(state,title,url)"
)
_DOCUMENT = Path(streamlit.__file__).with_name("static") / "index.html"


def _base() -> str:
    path = (config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


async def document(request: Request) -> Response:
    """Streamlit's index.html with the server's address, a title, a description and plain words for its own messages in its head."""
    plain = json.dumps(words.load("explorer/serving").items("plain")).replace("<", "\\u003c")
    head = (
        f'<head><script>window.__streamlit={{BACKEND_BASE_URL:location.origin+"{_base()}/"}};{_ONE_STEP_A_PAGE}</script>'
        f'<script type="module">import {{speakPlainly}} from "{assets.code_path("explorer/serving/plain_words.js")}";'
        f"speakPlainly({plain})</script>"
        '<meta name="description" content="See, touch and break autoencoders and variational autoencoders.">'
    )
    html = (
        _DOCUMENT.read_text(encoding="utf-8")
        .replace("<head>", head, 1)
        .replace("<title>Streamlit", "<title>Latent Explorer", 1)
    )
    return codings.answer(request, html.encode(), "text/html", codings.ASK_FIRST)


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
