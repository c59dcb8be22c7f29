"""The canvas on a plain page. A few lines of Python and JavaScript take Streamlit's place between them."""

import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import streamlit as st
import uvicorn
from canvas_shown import show
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from explorer.browser import assets
from explorer.canvas import canvas
from explorer.page.mounting import LOADER
from explorer.serving.headers import SecurityHeaders

HERE = Path(__file__).resolve().parent


class Session:
    """One open page: its session state, and the arguments with which the canvas was last mounted."""

    def __init__(self) -> None:
        self.state: dict[str, Any] = {}
        self.component: dict[str, Any] = {}

    def run(self, link: dict[str, str], report: Any) -> dict:
        """Run the page as Streamlit does after a report: first its callback, then the page."""
        with (
            mock.patch.object(st, "session_state", self.state),
            mock.patch.object(canvas, "mount", self._mount),
        ):
            if report is not None:
                self.state["canvas"] = {"report": report}
                self.component["on_report_change"]()
            told = show(link)
        return {"data": self.component["data"], "told": told}

    def _mount(self, _name, module, _classes, _testid, _style, _key, data, on_report) -> None:
        self.component = {"data": {"code": assets.code_path(module), **data}, "on_report_change": on_report}


@contextmanager
def served() -> Iterator[str]:
    """The address of the page, served by a thread of this process."""
    sessions: defaultdict[str, Session] = defaultdict(Session)

    async def run(request: Request) -> Response:
        asked = await request.json()
        return JSONResponse(sessions[asked["session"]].run(asked["link"], asked.get("report")))

    async def loader(_: Request) -> Response:
        style = f"export const style = {json.dumps(canvas.STYLE)};"
        return Response(LOADER + style, media_type="text/javascript")

    routes = [
        *assets.routes(),
        Route("/", lambda _: FileResponse(HERE / "plain.html")),
        Route("/loader.js", loader),
        Route("/run", run, methods=["POST"]),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(SecurityHeaders)])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()
