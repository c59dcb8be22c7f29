"""Who owns what: the cookie that the server sets, and the id that a page sees, through the real middleware and sessions."""

import re

import httpx
import pytest
from own_loop import complete
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from streamlit.testing.v1 import AppTest

from explorer.page.owners import COOKIE, Owners

SERVED = Starlette(
    routes=[Route("/", lambda _: HTMLResponse("<p>")), Route("/code.js", lambda _: PlainTextResponse("1"))],
    middleware=[Middleware(Owners)],
)
DOCUMENT = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def ask(path: str = "/", scheme: str = "http", **headers: str) -> httpx.Response:
    async def once() -> httpx.Response:
        transport = httpx.ASGITransport(SERVED)
        async with httpx.AsyncClient(transport=transport, base_url=f"{scheme}://explorer.test") as client:
            return await client.get(
                path, headers={**DOCUMENT, **{name.replace("_", "-"): text for name, text in headers.items()}}
            )

    return complete(once())


def test_a_first_visit_gets_an_id_that_nobody_can_guess_and_no_script_can_read():
    cookies = [ask().headers.get_list("set-cookie") for _ in range(20)]
    assert all(len(each) == 1 for each in cookies)
    parts = [each[0].split("; ") for each in cookies]
    assert all(re.fullmatch(rf"{COOKIE}=[A-Za-z0-9_-]{{22}}", first) for first, *_ in parts)
    assert len({first for first, *_ in parts}) == 20
    assert all(rest == ["Path=/", "Max-Age=34560000", "HttpOnly", "SameSite=Lax"] for _, *rest in parts)


def test_whoever_comes_back_keeps_the_id():
    first = ask().cookies[COOKIE]
    assert ask(Cookie=f"theme=dark; {COOKIE}={first}; other=1").cookies[COOKIE] == first


@pytest.mark.parametrize("forged", ["", "short", "x" * 23, "x" * 21 + "\u00e9", "../../etc/passwd/12345", "a" * 20 + "%0"])
def test_what_is_no_id_is_replaced(forged):
    given = ask(Cookie=f"{COOKIE}={forged}".encode()).cookies[COOKIE]  # as bytes: a header may hold anything
    assert given != forged
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", given)


@pytest.mark.parametrize(
    ("scheme", "forwarded", "secure"),
    [
        ("http", None, False),
        ("https", None, True),
        ("http", "https", True),
        ("http", "https, http", True),
        ("https", "http", False),
    ],
)
def test_an_id_that_came_by_https_never_goes_by_http(scheme, forwarded, secure):
    headers = {} if forwarded is None else {"X_Forwarded_Proto": forwarded}
    assert ("; Secure" in ask(scheme=scheme, **headers).headers["set-cookie"]) is secure


def test_code_and_pictures_carry_no_cookie_so_that_they_can_be_cached():
    assert "set-cookie" not in ask("/code.js", Accept="*/*").headers


def test_a_session_without_cookies_is_an_owner_of_its_own_for_as_long_as_it_lasts():
    def page() -> None:
        import streamlit as st

        from explorer.page.owners import owner

        st.text(owner())

    first, second = (AppTest.from_function(page).run() for _ in range(2))
    ids = [first.text[0].value, second.text[0].value]
    assert all(re.fullmatch(r"[0-9a-f]{32}", each) for each in ids)
    assert ids[0] != ids[1]
    assert [first.run().text[0].value, second.run().text[0].value] == ids
