"""Below a folder: behind a server in front that takes the folder away before it asks, and behind one that leaves it in.

A small server in front stands for both. Whatever a document names is resolved as a browser would, from where the document came from.
"""

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from own_loop import complete
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from streamlit import config
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_assets_routes

from explorer.bringing import routes as brought
from explorer.browser import assets
from explorer.classroom import address, light, qr
from explorer.page import mounting
from explorer.plans import doors, keeping, looks, notes, playing
from explorer.plans.course import doors as course
from explorer.serving import entry, letters
from explorer.wayin import index

FOLDER = "/a/b"
OUTSIDE = "https://faculty.test"
ASKED = {"host": "faculty.test"}
NAMED = re.compile(r"""(?:href|src|action)="([^"#][^"]*)"|url\("([^"]+)"\)|from"([^"]+)"|"((?:\.{0,2}/)[\w./?=&%-]+)\"""")


class Front:
    """A server in front of the app, which it serves below FOLDER. `strips`: whether it takes the folder away before it asks the app."""

    def __init__(self, strips: bool):
        self.strips = strips
        parts = (assets, brought, light, qr, looks, keeping, doors, notes, course, entry)
        ours = [route for part in parts for route in part.routes()]
        self.app = Starlette(routes=[*ours, *create_streamlit_static_assets_routes(assets.base())])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if not path.startswith(f"{FOLDER}/"):
            await PlainTextResponse("another service", 418)(scope, receive, send)
            return
        if self.strips:
            scope = {**scope, "path": path.removeprefix(FOLDER), "raw_path": scope["raw_path"].removeprefix(FOLDER.encode())}
        await self.app(scope, receive, send)

    def get(self, url: str) -> httpx.Response:
        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=self)) as client:
                return await client.get(url, headers={"accept": "text/html"})

        return complete(ask())


@pytest.fixture(params=["strips", "keeps"])
def front(request, monkeypatch, tmp_path):
    monkeypatch.setenv("LATENT_EXPLORER_DATA", str(tmp_path))
    before = config.get_option("server.baseUrlPath")
    config.set_option("server.baseUrlPath", FOLDER if request.param == "keeps" else "")
    yield Front(request.param == "strips")
    config.set_option("server.baseUrlPath", before)


def named(page: httpx.Response) -> set[str]:
    """Whole addresses of all that a document names: links, forms, pictures, fonts, code, and what its own code is told."""
    text = re.sub(r"<!--.*?-->", "", page.text, flags=re.DOTALL)
    bases = re.findall(r'<base href="([^"]*)">', text)
    at = urljoin(str(page.url), bases[0] if bases else "")
    found = {unescape(next(filter(None, groups))) for groups in NAMED.findall(text)} - {
        *bases,
        "/canvas/",
    }  # links.js looks for that
    return {urljoin(at, each) for each in found if not each.startswith(("data:", "#", "http"))}


@pytest.mark.parametrize(
    "path",
    ["/", "/explore", "/kl?kl_mu=1", "/join", "/join/not a code", "/join/a/b/c", "/notes", "/notes?plan=45", "/notes?plan=none", "/stage?plan=none",
     "/course/45/hand-in", "/course/none/hand-in", "/view/none"],
)  # fmt: skip
def test_whatever_a_document_names_lies_below_the_folder_and_is_there(front, monkeypatch, path):
    monkeypatch.setattr(mounting, "_mounted", mounting._mounted | {"explore": {"explorer/canvas/js/board.js": None}})
    page = front.get(OUTSIDE + FOLDER + path)
    assert page.headers["content-type"].startswith("text/html")
    found = named(page)
    assert found, "a page leads somewhere"
    assert [each for each in found if not each.startswith(f"{OUTSIDE}{FOLDER}/")] == []
    ours = [each for each in found if re.search(r"/canvas/(?!data/)|/plans/pictures|/join$|/notes($|\?)|\.md\b", each)]
    assert [each for each in ours if front.get(each).status_code != 200] == []


