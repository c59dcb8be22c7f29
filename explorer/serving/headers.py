"""Security headers. With them the browser itself refuses to ask any other host for anything.

Most of them act where a browser makes a document, or a worker of a script. A first visit has a hundred files that become neither, and for those
they would weigh more than some of the files.
"""

import functools

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from explorer.browser.assets import base
from explorer.page import framing

# The three 'unsafe' words are for Streamlit, which styles inline and compiles chart code at run time. All else stays on this host.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' ws: wss: data: blob:",
        "worker-src 'self' blob:",
        "frame-ancestors 'self'",
        "object-src 'none'",
        "base-uri 'self'",
    )
)
ALWAYS = {"X-Content-Type-Options": "nosniff"}  # a file is what its type says, and so never a document by surprise
HEADERS = {
    **ALWAYS,
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
# Folders of files, and what in them can only be a part of a document. Scripts of our own can become workers, drawings a document.
PARTS = {
    "/static/": ("text/css", "text/javascript", "application/javascript", "font/", "image/png", "image/gif"),
    "/canvas/": ("application/octet-stream", "font/"),
}


def needed(path: str, media_type: str) -> dict[str, str]:
    """The headers that an answer of that type to a request for that path, below the app's own, has to have."""
    parts = next((types for folder, types in PARTS.items() if path.startswith(folder)), ())
    return ALWAYS if media_type.startswith(parts) and parts else _whole(framing.hosts())


@functools.lru_cache(1)
def _whole(hosts: tuple[str, ...]) -> dict[str, str]:
    """All of them, where these hosts may frame the pages as well. X-Frame-Options can name no host, and browsers that read the policy go by it."""
    if not hosts:
        return HEADERS
    policy = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'self'", f"frame-ancestors 'self' {' '.join(hosts)}")
    return {name: value for name, value in HEADERS.items() if name != "X-Frame-Options"} | {"Content-Security-Policy": policy}


class SecurityHeaders:
    """ASGI middleware that adds the headers to every HTTP response."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                here = scope["path"].removeprefix(base())
                for name, value in needed(here, headers.get("content-type", "")).items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)
