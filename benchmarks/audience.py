"""A class without browsers: its teacher and its members, over the class's own pages and socket (explorer/classroom/socket.py).

A member does what the light page does: it joins at /join/CODE, which gives it its cookies, keeps how far it has heard, says each word until
it is answered, and after a break asks for what it has missed.
"""

import asyncio
import json
import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Self

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from benchmarks.running import App

PATIENCE = 60.0  # seconds for an answer before it counts as an error
AGAIN = 0.25, 2.0  # seconds between two tries to come back: the first, and the longest
TOGETHER = 20  # phones that come through the door at once
HTML = {"Accept": "text/html"}
Word = dict[str, Any]


def spread(times: Sequence[float]) -> dict[str, float]:
    """Median, 95th percentile and longest of some seconds, in milliseconds."""
    ranked = sorted(times) or [float("nan")]
    pick = {"p50_ms": len(ranked) // 2, "p95_ms": int(0.95 * len(ranked)), "longest_ms": len(ranked) - 1}
    return {name: round(1_000 * ranked[i], 1) for name, i in pick.items()}


class Unanswered(RuntimeError):
    """A word that was refused or never answered."""


class Voice:
    """A browser's place in a class: the words it says, and those it hears.

    state  the class as this place sees it, from its newest `hello`; later words are in `heard`, each with when it came (perf_counter)
    """

    def __init__(self, address: str, view: str = "phone"):
        self.address, self.view = address.rstrip("/"), view
        self.cookies: dict[str, str] = {}
        self.code = ""
        self.n = 0
        self.hello: Word = {}
        self.heard: list[tuple[float, Word]] = []
        self.hear: Callable[[float, Word], None] | None = None  # called instead of keeping what is heard
        self.connections = 0
        self._waiting: dict[str, asyncio.Future[Word]] = {}
        self._unanswered: dict[str, str] = {}  # id -> the word as it is said
        self._socket: ClientConnection | None = None
        self._listening: asyncio.Task[None] | None = None
        self._up = asyncio.Event()
        self._asleep = False

    @property
    def state(self) -> Word:
        return self.hello["b"]["state"]

    async def open_class(self) -> str:
        """Become the teacher of a new class; its code."""
        async with self._browser() as browser:
            await self._get(browser, "/")
            answer = await browser.post(f"{self.address}/class", headers={**HTML, "Origin": self.address, **self._sent()})
            self._keep(answer)
            if answer.status_code != 303:
                raise Unanswered(f"No class was opened: {answer.status_code} {answer.text[:200]}")
        self.code = self.cookies["latent_class"]
        return self.code

    async def join(self, code: str) -> Self:
        """Join the class at its light page."""
        async with self._browser() as browser:
            page = await self._get(browser, f"/join/{code}")
        if page.status_code != 200:
            raise Unanswered(f"/join/{code} answers {page.status_code}")
        self.code = code
        return self

    async def connect(self) -> Self:
        """Open the socket and keep it open until `leave`."""
        self._asleep = False
        self._listening = asyncio.create_task(self._listen())
        await asyncio.wait_for(self._up.wait(), PATIENCE)
        return self

    async def ask(self, kind: str, **body: Any) -> Word:
        """Say a word until it is answered; its answer. Unanswered with the sentence where it is refused."""
        word_id = secrets.token_hex(8)
        text = json.dumps({"id": word_id, "k": kind, "b": body})
        answered = self._waiting[word_id] = asyncio.get_running_loop().create_future()
        self._unanswered[word_id] = text
        await self._send(text)
        try:
            answer = await asyncio.wait_for(answered, PATIENCE)
        finally:
            self._waiting.pop(word_id, None)
            self._unanswered.pop(word_id, None)
        if not answer.get("ok"):
            raise Unanswered(answer.get("why", "no reason given"))
        return answer

    async def steer(self, what: str, **body: Any) -> Word:
        return await self.ask("steer", what=what, **body)

    async def say(self, kind: str, **body: Any) -> None:
        """Say a word that nobody answers."""
        await self._send(json.dumps({"k": kind, "b": body}))

    async def until(self, wanted: Callable[[Word], bool], patience: float = PATIENCE) -> float:
        """When a word came that is wanted, whether it came already or comes now (perf_counter)."""
        ends = time.perf_counter() + patience
        seen = 0
        while time.perf_counter() < ends:
            for at, word in self.heard[seen:]:
                if wanted(word):
                    return at
            seen = len(self.heard)
            await asyncio.sleep(0.005)
        raise TimeoutError("What was waited for did not come.")

    async def sleep(self) -> None:
        """Lose the connection, as a phone in a pocket does."""
        self._asleep = True
        if self._socket is not None:
            await self._socket.close()
        if self._listening is not None:
            await self._listening
        self._up.clear()

    async def leave(self) -> None:
        await self.sleep()

    # ---- the connection

    async def _listen(self) -> None:
        pause = AGAIN[0]
        while not self._asleep:
            try:
                async with self._dial() as socket:
                    self._socket = socket
                    pause = AGAIN[0]
                    self.connections += 1
                    async for text in socket:
                        self._take(text)
            except (OSError, ConnectionClosed, InvalidHandshake, TimeoutError):
                pass
            self._socket = None
            self._up.clear()
            if not self._asleep:
                await asyncio.sleep(pause * (0.5 + secrets.randbelow(1000) / 1000))
                pause = min(2 * pause, AGAIN[1])

    def _dial(self):
        return connect(
            f"{self.address.replace('http', 'ws', 1)}/class/{self.code}/socket?since={self.n}&as={self.view}",
            origin=self.address,  # type: ignore[arg-type]
            additional_headers=self._sent(),
            max_size=None,
            open_timeout=PATIENCE,
            ping_interval=None,
            compression=None,
        )

    def _take(self, text: str | bytes) -> None:
        if not text:
            return
        now, word = time.perf_counter(), json.loads(text)
        if word["k"] == "hello":
            self.hello, self.n = word, word["n"]
            self._up.set()
            for said in list(self._unanswered.values()):
                asyncio.create_task(self._send(said))  # noqa: RUF006  it ends with the connection
        elif word["k"] == "answer":
            waiting = self._waiting.get(word["id"])
            if waiting is not None and not waiting.done():
                waiting.set_result(word)
        else:
            self.n = max(self.n, word.get("n", 0))
        if self.hear is not None:
            self.hear(now, word)
        else:
            self.heard.append((now, word))

    async def _send(self, text: str) -> None:
        if self._socket is not None:
            with suppress(ConnectionClosed):  # it is said again when the connection is back
                await self._socket.send(text)

    # ---- its browser

    def _browser(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(timeout=PATIENCE)

    async def _get(self, browser: httpx.AsyncClient, path: str) -> httpx.Response:
        page = await browser.get(f"{self.address}{path}", headers={**HTML, **self._sent()})
        self._keep(page)
        return page

    def _sent(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}

    def _keep(self, answer: httpx.Response) -> None:
        self.cookies.update({cookie.name: cookie.value or "" for cookie in answer.cookies.jar})


class Class:
    """A teacher and so many phones in a new class of an app."""

    def __init__(self, running: App):
        self.running = running
        self.teacher = Voice(running.address, "bar")
        self.phones: list[Voice] = []

    async def gather(self, many: int, view: str = "phone") -> None:
        if not self.teacher.code:
            await self.teacher.open_class()
            await self.teacher.connect()
        for start in range(0, many, TOGETHER):
            new = [Voice(self.running.address, view) for _ in range(min(TOGETHER, many - start))]
            await asyncio.gather(*(phone.join(self.teacher.code) for phone in new))
            await asyncio.gather(*(phone.connect() for phone in new))
            self.phones += new

    async def dismiss(self) -> None:
        await asyncio.gather(*(voice.leave() for voice in (self.teacher, *self.phones)))

    async def talk(self, seconds: float, every: float = 1.0, pointers: float = 10.0) -> dict[str, Any]:
        """The teacher shows something every so often and moves a hand; how soon everybody hears it, and what the app took for it."""
        said: dict[str, float] = {}  # address -> when
        events: list[float] = []
        hands: list[float] = []
        pointed: list[float] = []

        def hear(at: float, word: Word) -> None:
            if word["k"] == "show" and word["b"]["address"] in said:
                events.append(at - said[word["b"]["address"]])
            elif word["k"] == "pointer" and word["b"]:
                hands.append(at - pointed[int(word["b"]["codes"][0][0])])

        for phone in self.phones:
            phone.hear = hear

        async def show() -> None:
            for i in range(round(seconds / every)):
                address = f"kl?kl_mu={i % 30 / 10 - 1.5:g}&kl_log_sigma={i // 30 / 100:g}"
                said[address] = time.perf_counter()
                await self.teacher.ask("show", address=address)
                await asyncio.sleep(max(0.0, every - (time.perf_counter() - said[address])))

        async def point() -> None:
            for i in range(round(seconds * pointers)):
                pointed.append(time.perf_counter())
                await self.teacher.say("pointer", models=["mnist-vae-2d"], codes=[[i, 0]])
                await asyncio.sleep(1 / pointers)

        used, began = self.running.seconds(), time.perf_counter()
        await asyncio.gather(show(), point())
        took = time.perf_counter() - began
        await asyncio.sleep(1.0)
        share = (self.running.seconds() - used) / took
        for phone in self.phones:
            phone.hear = None
        return {
            "phones": len(self.phones),
            "event": spread(events) | {"arrived": len(events) / max(1, len(said) * len(self.phones))},
            "pointer": spread(hands) | {"arrived": len(hands) / max(1, len(pointed) * len(self.phones))},
            "server_cores": round(share, 3),
        }