@pytest.mark.parametrize(
    ("path", "to"),
    [("/home?game=1", "/?game=1"), ("/explore/?z1=1&model=a%2Fb", "/explore?z1=1&model=a%2Fb"), ("/home/", "/home"), ("/notes/", "/notes"), ("/join?code=K7XWQP", "/join/K7XWQP"), ("/join?code=../../x", "/join/..%2F..%2Fx"), ("/join/k7x wqp", "/join/K7XWQP"),
     ("/stage?plan=45", "/?"), ("/alone?plan=45&step=2", "/")],
)  # fmt: skip
def test_whoever_is_led_elsewhere_stays_below_it(front, path, to):
    answer = front.get(OUTSIDE + FOLDER + path)
    assert answer.is_redirect
    assert urljoin(str(answer.url), answer.headers["location"]).startswith(f"{OUTSIDE}{FOLDER}{to}")


def test_no_address_that_browsers_are_told_begins_at_the_hosts_root(front):
    told = [
        assets.data_path("0"),
        assets.code_path("explorer/canvas/js/board.js"),
        brought.url(),
        qr.path("K7XWQP"),
        letters.first(),
        keeping.exact("kl?kl_mu=1"),
    ]
    told += [
        *index.addresses().values(),
        *(each for mode in playing.told().values() for each in mode.values()),
        *looks.of_shipped("45").values(),
    ]
    assert {each[:2] for each in told} == {"./"}


def test_no_code_of_the_browser_begins_at_the_hosts_root():
    """An address is taken from the document's base (explorer/browser/js/base.js), never from the host."""
    code = {name: re.sub(r"^\s*(//|\*|/\*).*$", "", text, flags=re.MULTILINE) for name, text in assets.modules().items()} | {
        "": mounting.LOADER
    }
    guesses = re.compile(
        r"""location\.(origin|host)\s*\+|,\s*location\.(origin|href)\)\.href\b|(fetch|import|open|assign)\(["'`]/"""
    )
    assert [name for name, text in code.items() if guesses.search(text)] == []


@pytest.mark.parametrize(
    ("path", "up"),
    [
        ("/", "./"),
        ("/explore", "./"),
        ("/join/K7XWQP", "../"),
        ("/join/a%2Fb", "../"),
        ("/join/a/b", "../../"),
        ("/course/45/hand-in", "../../"),
    ],
)
def test_the_way_up_is_counted_as_browsers_count_it(front, path, up):
    whole = ("" if front.strips else FOLDER) + path
    assert (
        assets.up(Request({"type": "http", "path": whole.replace("%2F", "/"), "raw_path": whole.encode(), "headers": []})) == up
    )


@pytest.mark.parametrize(
    ("url", "begins"),
    [(f"{OUTSIDE}/a/b/kl?kl_mu=1", "/a/b"), (f"{OUTSIDE}/a/b/", "/a/b"), (f"{OUTSIDE}/kl", ""), ("https://hub.test/user/ann%40b.org/proxy/8501/", "/user/ann%40b.org/proxy/8501")],
)  # fmt: skip
def test_a_page_says_where_the_app_begins(url, begins):
    assert address.here(url) == begins
    assert address.outward("https://faculty.test", begins, ASKED) == f"https://faculty.test{begins}"


@pytest.mark.parametrize("said", [None, "a/b", "//evil.test", "/a b", "/a/../..?x", "/" * 3, "/" + "a" * 300, '/"><b>'])
def test_what_is_no_path_is_not_taken_for_one(said):
    assert address.begins(said) == ""


@pytest.mark.parametrize("at", ["https://faculty.test/explorer", "https://class.school.org", "http://192.0.2.2:8501"])
def test_only_the_host_that_the_browser_asks_has_the_folder(at):
    assert address.outward(at, "/a/b", ASKED) == at


def test_a_folder_of_this_process_is_part_of_the_one_outside():
    config.set_option("server.baseUrlPath", "x")
    try:
        assert address.outward("https://faculty.test/x", "/a/x", ASKED) == "https://faculty.test/a/x"
    finally:
        config.set_option("server.baseUrlPath", "")


def test_a_qr_code_leads_below_the_folder(front, monkeypatch):
    drawn = []
    monkeypatch.setattr(qr, "svg", lambda text: drawn.append(text) or b"<svg/>")
    monkeypatch.setattr(address, "reachable", lambda *_: [f"{OUTSIDE}{assets.base()}"])
    assert front.get(f"{OUTSIDE}{FOLDER}/class/K7XWQP/qr.svg?base={FOLDER}").status_code == 200
    assert drawn == [f"{OUTSIDE}{FOLDER}/join/K7XWQP"]
    assert urlsplit(drawn[0]).netloc == "faculty.test"
