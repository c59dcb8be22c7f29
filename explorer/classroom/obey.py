"""What each word does. Each function gets the hub, the class, who says it, and the checked word; it returns what the answer says beside "yes"."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from explorer.classroom import chart, together
from explorer.classroom.guard import Refused, Said, whole
from explorer.classroom.hub import Hub
from explorer.classroom.live import Live, Subscriber
from explorer.runs.store.classes import Member, Vote

NOT_ASKED = "The class does not take this at the moment."
GONE = "This is not there, or no longer."

Body = dict[str, Any]

MAP: Body = {"on": False, "models": ["mnist-ae-2d", "mnist-vae-2d"], "label": None, "accepts": False, "approve": False}
CHART: Body = {"on": False, "question": "beta", "offers": [], "budget": 20_000}
USUAL: dict[str, Body] = {
    "settings": {},
    "follow": {},
    "map": MAP,
    "chart": CHART,
}  # what is steered in parts, and told as a whole


async def obey(hub: Hub, live: Live, who: Subscriber, said: Said) -> Body:
    """Do what a word says. Refused or StoreError, with a sentence, where it cannot be done."""
    return await WORDS[said.kind](hub, live, who, said) or {}


async def _show(hub: Hub, live: Live, who: Subscriber, said: Said) -> Body:
    return {"n": await hub.write(live, hub.kept.emit, live.id, "show", said.body, said.id or None)}


async def _pointer(hub: Hub, live: Live, who: Subscriber, said: Said) -> None:
    hub.point(live, who, said.body)


async def _steer(hub: Hub, live: Live, who: Subscriber, said: Said) -> Body:
    what, body, word, kept = said.body["what"], _without_what(said.body), said.id or None, hub.kept
    if what in USUAL:
        all_of_it = whole(live.room.state()[what], USUAL[what], body)
        if what == "chart":
            all_of_it = _chart(live.room.state()["chart"], all_of_it)
        return {"n": await hub.write(live, kept.emit, live.id, what, all_of_it, word)}
    if what == "ballot":
        do = body["do"]
        if do == "open":
            given = (body[name] for name in ("topic", "question", "options", "right"))
            return {"n": await hub.write(live, kept.put, live.id, *given, word)}
        return {"n": await hub.write(live, kept.step, live.id, do, body.get("seconds", 0), word)}
    if what == "drawing":
        drawn = live.room.state()["drawings"].get(body["id"])
        if drawn is None:
            raise Refused(GONE)
        return {"n": await hub.write(live, kept.show_drawing, live.id, {**drawn, "id": body["id"]}, body["shown"], word)}
    if what == "drawing-gone":
        return {"n": await hub.write(live, kept.undraw, live.id, body["id"], None, word)}
    if what == "member-gone":
        return {"n": await hub.write(live, kept.remove, live.id, body["no"], word)}
    if what == "end":
        return {"n": await hub.write(live, kept.end, live.id, word)}
    return {"n": await hub.write(live, kept.emit, live.id, what, body, word)}


def _chart(before: Mapping[str, Any] | None, said: Body) -> Body:
    """The chart that is asked for: another question comes with its usual offers."""
    another = before is None or said["question"] != before["question"]
    same = before is not None and said["offers"] == before["offers"]
    offers = None if not said["offers"] or (another and same) else said["offers"]
    return {**chart.opened(said["question"], offers), "on": said["on"]}


async def _vote(hub: Hub, live: Live, who: Subscriber, said: Said) -> None:
    if why := await hub.vote(Vote(member=who.member, **said.body)):
        raise Refused(why)


async def _draw(hub: Hub, live: Live, who: Subscriber, said: Said) -> Body:
    given = (live.room.state(), _member(who), said.body, said.id or None)
    return {"n": await hub.write(live, together.draw, hub.kept, live.id, *given)}


async def _run(hub: Hub, live: Live, who: Subscriber, said: Said) -> Body:
    given = (live.room.state(), _member(who), who.owner, said.body["value"], said.id or None)
    return {"n": await hub.write(live, together.train, hub.kept, live.id, *given)}


def _member(who: Subscriber) -> Member:
    return Member(who.member, who.no, who.name, teacher=False, removed=False)


async def _undraw(hub: Hub, live: Live, who: Subscriber, said: Said) -> Body:
    return {"n": await hub.write(live, hub.kept.undraw, live.id, said.body["drawing"], who.member, said.id or None)}


async def _arrived(hub: Hub, live: Live, who: Subscriber, said: Said) -> None:
    hub.arrived(live, who)


async def _away(hub: Hub, live: Live, who: Subscriber, said: Said) -> None:
    hub.away(live, who, said.body["away"])


async def _not_asked(hub: Hub, live: Live, who: Subscriber, said: Said) -> None:
    raise Refused(NOT_ASKED)


def _without_what(body: Body) -> Body:
    return {name: value for name, value in body.items() if name != "what"}


WORDS: dict[str, Callable[[Hub, Live, Subscriber, Said], Awaitable[Body | None]]] = {
    "show": _show,
    "pointer": _pointer,
    "steer": _steer,
    "vote": _vote,
    "draw": _draw,
    "undraw": _undraw,
    "nick": _not_asked,
    "run": _run,
    "arrived": _arrived,
    "away": _away,
}
