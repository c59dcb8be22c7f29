"""The one connection of a browser with its class: GET <base>/class/CODE/socket, a WebSocket.

Who somebody is, the server decides when they connect: the cookie says which browser it is, and the class whether that is its teacher. What kind
of view it is (`as`) gives no rights. A browser says Origin, and it must be this host's: SameSite does not keep another port of this host out.
"""

import asyncio
import json
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from typing import Any, cast, get_args
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from explorer.browser.assets import base
from explorer.classroom import nicknames
from explorer.classroom.guard import LARGEST_DRAWING, MALFORMED, SLOW, Refused, read
from explorer.classroom.hub import DENIED, HUB, NO_CLASS, TOO_MANY, Hub
from explorer.classroom.obey import obey
from explorer.classroom.rates import Guesses, Rate
from explorer.classroom.room import View
from explorer.classroom.telling.live import NOBODY, Live, Subscriber
from explorer.page import owners
from explorer.runs.store import Denied, Gone, StoreError
from explorer.runs.store.classes import Class, Classes, Member
from vae.errors import VaeError

COOKIE = "latent_class"  # the code of the class that this browser is in
LOG = logging.getLogger("explorer.class")
SILENCE = 15.0  # seconds after which an empty frame says that the connection lives
TOO_LARGE, NO_TEXT, FAILED, LATER = 1009, 1003, 1011, 1013
ANSWERS = 4_096  # newest answers that are kept, for words that come twice
NO_COOKIES = "This browser keeps no cookies, and without one a class cannot know it again. Allow cookies for this page."
TOO_MANY_GUESSES = "Too many wrong codes came from this network. Wait a minute, then try again."
TEACHER_RATE, MEMBER_RATE = (100.0, 200.0), (20.0, 40.0)
TOO_FAST = "This came too fast after the others. Wait a moment, then try again."

guesses = Guesses()
_answers: OrderedDict[tuple[str, str, str], dict[str, Any]] = OrderedDict()  # class, browser, word -> its answer


def same_origin(connection: HTTPConnection) -> bool:
    """Whether a page of this very host asks, as its browser says."""
    return urlsplit(connection.headers.get("origin", "")).netloc == connection.headers.get("host", "") != ""


def address_of(connection: HTTPConnection) -> str:
    """The network address that asks."""
    return connection.client.host if connection.client else ""


@contextmanager
def guessing(connection: HTTPConnection, *wrong: type[StoreError]) -> Iterator[bool]:
    """Whether who asks may still guess. An error of those kinds is a wrong guess; after too many of them nobody learns whether one was right."""
    address, now = address_of(connection), time.monotonic()
    may_guess = guesses.open(address, now)
    try:
        yield may_guess
    except wrong:
        guesses.wrong(address, now)
        if not may_guess:
            raise Denied(TOO_MANY_GUESSES) from None
        raise


def admitted(kept: Classes, code: str, owner: str, may_guess: bool, names: Callable[[str], str]) -> tuple[Class, Member | None]:
    """The open class with that code, and who asks as its member; none for a teacher. Whoever is not in the class yet joins it.

    Gone where there is no such class, Denied where there may be one but not for who asks. `names` says how members of a class are named.
    """
    found = kept.find(code)
    member = kept.member(found.id, owner)
    if found.owner == owner or (member is not None and member.teacher):
        return found, None
    if member is None and not may_guess:
        raise Denied(TOO_MANY_GUESSES)
    if member is not None and member.nick:
        return found, kept.join(found.id, owner, _nameless)
    named = nicknames.drawn if names(found.id) == "drawn" else _nameless
    joined = kept.join(found.id, owner, named)
    if joined.nick or named is _nameless:
        return found, joined
    kept.rename(found.id, joined.no, named)  # names came later than the member
    return found, kept.join(found.id, owner, named)


def _nameless(taken: Collection[str]) -> str:
    return ""


async def enter(hub: Hub, connection: WebSocket) -> tuple[Live, Subscriber]:
    """Let who asks into the class whose code the address has."""
    owner = owners.asks(connection.cookies)
    if owner is None:
        raise Denied(NO_COOKIES)
    with guessing(connection, Gone) as may_guess:
        found, member = await hub.ask(admitted, connection.path_params["code"], owner, may_guess, hub.names)
    said = connection.query_params.get("as", "page")
    view = cast(View, said if said in get_args(View) else "page")
    who = Subscriber("member" if member else "teacher", view, owner, member or NOBODY)
    live = await hub.connect(found.id, who)
    try:
        if member and (ballot := live.room.state()["ballot"]):
            who.votes = {ballot["id"]: await hub.ask(Classes.choices, ballot["id"], who.member)}
    except BaseException:
        hub.leave(live, who)
        raise
    return live, who


