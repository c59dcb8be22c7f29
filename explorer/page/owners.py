"""Whose run is it? No accounts: a browser gets an unguessable id in a cookie, and what it starts belongs to that id.

The cookie is set with the document, so the page's own connection already carries it. It is HttpOnly (no script can read it), SameSite=Lax,
and Secure if the page came by https. That no other site can act with it, SameSite sees to in a window of its own; the cookie of a frame
(explorer/serving/framed/cookies.py) goes along with whatever is asked there, and only the Origin that the browser names keeps others out:
`same_origin` of explorer/classroom/socket.py for our own doors, Streamlit's check for its connection. It says nothing about the person and is
sent nowhere else. The store keeps only a hash of the id, so nobody who reads the database can act as somebody else.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "latent_explorer"
SECONDS = 400 * 86_400  # after the last visit; browsers keep no cookie for longer
_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_SESSION = "owner"  # session-state key: the id of a session, if the browser keeps no cookies


class Owners:
    """ASGI middleware that gives every browser a cookie with each document; one that the browser has already gets a longer life."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or "text/html" not in Headers(scope=scope).get("accept", ""):
            await self.app(scope, receive, send)
            return
        cookie = _cookie(Headers(scope=scope), scope.get("scheme", "http"))

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("Set-Cookie", cookie)
            await send(message)

        await self.app(scope, receive, send_with_cookie)


def owner() -> str:
    """The id of the browser that looks at the page, 32 hexadecimal digits; if it keeps no cookies, the id of its session."""
    secret = str(st.context.cookies.get(COOKIE))
    if not _ID.fullmatch(secret):
        secret = st.session_state.setdefault(_SESSION, secrets.token_urlsafe(16))
    return _hashed(secret)


def kept() -> bool:
    """Whether the browser that looks at the page keeps its id; without cookies it has another one after each reload.

    A visitor that sends no headers is no browser, but the app that opens its own pages (explorer/serving/rehearsal.py).
    """
    return not st.context.headers or asks(st.context.cookies) is not None


def asks(cookies: Mapping[str, str]) -> str | None:
    """The id of the browser that sends a request with these cookies; None if it keeps none."""
    secret = str(cookies.get(COOKIE, ""))
    return _hashed(secret) if _ID.fullmatch(secret) else None


def key(cookies: Mapping[str, str], thing: str) -> str:
    """A secret of this browser's for one thing, 22 characters: what lets another browser act for it there, and nowhere else.

    It is made of the browser's id, of which the store keeps only a hash, so the browser alone can make it again.
    """
    made = hashlib.blake2b(cookies.get(COOKIE, "").encode(), key=thing.encode(), digest_size=16).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()[:32]


def _cookie(headers: Headers, scheme: str) -> str:
    given = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
    secret = given if _ID.fullmatch(given) else secrets.token_urlsafe(16)
    forwarded = headers.get("x-forwarded-proto", scheme).split(",")[0].strip()
    secure = "; Secure" if forwarded == "https" else ""
    return f"{COOKIE}={secret}; Path=/; Max-Age={SECONDS}; HttpOnly; SameSite=Lax{secure}"
