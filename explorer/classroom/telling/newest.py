"""What only its newest is of interest: where the teacher's hand is, how many have answered, who is here. None of it has a number or is kept.

Each is told seldom enough: the pointer 20 times a second, counts four times, who is here once. Processes on one PostgreSQL tell each other.
"""

import asyncio
import json
import secrets
from collections.abc import Callable
from typing import Any

from explorer.classroom.telling.beside import Beside
from explorer.classroom.telling.live import Live, Subscriber
from explorer.runs.store.classes import Classes

POINTING, COUNTING, SAYING, NOTING = 0.05, 0.25, 5.0, 60.0  # seconds between two
NOWHERE: dict[str, list] = {"models": [], "codes": []}  # a pointer that points at nothing
FORGET = 20.0  # seconds after which another process's count is not believed


class Newest:
    """The newest of each class, told to whoever is connected."""

    def __init__(self, beside: Beside, spreads: Callable[[], bool]):
        """`spreads` says whether other processes can hear this one."""
        self._beside, self._spreads = beside, spreads
        self._process = secrets.token_urlsafe(6)  # its name among the processes

    def point(self, live: Live, who: Subscriber, pointer: Any) -> None:
        """The teacher's hand is somewhere else."""
        live.tell("pointer", (who, pointer))
        self._seldom(live, "pointer", POINTING, lambda: self._point(live))

    def lift(self, live: Live, who: Subscriber) -> None:
        """Who pointed has gone, and the hand with them."""
        if (live.newest("pointer") or (None,))[0] is who:
            self.point(live, who, NOWHERE)

    def count(self, live: Live) -> None:
        """Have the votes of a round counted, soon."""
        self._seldom(live, "counts", COUNTING, lambda: self._beside.do(self._count(live)))

    def look(self, live: Live) -> None:
        """Tell who is here, and look at what may have been missed; once a second."""
        if live.tell("here", {"count": self._here(live), "drawn": len(live.room.state()["drawings"])}):
            live.wake()
        if (live.room.state()["ballot"] or {}).get("state") in ("open", "shut"):
            self.count(live)
        if self._spreads():
            said = f"{live.id} here {self._process} {len(live.members())}"
            self._seldom(live, "here", SAYING, lambda: self._beside.do(self._beside.ask(Classes.say, said)))
        if any(each.role == "teacher" for each in live.subscribers):
            self._seldom(live, "taught", NOTING, lambda: self._beside.do(self._beside.ask(Classes.taught, live.id)))

    def hear(self, live: Live, what: str, said: str) -> None:
        """What another process says, or this one."""
        process, _, rest = said.partition(" ")
        if what == "votes":
            self.count(live)
        elif process == self._process:
            return
        elif what == "here":
            live.elsewhere[process] = asyncio.get_running_loop().time(), int(rest)
        elif what == "pointer":
            live.tell("pointer", (process, json.loads(rest)))
            live.wake()

    def _point(self, live: Live) -> None:
        live.wake()
        if self._spreads() and not live.pointing:
            live.pointing = True
            self._beside.do(self._point_elsewhere(live))

    async def _point_elsewhere(self, live: Live) -> None:
        """Tell other processes, one word after the other, and always the newest."""
        said = None
        try:
            while (newest := live.newest("pointer")) is not said and isinstance(newest[0], Subscriber):
                said = newest
                await self._beside.ask(Classes.say, f"{live.id} pointer {self._process} {json.dumps(newest[1])}")
        finally:
            live.pointing = False

    async def _count(self, live: Live) -> None:
        ballot = live.room.state()["ballot"]
        if ballot is None:
            return
        counts = await self._beside.ask(Classes.counts, ballot["id"], ballot["round"])
        right = await self._beside.ask(Classes.right, ballot["id"])
        total = sum(counts.values())
        answered = {"answered": total, "of": max(total, self._here(live))}  # some have answered and left
        live.tell("counts", {"ballot": ballot["id"], "round": ballot["round"], "counts": counts, "right": right, **answered})
        live.wake()

    def _here(self, live: Live) -> int:
        """How many members are connected, here and at other processes."""
        now = asyncio.get_running_loop().time()
        return len(live.members()) + sum(count for when, count in live.elsewhere.values() if now - when < FORGET)

    def _seldom(self, live: Live, purpose: str, seconds: float, work: Callable[[], None]) -> None:
        """Do something now or, where it was done just now, a little later; once for all who ask meanwhile."""
        loop = asyncio.get_running_loop()
        now, last = loop.time(), live.done.get(purpose, -seconds)
        if last > now:
            return  # it is going to be done
        when = live.done[purpose] = max(now, last + seconds)
        if when == now:
            work()
        else:
            loop.call_at(when, work)
