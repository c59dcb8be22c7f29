"""Cookies in a frame of another site.

There browsers neither send nor take a cookie of the usual kind. They take one that is `SameSite=None; Secure; Partitioned`: the frame's own in
the pages of that one site, and so nothing by which anybody could be followed from site to site. So whatever cookie the app sets is set in a frame
once more, of that kind and under a name of its own, since a browser that does not know such cookies would otherwise put it in the place of
the usual one. The rest of the app sees the usual name. It needs https, without which no browser takes such a cookie.
"""

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from explorer.page import framing

FRAMED = "_framed"  # ends the name of a cookie in a frame
_OURS = re.compile(r"(latent_\w+)=")
_KIND = re.compile(r";\s*(samesite=\w+|secure)(?=;|$)", re.IGNORECASE)


class FramedCookies:
    """ASGI middleware that sets each cookie of the app for the frame as well, and reads those of the frame. It stands before all that does so."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or not framing.hosts():
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        cookies = cookie_parser(headers.get("cookie", ""))
        own = {name.removesuffix(FRAMED): value for name, value in cookies.items() if name.endswith(FRAMED)}
        if own:
            more = [f"{name}={value}" for name, value in own.items() if name not in cookies]
            given = "; ".join([headers["cookie"], *more]).encode("latin-1")
            kept = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
            scope = {**scope, "headers": [*kept, (b"cookie", given)]}
        forwarded = headers.get("x-forwarded-proto", scope.get("scheme", "http")).split(",")[0].strip()
        framed = forwarded == "https" and (own or headers.get("sec-fetch-dest") in ("iframe", "frame"))

        async def send_twice(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                for cookie in answer.getlist("set-cookie"):
                    if _OURS.match(cookie):
                        answer.append("set-cookie", twin(cookie))
            await send(message)

        await self.app(scope, receive, send_twice if framed and scope["type"] == "http" else send)


def twin(cookie: str) -> str:
    """A cookie, as it is set, for the frame."""
    name, _, rest = cookie.partition("=")
    return f"{name}{FRAMED}={_KIND.sub('', rest)}; SameSite=None; Secure; Partitioned"
