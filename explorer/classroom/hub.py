"""The classes that this process serves. What happens is in the store first; from there every process takes it, in order.

Whoever writes has this process look at once. Other processes hear of it on PostgreSQL (telling/bus.py), and every class that somebody is connected to
is looked at once a second in any case: a lost notification, a database that was away and a second process on SQLite come to the same.

Streamlit's threads ask `seen`, and say things with `post` and `vote`, or write to the store themselves and call `after`.
"""

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from explorer.browser import assets
from explorer.classroom.room import Room, Word
from explorer.classroom.telling import leading
from explorer.classroom.telling.beside import LOG, Beside
from explorer.classroom.telling.bus import Bus
from explorer.classroom.telling.live import Live, Subscriber
from explorer.classroom.telling.newest import Newest
from explorer.classroom.telling.voting import Voting
from explorer.classroom.together import chart, doing
from explorer.runs.store import Gone, StoreError
from explorer.runs.store.class_members import REMOVED
from explorer.runs.store.classes import Classes, Vote, classes

LOOK = 1.0  # seconds between two looks at every class
REST = 5.0  # seconds, where the store cannot be reached
SNAPSHOT = 200  # events between two snapshots
READ = 64  # rooms that are kept for threads that ask
MOST_SOCKETS, MOST_OF_MEMBER, MOST_OF_TEACHER = 400, 5, 20
DENIED, NO_CLASS, ENDED, TOO_MANY = 4403, 4404, 4410, 4429