async def socket(connection: WebSocket) -> None:
    """Serve one connection from its first frame to its last."""
    hub = HUB
    if not same_origin(connection):
        await connection.close()  # before it is accepted: 403
        return
    await connection.accept()
    try:
        live, who = await enter(hub, connection)
    except Gone as error:
        await _close(connection, NO_CLASS, str(error))
        return
    except Denied as error:
        await _close(connection, TOO_MANY if str(error) == TOO_MANY_GUESSES else DENIED, str(error))
        return
    except StoreError as error:
        await _close(connection, LATER, str(error))
        return
    sending = asyncio.create_task(_send(connection, live, who))
    receiving = asyncio.create_task(_receive(connection, hub, live, who))
    try:
        await asyncio.wait((sending, receiving), return_when=asyncio.FIRST_COMPLETED)
    finally:
        hub.leave(live, who)
        sending.cancel()
        if not who.answering:  # a word that is being obeyed is obeyed to its end
            receiving.cancel()
        for ended in await asyncio.gather(sending, receiving, return_exceptions=True):
            if isinstance(ended, Exception) and not isinstance(ended, WebSocketDisconnect | OSError):
                LOG.error("A connection of a class failed", exc_info=ended)
        await _close(connection, FAILED)


async def _send(connection: WebSocket, live: Live, who: Subscriber) -> None:
    """Whatever is new for them, as fast as they take it."""
    while True:
        who.woken.clear()
        for frame in live.news(who):
            await connection.send_text(frame)
        if who.closing:
            await _close(connection, *who.closing)
            return
        try:
            async with asyncio.timeout(SILENCE):
                await who.woken.wait()
        except TimeoutError:
            await connection.send_text("")


async def _receive(connection: WebSocket, hub: Hub, live: Live, who: Subscriber) -> None:
    """One word after the other, each answered before the next is read."""
    rate = Rate(*(TEACHER_RATE if who.role == "teacher" else MEMBER_RATE))
    while True:
        message = await connection.receive()
        if message["type"] != "websocket.receive":
            return
        text = message.get("text")
        if text is None or len(text) > LARGEST_DRAWING:
            await _close(connection, NO_TEXT if text is None else TOO_LARGE)
            return
        if not rate.takes(time.monotonic()):
            await _close(connection, TOO_MANY)
            return
        who.answering = True
        answer = await _answer(hub, live, who, text) if text else None
        if answer is not None:
            with suppress(RuntimeError):  # the connection has just been ended
                await connection.send_text(json.dumps(answer, ensure_ascii=False))  # before what it did is told
        who.answering = False


async def _answer(hub: Hub, live: Live, who: Subscriber, text: str) -> dict[str, Any] | None:
    """What to say to a word: a word that was obeyed before is not obeyed again."""
    try:
        said = read(text, who.role)
    except Refused as refusal:
        return _no(refusal.word, str(refusal))
    key = live.id, who.owner, said.id
    if said.id and key in _answers:
        return _answers[key]
    if said.kind in SLOW and not live.may_write(who.member, time.monotonic()):
        return _no(said.id, TOO_FAST)
    try:
        body = await obey(hub, live, who, said)
    except (Refused, VaeError) as refusal:
        return _no(said.id, str(refusal))
    except Exception:
        LOG.exception("A word failed: %s", said.kind)
        return _no(said.id, MALFORMED)
    answer = {"k": "answer", "id": said.id, "ok": True, "why": "", "b": body}
    if not said.id:
        return None
    _answers[key] = answer
    while len(_answers) > ANSWERS:
        _answers.popitem(last=False)
    return answer


def _no(word: str, why: str) -> dict[str, Any]:
    return {"k": "answer", "id": word, "ok": False, "why": why, "b": {}}


async def _close(connection: WebSocket, code: int, why: str = "") -> None:
    with suppress(RuntimeError, OSError, WebSocketDisconnect):
        await connection.close(code, why.encode()[:120].decode(errors="ignore"))  # a close frame holds 123 bytes


def routes() -> list[WebSocketRoute]:
    """What app.py adds to Streamlit's own routes."""
    return [WebSocketRoute(f"{base()}/class/{{code}}/socket", socket)]
