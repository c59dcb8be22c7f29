"""Answers carry the security headers that they need, and every page's address answers with the app's document."""

import re

import pytest
from own_loop import complete
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from streamlit import config

from explorer.page.places import PLACES
from explorer.serving import entry, pieces
from explorer.serving.headers import CONTENT_SECURITY_POLICY, HEADERS, SecurityHeaders, needed


async def own_policy(_):
    return PlainTextResponse("mine", headers={"X-Frame-Options": "DENY"})


def app() -> Starlette:
    return Starlette(routes=[*entry.routes(), Route("/_own", own_policy)], middleware=[Middleware(SecurityHeaders)])


def get(path: str, query: bytes = b"") -> tuple[int, dict[str, str], str]:
    """Status, headers and text that the app answers to GET path, asked over ASGI."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query,
        "headers": [(b"host", b"here")],
        "client": ("here", 1),
        "server": ("here", 80),
    }
    complete(app()(scope, receive, send))
    headers = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:]).decode()


@pytest.fixture
def base_path():
    """Serve the app under a path of its own, as behind a reverse proxy."""
    before = config.get_option("server.baseUrlPath")
    config.set_option("server.baseUrlPath", "/course/")
    yield "/course"
    config.set_option("server.baseUrlPath", before)


@pytest.mark.parametrize("path", ["/", "/home", "/_nothing.here"])
def test_every_answer_carries_the_security_headers_also_a_404(path):
    _, headers, _ = get(path)
    assert {name: headers.get(name.lower()) for name in HEADERS} == HEADERS


@pytest.mark.parametrize(
    ("path", "media_type", "short"),
    [
        ("/static/js/index.js", "text/javascript; charset=utf-8", True),
        ("/static/css/index.css", "text/css", True),
        ("/static/media/letters.woff2", "font/woff2", True),
        ("/canvas/data/0", "application/octet-stream", True),
        ("/canvas/code/0/explorer/canvas/js/worker.js", "text/javascript", False),  # a worker has the policy of its script
        ("/static/media/flake.svg", "image/svg+xml", False),  # opened by itself it is a document
        ("/static/none.js", "text/plain", False),
        ("/static/none.js", "", False),
        ("/other/a.js", "text/javascript", False),
    ],
)
def test_a_file_that_becomes_no_document_and_no_worker_goes_without_what_acts_in_those(path, media_type, short):
    found = needed(path, media_type)
    assert found == ({"X-Content-Type-Options": "nosniff"} if short else HEADERS)


def test_a_route_may_set_a_stricter_header_of_its_own():
    _, headers, _ = get("/_own")
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"


def test_the_policy_lets_nothing_come_from_another_host():
    directives = dict(part.split(" ", 1) for part in CONTENT_SECURITY_POLICY.split("; "))
    assert directives["default-src"] == "'self'"
    assert directives["object-src"] == "'none'"
    here = {"'self'", "'none'", "'unsafe-inline'", "'unsafe-eval'", "data:", "blob:", "ws:", "wss:"}
    assert {source for sources in directives.values() for source in sources.split()} <= here
    assert "script-src" in directives
    assert "'unsafe-inline'" not in directives["default-src"]


def test_other_traffic_than_http_passes_untouched():
    seen = []

    async def inner(scope, receive, send):
        seen.append((scope, send))

    async def send(message):
        raise AssertionError("nothing is sent here")

    complete(SecurityHeaders(inner)({"type": "websocket"}, None, send))
    assert seen == [({"type": "websocket"}, send)]


@pytest.mark.parametrize("path", ["", *(path for path in PLACES if path != "home")])
def test_every_pages_address_answers_with_a_document_that_knows_its_server(path):
    status, headers, text = get(f"/{path}")
    assert status == 200
    assert headers["content-type"].startswith("text/html")
    assert headers["cache-control"] == "no-cache"
    begins = r'<head><meta\s+name="viewport"[^>]*><script>window.__streamlit={BACKEND_BASE_URL:new URL\("./",document.baseURI\).href};'
    assert re.search(begins, text)  # before its width is said, a phone says that it is 980 pixels wide
    assert "<title>Latent Explorer" in text
    assert '<meta name="description"' in text


@pytest.mark.parametrize("path", ["/no-such-page", "/Explore2"])
def test_an_address_that_may_be_a_page_gets_the_document_which_then_says_what_is_wrong(path):
    assert get(path)[0] == 200


@pytest.mark.parametrize("path", ["/_stcore/health", "/static/main.js", "/logo.svg", "/a/b", "/.env"])
def test_addresses_of_files_and_of_streamlit_itself_are_left_to_streamlit(path):
    assert get(path)[0] == 404  # nobody but these routes is here to answer


def test_under_a_base_path_addresses_say_so_and_the_document_does_not(base_path):
    status, _, text = get(f"{base_path}/explore")
    assert status == 200
    assert base_path not in re.sub(r"<script type=.module.>.*?</script>", "", text, flags=re.DOTALL)
    assert get(f"{base_path}/")[0] == 200
    assert get("/explore")[0] == 404


def test_home_has_one_address():
    status, headers, _ = get("/home")
    assert (status, headers["location"]) == (307, "./")


def test_a_page_fetches_its_models_ahead_unless_a_link_may_ask_for_others(monkeypatch):
    monkeypatch.setattr(pieces, "_bodies", {"explore": ["./canvas/data/0"]})
    ahead = 'as="fetch" crossorigin fetchpriority="low" href="./canvas/data/0"'
    assert ahead in get("/explore")[2]
    assert ahead not in get("/explore", b"model=mnist-ae-2d")[2]
    assert ahead not in get("/kl")[2]
