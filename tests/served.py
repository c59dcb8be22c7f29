"""The class's own routes on a real server, without Streamlit, and browsers that are nothing but their cookie and their connections."""

import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from types import ModuleType
from unittest import mock

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from websockets.sync.client import ClientConnection, connect

from explorer.browser import assets
from explorer.classroom import doors, light, qr, socket
from explorer.classroom.hub import HUB
from explorer.classroom.rates import Recent
from explorer.classroom.together import planes
from explorer.page.owners import COOKIE, Owners
from explorer.serving.headers import SecurityHeaders

PATIENCE = 10.0


@asynccontextmanager
async def _lifespan(_: Starlette):
    await HUB.start()
    yield
    await HUB.stop()


@contextmanager
def server(folder: Path, *more: ModuleType, **settings: str) -> Iterator[str]:
    """The address of a server with the class's routes, those of the code that its pages fetch, and those of `more` modules.

    Its classes are in that folder; `settings` are what else it finds in the environment.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        for name, value in {"LATENT_EXPLORER_DATA": str(folder), **settings}.items():
            patch.setenv(name, value)
        with _running(more) as address:
            yield address


@contextmanager
def _running(more: tuple[ModuleType, ...]) -> Iterator[str]:
    routes = [route for part in (doors, socket, light, qr, planes, assets, *more) for route in part.routes()]
    app = Starlette(routes=routes, lifespan=_lifespan, middleware=[Middleware(SecurityHeaders), Middleware(Owners)])
    serving = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="websockets-sansio"))
    thread = threading.Thread(target=serving.run, daemon=True)
    thread.start()
    until = time.monotonic() + PATIENCE
    while not serving.started and time.monotonic() < until:
        time.sleep(0.01)
    port = serving.servers[0].sockets[0].getsockname()[1]
    with mock.patch.object(doors, "opened_from", Recent(1_000, 60.0)):  # tests open more classes than one network may
        yield f"http://127.0.0.1:{port}"
    serving.should_exit = True
    thread.join(PATIENCE)
    assert not thread.is_alive()


class Browser:
    """A browser: who it is, and where it asks."""

    def __init__(self, address: str):
        self.address, self.secret = address, secrets.token_urlsafe(16)

    def post(self, path: str, origin: str | None = None, **form: str) -> httpx.Response:
        headers = {"Origin": origin or self.address, "Cookie": f"{COOKIE}={self.secret}"}
        return httpx.post(f"{self.address}{path}", headers=headers, data=form)

    def open(self, **form: str) -> str:
        """Open a class, and return its code."""
        answer = self.post("/class", **form)
        assert answer.status_code == 303, answer.text
        return answer.cookies[doors.COOKIE]

    def enter(self, code: str, view: str = "page", origin: str | None = None) -> "Seat":
        headers = {"Cookie": f"{COOKIE}={self.secret}"}
        url = f"{self.address.replace('http', 'ws')}/class/{code}/socket?as={view}"
        return Seat(connect(url, origin=origin or self.address, additional_headers=headers, max_size=2**24, legacy=True))


class Seat:
    """A connection to a class, and what it has heard."""

    def __init__(self, connection: ClientConnection):
        self.connection = connection
        self.hello: dict = {}
        self.heard: list[dict] = []
        self._passed: list[dict] = []  # came while an answer was waited for

    def hear(self, kind: str, **parts) -> dict:
        """Wait for the next word of that kind whose body has these parts; what came before it is passed over."""
        while True:
            word = self._next(PATIENCE)
            if word["k"] == kind and all(word["b"].get(name) == value for name, value in parts.items()):
                return word

    def hear_nothing(self, kind: str, seconds: float) -> bool:
        """Whether no word of that kind comes for so long; others are passed over."""
        until = time.monotonic() + seconds
        while True:
            try:
                if self._next(max(until - time.monotonic(), 0))["k"] == kind:
                    return False
            except TimeoutError:
                return True

    def _next(self, seconds: float) -> dict:
        """The next word; TimeoutError where none comes for so long."""
        if self._passed:
            return self._passed.pop(0)
        while not (text := self.connection.recv(seconds)):
            pass
        self.heard.append(json.loads(text))
        return self.heard[-1]

    def point(self, body: dict) -> None:
        self.connection.send(json.dumps({"k": "pointer", "b": body}))

    def say(self, kind: str, body: dict | None = None, word: str | None = None) -> dict:
        """Say a word, and wait for its answer."""
        word = word or secrets.token_urlsafe(16)
        self.connection.send(json.dumps({"k": kind, "id": word, "b": body or {}}))
        passed = []
        while (answer := self._next(PATIENCE))["k"] != "answer" or answer["id"] != word:
            passed.append(answer)
        self._passed = passed + self._passed  # an answer comes before or after what it did
        return answer

    def steer(self, what: str, **body) -> dict:
        return self.say("steer", {"what": what, **body})

    def closed(self) -> int:
        """The code with which the server ends the connection."""
        from websockets.exceptions import ConnectionClosed

        try:
            while True:
                self.heard.append(json.loads(self.connection.recv(PATIENCE) or "{}"))
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006

    def leave(self) -> None:
        self.connection.close()
