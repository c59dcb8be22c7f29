"""What each word does. Each function gets the hub, the class, who says it, and the checked word; it returns what the answer says beside "yes"."""

import functools
from collections.abc import Awaitable, Callable
from typing import Any

from explorer.classroom import nicknames
from explorer.classroom.guard import Refused, Said
from explorer.classroom.hub import Hub
from explorer.classroom.room import EMPTY
from explorer.classroom.telling import leading
from explorer.classroom.telling.live import Live, Subscriber
from explorer.classroom.together import chart, doing
from explorer.runs.store.classes import Classes, Vote

NOT_ASKED = "The class does not take this at the moment."
GONE = "This is not there, or no longer."

Body = dict[str, Any]
Do = tuple[Any, ...]  # a method of Classes, and what it is given between the class's id and the word's

MAP: Body = {"on": False, "models": ["mnist-ae-2d", "mnist-vae-2d"], "label": None, "accepts": False, "approve": False}
USUAL: dict[str, Body] = {
    "settings": {},
    "follow": dict(EMPTY["follow"]),
    "map": MAP,
}  # what is steered in parts, and told as a whole


async def obey(hub: Hub, live: Live, who: Subscriber, said: Said) -> Body:
    """Do what a word says. Refused or StoreError, with a sentence, where it cannot be done."""
    return await WORDS[said.kind](hub, live, who, said) or {}


async def _show(hub: Hub, live: Live, who: Subscriber, said: Said) -> Body:
    return {"n": await hub.write(live, Classes.emit, live.id, "show", said.body, said.id or None)}


async def _pointer(hub: Hub, live: Live, who: Subscriber, said: Said) -> None:
    hub.newest.point(live, who, said.body)


async def _steer(hub: Hub, live: Live, who: Subscriber, said: Said) -> Body:
    what, word = said.body["what"], said.id or None
    body = {name: value for name, value in said.body.items() if name != "what"}
    work, *given = STEERS.get(what, _told)(live, what, body)
    return {"n": await hub.write(live, work, live.id, *given, word)}


def _told(live: Live, what: str, body: Body) -> Do:
    return Classes.emit, what, body


def _whole(live: Live, what: str, body: Body) -> Do:
    return Classes.change, what, lambda before: {**USUAL[what], **before, **body}


def _chart(live: Live, what: str, body: Body) -> Do:
    return Classes.change, what, lambda before: chart.steered(before, body)


def _ballot(live: Live, what: str, body: Body) -> Do:
    if body["do"] == "open":
        return Classes.put, body["topic"], body["question"], body["options"], body["right"]
    return Classes.step, body["do"], body.get("seconds", 0)


def _drawing(live: Live, what: str, body: Body) -> Do:
    drawn = live.room.state()["drawings"].get(body["id"])
    if drawn is None:
        raise Refused(GONE)
    return Classes.show_drawing, {**drawn, "id": body["id"]}, body["shown"]


async def _vote(hub: Hub, live: Live, who: Subscriber, said: Said) -> None:
    vote = Vote(member=who.member, **said.body)
    if why := await hub.voting.vote(vote):
        raise Refused(why)
    hub.chose(live, vote, but=who)


async def _nick(hub: Hub, live: Live, who: Subscriber, said: Said) -> Body:
    if live.room.state()["settings"]["names"] != "chosen":
        raise Refused(NOT_ASKED)
    named = functools.partial(nicknames.chosen, said.body["name"])
    return {"n": await hub.write(live, Classes.rename, live.id, who.no, named, said.id or None)}


async def _draw(hub: Hub, live: Live, who: Subscriber, said: Said) -> Body:
    given = (live.room.state(), who.me, said.body, said.id or None)
    return {"n": await hub.write(live, doing.draw, live.id, *given)}


async def _run(hub: Hub, live: Live, who: Subscriber, said: Said) -> Body:
    given = (live.room.state(), who.me, who.owner, said.body["value"], said.id or None)
    return {"n": await hub.write(live, doing.train, live.id, *given)}


async def _undraw(hub: Hub, live: Live, who: Subscriber, said: Said) -> Body:
    return {"n": await hub.write(live, Classes.undraw, live.id, said.body["drawing"], who.member, said.id or None)}


async def _arrived(hub: Hub, live: Live, who: Subscriber, said: Said) -> None:
    leading.arrived(live, who)


async def _away(hub: Hub, live: Live, who: Subscriber, said: Said) -> None:
    leading.away(live, who, said.body["away"])


# What a teacher steers -> what is done to the class in the store, and what with; all else is told as it was said.
STEERS: dict[str, Callable[[Live, str, Body], Do]] = {
    **dict.fromkeys(USUAL, _whole),
    "chart": _chart,
    "ballot": _ballot,
    "drawing": _drawing,
    "member": lambda live, what, body: (Classes.rename, body["no"], functools.partial(nicknames.chosen, body["name"])),
    "drawing-gone": lambda live, what, body: (Classes.undraw, body["id"], None),
    "member-gone": lambda live, what, body: (Classes.remove, body["no"]),
    "end": lambda live, what, body: (Classes.end,),
}

WORDS: dict[str, Callable[[Hub, Live, Subscriber, Said], Awaitable[Body | None]]] = {
    "show": _show,
    "pointer": _pointer,
    "steer": _steer,
    "vote": _vote,
    "draw": _draw,
    "undraw": _undraw,
    "nick": _nick,
    "run": _run,
    "arrived": _arrived,
    "away": _away,
}
