"""On a public demo, Streamlit's own way of taking files is closed, too: it keeps them in memory, whoever sends them."""

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from explorer import public
from explorer.browser.assets import base


class NoUploads:
    """ASGI middleware that refuses what is sent to Streamlit's address for files; those of the app refuse by themselves (routes.py)."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        closed = scope["type"] == "http" and scope["path"].removeprefix(base()).startswith("/_stcore/upload_file")
        if closed and scope["method"] not in ("OPTIONS", "DELETE"):
            await PlainTextResponse(public.FILES, 403)(scope, receive, send)
        else:
            await self.app(scope, receive, send)
