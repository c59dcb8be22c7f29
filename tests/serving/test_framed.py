"""In a frame of another site: who may frame the pages, which cookies browsers take there, and what is said where they take none."""

import re
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from app_driver import visit
from own_loop import complete
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from explorer.page import framing, owners, words
from explorer.page.owners import COOKIE, Owners, asks
from explorer.serving.framed.cookies import FramedCookies, twin
from explorer.serving.headers import CONTENT_SECURITY_POLICY, SecurityHeaders
from vae.errors import VaeError

ROOT = Path(__file__).resolve().parents[2]
SCHOOL = "https://moodle.school.org"
DOCUMENT = {"accept": "text/html"}
FRAME = {**DOCUMENT, "sec-fetch-dest": "iframe"}


async def owner(request: Request) -> Response:
    response = JSONResponse({"owner": asks(request.cookies), "cookies": request.cookies})
    if "seat" in request.query_params:
        response.set_cookie("latent_class", "K7XWQP", httponly=True, samesite="lax", secure=True)
        response.set_cookie("other", "1", samesite="lax")
    if "leave" in request.query_params:
        response.delete_cookie("latent_class", httponly=True, samesite="lax")
    return response


def get(path: str = "/", scheme: str = "https", **headers: str) -> httpx.Response:
    middleware = [Middleware(SecurityHeaders), Middleware(FramedCookies), Middleware(Owners)]
    app = Starlette(routes=[Route("/", owner)], middleware=middleware)
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=f"{scheme}://here") as client:
            return await client.get(path, headers=named)

    return complete(ask())


def cookies(answer: httpx.Response) -> dict[str, str]:
    """Name and value of each cookie that is set, and the rest of what is said of it."""
    given = [each.partition("; ") for each in answer.headers.get_list("set-cookie")]
    return {said: rest for said, _, rest in given}


@pytest.fixture
def framed(monkeypatch):
    monkeypatch.setenv(framing.SETTING, SCHOOL)


def test_nobody_frames_the_pages_unless_somebody_is_named(monkeypatch):
    monkeypatch.delenv(framing.SETTING, raising=False)
    answer = get(**FRAME)
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert "frame-ancestors 'self';" in CONTENT_SECURITY_POLICY
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert [name.partition("=")[0] for name in cookies(answer)] == [COOKIE]


def test_hosts_that_are_named_may_frame_them_and_nothing_else_changes(monkeypatch):
    monkeypatch.setenv(framing.SETTING, f" {SCHOOL},https://*.school.org:8443 localhost:* ")
    answer = get(**DOCUMENT)
    expected = f"frame-ancestors 'self' {SCHOOL} https://*.school.org:8443 localhost:*;"
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY.replace("frame-ancestors 'self';", expected)
    assert "x-frame-options" not in answer.headers  # it could name none of them


@pytest.mark.parametrize(
    "wrong",
    ["*", "https://a.org/course", "https://a.org; script-src *", "'none'", "ftp://a.org", "a.org:port", "https://", "ä.org"],
)
def test_what_is_no_host_is_refused_with_a_sentence_and_lets_nobody_in(monkeypatch, caplog, wrong):
    with pytest.raises(VaeError, match=f"{framing.SETTING} names .* no host"):
        framing.read(f"{SCHOOL},{wrong}")
    framing._settled.cache_clear()
    monkeypatch.setenv(framing.SETTING, f"{SCHOOL},{wrong}")
    assert "frame-ancestors 'self';" in get(**DOCUMENT).headers["content-security-policy"]
    assert framing.SETTING in caplog.text
    assert "no other site" in caplog.text


def test_in_a_frame_each_cookie_is_set_for_that_frame_as_well(framed):
    given = cookies(get("/?seat", **FRAME))
    own, twins = {}, {}
    for said, rest in given.items():
        name, _, value = said.partition("=")
        (twins if name.endswith("_framed") else own)[name.removesuffix("_framed")] = value, rest
    assert {name: value for name, (value, _) in twins.items()} == {
        name: value for name, (value, _) in own.items() if name != "other"
    }
    assert set(twins) == {COOKIE, "latent_class"}
    for _, rest in twins.values():
        kinds = [each for each in rest.split("; ") if each.lower().startswith("samesite")]
        assert kinds == ["SameSite=None"]
        assert rest.count("Secure") == 1
        assert rest.endswith("; Partitioned")
        assert "HttpOnly" in rest
    assert all("Partitioned" not in rest and "=None" not in rest for _, rest in own.values())