class Hub:
    """Rooms, whoever is connected to them, and what they are told."""

    def __init__(self, kept: Callable[[], Classes]):
        self._lives: dict[str, Live] = {}
        self._read: OrderedDict[str, Room] = OrderedDict()
        self._reading = threading.Lock()
        self._beside = Beside(kept)
        self._bus: Bus | None = None
        self.ask = self._beside.ask
        self.newest = Newest(self._beside, lambda: self._bus is not None and self._bus.hears)
        self.voting = Voting(self._beside, self._voted)

    async def start(self) -> None:
        """Serve classes in this event loop."""
        self._beside.start()
        self._bus = Bus(self._beside.kept, lambda said: self._beside.from_thread(self._hear, said))
        self._bus.start()
        self._beside.do(self._look())

    async def stop(self) -> None:
        """Leave off, and leave no thread behind. Connections are the server's to close."""
        bus, self._bus = self._bus, None
        if bus is not None:
            await asyncio.to_thread(bus.stop)
        await self._beside.stop()
        self._lives.clear()

    # --- who is connected

    async def connect(self, class_id: str, who: Subscriber) -> Live:
        """Let somebody into a class. They are told its state first, then what happens."""
        if class_id not in self._lives:
            room = await self.ask(room_of, class_id)
            self._lives.setdefault(class_id, Live(class_id, room, assets.build()))
        live = self._lives[class_id]
        own = [each for each in live.subscribers if each.owner == who.owner and not each.closing]
        if len(own) >= (MOST_OF_TEACHER if who.role == "teacher" else MOST_OF_MEMBER):
            own[0].close(TOO_MANY)  # the oldest is probably dead
        if who.role == "member" and sum(each.role == "member" for each in live.subscribers) >= MOST_SOCKETS:
            who.close(TOO_MANY)  # a teacher always gets in
        live.subscribers[who] = None
        try:
            await self.catch_up(live)
            leading.come(live, who)
        except BaseException:
            self.leave(live, who)
            raise
        return live

    def leave(self, live: Live, who: Subscriber) -> None:
        """Somebody's connection has ended."""
        live.subscribers.pop(who, None)
        leading.left(live, who)
        self.newest.lift(live, who)
        if not live.subscribers and self._lives.get(live.id) is live:
            del self._lives[live.id]

    # --- what happens

    async def write(self, live: Live, work: Callable[..., Any], *given: Any) -> Any:
        """Do something to a class in the store, and tell everybody here. What was done is not refused because it cannot be read at once."""
        said = await self.ask(work, *given)
        with suppress(StoreError):
            await self.catch_up(live)
        return said

    async def catch_up(self, live: Live) -> None:
        """Take what has happened in the store until now. Of several who ask meanwhile, one reads for all."""
        live.behind = True
        async with live.catching_up:
            if not live.behind:
                return
            live.behind = False
            try:
                happened = await self.ask(Classes.events, live.id, live.room.n)
            except BaseException:
                live.behind = True
                raise
            for event in happened:
                live.happened(Word(*event))
                self._heed(live, Word(*event))
            if happened:
                live.wake()
            if live.room.n - live.snapshot >= SNAPSHOT:
                live.snapshot = live.room.n
                self._beside.do(self.ask(Classes.keep_snapshot, live.id, live.room.n, live.room.state()))

    def _heed(self, live: Live, word: Word) -> None:
        """What an event asks of this process beside telling it."""
        if word.kind == "show":
            leading.show(live, word.n)
        elif word.kind == "ballot":
            self.newest.count(live)
        elif word.kind == "member":
            for each in live.subscribers:
                if each.no == word.body["no"]:
                    each.me = each.me._replace(nick=word.body["name"])
        elif word.kind == "member-gone":
            for each in live.subscribers:
                if each.no == word.body["no"] and each.role == "member":
                    each.close(DENIED, REMOVED)
        elif word.kind == "end":
            for each in live.subscribers:
                each.close(ENDED)

    def chose(self, live: Live, vote: Vote, but: Subscriber | None = None) -> None:
        """A member has voted: its windows are told, but for the one that said so."""
        for each in live.subscribers:
            if each.member == vote.member and each is not but:
                each.chose(vote)

    def _voted(self, ballots: set[str]) -> None:
        for live in self._lives.values():
            if (live.room.state()["ballot"] or {}).get("id") in ballots:
                self.newest.count(live)

    async def _look(self) -> None:
        while True:
            try:
                await self._look_at_all()
                await asyncio.sleep(LOOK)
            except StoreError:
                await asyncio.sleep(REST)
            except Exception:
                LOG.exception("The class failed")
                await asyncio.sleep(LOOK)

    async def _look_at_all(self) -> None:
        """Take what this process was not told of."""
        lives = tuple(self._lives.values())
        numbers = await self.ask(Classes.numbers, [live.id for live in lives]) if lives else {}
        for live in lives:
            try:
                await self._look_at(live, numbers.get(live.id))
            except StoreError:
                continue  # its next look may come to more; if the database is away, the next look at all says so
            except Exception:
                LOG.exception("A class failed")

    async def _look_at(self, live: Live, n: int | None) -> None:
        """Take what happened in one class until its event `n`; None where it was deleted."""
        if n is None:
            for each in live.subscribers:
                each.close(ENDED)
            return
        if n > live.room.n:
            await self.catch_up(live)
        self.newest.look(live)
        room = live.room
        state = room.state()
        if chart.learning(state["runs"]) and not state["ended"] and await self.ask(doing.follow, live.id, room.n, state):
            await self.catch_up(live)

    # --- for threads, and from other processes

    def seen(self, class_id: str) -> Room:
        """The newest room of a class, from any thread; Gone where there is none."""
        live = self._lives.get(class_id)
        with self._reading:
            known = self._read.get(class_id)
        if live is not None and (known is None or live.room.n > known.n):
            known = live.room
        try:
            room = room_of(self._beside.kept(), class_id, known)
        except Gone:
            raise
        except StoreError:
            if live is None:
                raise
            return live.room
        with self._reading:
            self._read[class_id] = room
            self._read.move_to_end(class_id)
            while len(self._read) > READ:
                self._read.popitem(last=False)
        return room

    def names(self, class_id: str) -> str:
        """How the members of a class are named, from any thread."""
        return str(self.seen(class_id).state()["settings"]["names"])

    def present(self, class_id: str) -> int:
        """How many members are connected, as it was told last, from any thread."""
        live = self._lives.get(class_id)
        return int(((live and live.newest("here")) or {"count": 0})["count"])

    def post(self, class_id: str, kind: str, body: Any) -> int:
        """Have an event happen in a class, from any thread. StoreError where it cannot."""
        n = self._beside.kept().emit(class_id, kind, body)
        self.after(class_id)
        return n

    def vote(self, class_id: str, vote: Vote) -> str:
        """Count one vote, from any thread; a sentence where it is refused."""
        (why,) = self._beside.kept().vote([vote])
        if not why:
            self._beside.from_thread(self._chose, class_id, vote)
        self.after(class_id)
        return why

    def _chose(self, class_id: str, vote: Vote) -> None:
        if (live := self._lives.get(class_id)) is not None:
            self.chose(live, vote)

    def after(self, class_id: str) -> None:
        """Something was written: look at that class now. From any thread; nothing happens where nobody is connected."""
        self._beside.from_thread(self._notice, class_id)

    def _hear(self, said: str) -> None:
        """What a process has said of a class; "" where something may have been missed."""
        class_id, _, rest = said.partition(" ")
        what, _, rest = rest.partition(" ")
        live = self._lives.get(class_id)
        if not said:
            for each in self._lives:
                self._notice(each)
        elif live is None or (what.isdecimal() and int(what) <= live.room.n):
            return
        elif what.isdecimal() or what == "gone":
            self._notice(class_id)
        else:
            self.newest.hear(live, what, rest)

    def _notice(self, class_id: str) -> None:
        live = self._lives.get(class_id)
        if live is not None:
            self._beside.do(self.catch_up(live))
            if live.room.state()["ballot"] is not None:
                self.newest.count(live)


def room_of(kept: Classes, class_id: str, known: Room | None = None) -> Room:
    """The newest room of a class: one that is known already, or the newest snapshot, with the events after it. Gone."""
    room = known or _snapshot(kept, class_id)
    happened = kept.events(class_id, room.n)
    if not happened:
        kept.get(class_id)
    for event in happened:
        room = room.apply(event.kind, event.body, event.n)
    if known is None and len(happened) >= SNAPSHOT:
        with suppress(StoreError):  # a database that cannot be written can still be read
            kept.keep_snapshot(class_id, room.n, room.state())
    return room


def _snapshot(kept: Classes, class_id: str) -> Room:
    n, state = kept.snapshot(class_id)
    return Room() if state is None else Room(n, state)


HUB = Hub(classes)
seen, present, post, vote, after = HUB.seen, HUB.present, HUB.post, HUB.vote, HUB.after