@pytest.mark.parametrize(("scheme", "headers"), [("https", DOCUMENT), ("http", FRAME)])
def test_outside_frames_and_without_https_no_such_cookie_is_set(framed, scheme, headers):
    assert [said for said in cookies(get("/?seat", scheme, **headers)) if "_framed" in said] == []


def test_behind_a_server_that_speaks_https_for_the_app_it_is_set(framed):
    assert any("_framed" in said for said in cookies(get(scheme="http", **FRAME, x_forwarded_proto="https, http")))


def test_the_frame_keeps_its_owner_from_visit_to_visit(framed):
    first = get(**FRAME)
    (own,) = [said for said in cookies(first) if said.startswith(f"{COOKIE}_framed=")]
    again = get(**FRAME, cookie=own)
    asked = get(cookie=own)  # by a script of the frame, whose requests do not say that they come from one
    assert again.json()["owner"] == asked.json()["owner"] is not None
    assert own in cookies(again), "its life begins anew"
    assert asked.json()["cookies"][COOKIE] == own.partition("=")[2]


def test_a_browser_that_sends_its_usual_cookie_is_known_by_it(framed):
    usual, other = "a" * 22, "b" * 22
    assert get(cookie=f"{COOKIE}={usual}; {COOKIE}_framed={other}").json()["owner"] == asks({COOKIE: usual})


def test_a_frames_cookie_means_nothing_where_nobody_may_frame(monkeypatch):
    monkeypatch.delenv(framing.SETTING, raising=False)
    assert get(cookie=f"{COOKIE}_framed={'a' * 22}").json()["owner"] is None


def test_what_takes_a_cookie_away_takes_the_frames_away_too(framed):
    gone = cookies(get("/?leave", cookie=f"{COOKIE}_framed={'a' * 22}"))
    (rest,) = [rest for said, rest in gone.items() if said.startswith("latent_class_framed=")]
    assert "Max-Age=0" in rest
    assert rest.endswith("Partitioned")


def test_a_twin_says_each_thing_once():
    assert (
        twin("latent_x=1; Path=/; Secure; HttpOnly; SameSite=Lax")
        == "latent_x_framed=1; Path=/; HttpOnly; SameSite=None; Secure; Partitioned"
    )
    assert twin("latent_x=secure; Max-Age=0") == "latent_x_framed=secure; Max-Age=0; SameSite=None; Secure; Partitioned"


def test_a_websocket_of_a_frame_carries_its_owner(framed):
    seen = []

    async def inner(scope, receive, send):
        seen.append(Request({**scope, "type": "http"}).cookies)

    scope = {"type": "websocket", "scheme": "wss", "headers": [(b"cookie", f"{COOKIE}_framed={'a' * 22}".encode())]}
    complete(FramedCookies(inner)(scope, None, None))
    assert asks(seen[0]) == asks({COOKIE: "a" * 22})


@pytest.mark.parametrize(
    ("headers", "cookies", "keeps"),
    [
        ({"host": "here"}, {COOKIE: "a" * 22}, True),
        ({"host": "here"}, {}, False),
        ({"host": "here"}, {COOKIE: "x"}, False),
        ({}, {}, True),
    ],
)
def test_whether_a_browser_keeps_what_it_is_given(monkeypatch, headers, cookies, keeps):
    monkeypatch.setattr(owners.st, "context", SimpleNamespace(headers=headers, cookies=cookies))
    assert owners.kept() is keeps


def test_where_nothing_is_kept_a_page_says_so_on_which_something_becomes_ones_own(monkeypatch):
    said = words.load("explorer/serving").item("owned", "passing")
    for keeps in (True, False):
        monkeypatch.setattr(owners, "kept", lambda keeps=keeps: keeps)
        assert [message.value for message in visit("runs").info].count(said) == (0 if keeps else 1)
    assert said not in [message.value for message in visit("plans").info]


def test_no_style_asks_for_has_within_has_which_browsers_leave_out():
    """Selectors Level 4, 17.2: `:has()` is not valid inside `:has()`, and a forgiving list drops it without a word."""

    def nested(selector: str) -> bool:
        open_, within = [], 0
        for found in re.findall(r":has\(|\(|\)", selector):
            if found == ")":
                within -= open_.pop()
            else:
                open_.append(found == ":has(")
                within += open_[-1]
            if within > 1:
                return True
        return False

    sheets = [path for folder in ("explorer", "lessons") for path in (ROOT / folder).rglob("*.css")]
    assert len(sheets) > 10
    rules = [(path.name, each) for path in sheets for each in re.findall(r"[^{}]+(?=\{)", path.read_text(encoding="utf-8"))]
    assert [(name, rule.strip()) for name, rule in rules if nested(rule)] == []
