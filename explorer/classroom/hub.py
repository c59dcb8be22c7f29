"""The classes that this process serves. What happens is in the store first; from there every process takes it, in order.

Whoever writes has this process look at once. Other processes hear of it on PostgreSQL (bus.py), and every class that somebody is connected to
is looked at once a second in any case: so a lost notification, a database that was away and a second process on SQLite are one and the same.

Streamlit's threads ask `seen`, and say things with `post` and `vote`.
"""

import asyncio
import functools
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from explorer.browser import assets
from explorer.classroom import chart, together
from explorer.classroom.live import Live, Subscriber
from explorer.classroom.room import Room, Word
from explorer.runs.store import Gone, StoreError
from explorer.runs.store.classes import REMOVED, Classes, Vote, classes

LOG = logging.getLogger("explorer.class")
THREADS = 8
LOOK = 1.0  # seconds between two looks at every class
REST = 5.0  # seconds, where the store cannot be reached
TOGETHER = 0.05  # seconds of votes that are written at once
COUNTING = 0.25  # seconds between two counts of a vote
POINTING = 0.05  # seconds between two places of the pointer
TAUGHT = 60.0  # seconds between two notes that the teacher is there
SNAPSHOT = 200  # events between two snapshots
FORGET = 20.0  # seconds after which another process's count is not believed
MOST_SOCKETS, MOST_OF_MEMBER, MOST_OF_TEACHER = 400, 5, 20
DENIED, NO_CLASS, ENDED, TOO_MANY = 4403, 4404, 4410, 4429


class Hub:
    """Rooms, whoever is connected to them, and what they are told."""

    def __init__(self, kept: Callable[[], Classes]):
        self._kept = kept
        self._lives: dict[str, Live] = {}
        self._read: OrderedDict[str, Room] = OrderedDict()  # for threads that ask, newest last
        self._reading = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._tasks: set[asyncio.Task] = set()
        self._votes: list[tuple[Vote, asyncio.Future[str]]] = []

    # --- the process

    async def start(self) -> None:
        """Serve classes in this event loop."""
        self._loop = asyncio.get_running_loop()
        self._pool = ThreadPoolExecutor(THREADS, "class")
        self._do(self._look())

    async def stop(self) -> None:
        """Leave off. Connections are the server's to close."""
        for task in tuple(self._tasks):
            task.cancel()
        self._loop = None
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
        self._lives.clear()

    async def ask(self, work: Callable[..., Any], *given: Any) -> Any:
        """What a function of the store says, in a thread of the classes' own."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work, *given)

    @property
    def kept(self) -> Classes:
        """The classes in the store."""
        return self._kept()

    def _do(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            LOG.error("The class failed", exc_info=error)

    # --- who is connected

    async def connect(self, class_id: str, who: Subscriber) -> Live:
        """Let somebody into a class. They are told its state first, then what happens."""
        live = self._lives.get(class_id)
        if live is None:
            room = await self.ask(room_of, self.kept, class_id)
            live = self._lives.setdefault(class_id, Live(class_id, room, assets.build()))
        own = [each for each in live.subscribers if each.owner == who.owner]
        if len(own) >= (MOST_OF_TEACHER if who.role == "teacher" else MOST_OF_MEMBER):
            own[0].close(TOO_MANY)
        if len(live.subscribers) >= MOST_SOCKETS:
            who.close(TOO_MANY)
        live.subscribers[who] = None
        try:
            await self.catch_up(live)
        except StoreError:
            self.leave(live, who)
            raise
        self._lead(live, who)
        return live

    def leave(self, live: Live, who: Subscriber) -> None:
        """Somebody's connection has ended."""
        live.subscribers.pop(who, None)
        live.meter.leave(who)
        self._let_go(live)
        if not live.subscribers:
            self._lives.pop(live.id, None)

    # --- what happens

    async def write(self, live: Live, work: Callable[..., Any], *given: Any) -> Any:
        """Do something to a class in the store, and tell everybody here."""
        said = await self.ask(work, *given)
        await self.catch_up(live)
        return said

    async def catch_up(self, live: Live) -> None:
        """Take what has happened in the store since."""
        async with live.catching_up:
            for word in await self.ask(self.kept.events, live.id, live.room.n):
                live.happened(Word(*word))
                self._heed(live, Word(*word))
            live.wake()
            if live.room.n - live.snapshot >= SNAPSHOT:
                live.snapshot = live.room.n
                await self.ask(self.kept.keep_snapshot, live.id, live.room.n, live.room.state())

    def _heed(self, live: Live, word: Word) -> None:
        """What an event asks of this process beside telling it."""
        if word.kind == "show":
            live.meter.lead(word.n, (each for each in live.subscribers if each.metered and not each.away))
            for each in live.subscribers:
                if not each.metered:
                    each.may_follow = word.n
            self._let_go(live)
        elif word.kind == "ballot":
            self.count(live)
        elif word.kind == "member-gone":
            for each in live.subscribers:
                if each.no == word.body["no"] and each.role == "member":
                    each.close(DENIED, REMOVED)
        elif word.kind == "end":
            for each in live.subscribers:
                each.close(ENDED)

    # --- leading

    def _lead(self, live: Live, who: Subscriber) -> None:
        """Let somebody follow to where the class is."""
        show = live.room.state()["show"]
        if show is None:
            return
        if who.metered:
            live.meter.n = show["n"]
            live.meter.add(who)
            self._let_go(live)
        else:
            who.may_follow = show["n"]

    def _let_go(self, live: Live) -> None:
        loop = asyncio.get_running_loop()
        for who in live.meter.next(loop.time()):
            assert isinstance(who, Subscriber)
            who.may_follow = live.meter.n
            who.woken.set()
        if (due := live.meter.due()) is not None:
            loop.call_at(due, self._let_go, live)

    def arrived(self, live: Live, who: Subscriber) -> None:
        """Somebody has followed: the next may."""
        live.meter.arrived(who)
        self._let_go(live)

    def away(self, live: Live, who: Subscriber, away: bool) -> None:
        """Somebody looks elsewhere, so nobody waits for them; or is back."""
        who.away = away
        live.meter.leave(who)
        if not away:
            self._lead(live, who)
        self._let_go(live)

    # --- what has no number

    def point(self, live: Live, who: Subscriber, pointer: Any) -> None:
        """The teacher's hand is somewhere else."""
        live.tell("pointer", (who, pointer))
        self._seldom(live, "pointer", POINTING, live.wake)

    async def vote(self, vote: Vote) -> str:
        """Count a vote, with all that come at the same time; a sentence where it is refused."""
        loop = asyncio.get_running_loop()
        said: asyncio.Future[str] = loop.create_future()
        self._votes.append((vote, said))
        if len(self._votes) == 1:
            loop.call_later(TOGETHER, lambda: self._do(self._write_votes()))
        return await said

    async def _write_votes(self) -> None:
        waiting, self._votes = self._votes, []
        try:
            said = await self.ask(self.kept.vote, [vote for vote, _ in waiting])
        except StoreError as error:
            said = [str(error)] * len(waiting)
        for (_, answer), why in zip(waiting, said, strict=True):
            if not answer.done():
                answer.set_result(why)
        ballots = {vote.ballot for vote, _ in waiting}
        for live in self._lives.values():
            if (live.room.state()["ballot"] or {}).get("id") in ballots:
                self.count(live)

    def count(self, live: Live) -> None:
        """Have the votes counted, soon."""
        self._seldom(live, "counts", COUNTING, lambda: self._do(self._count(live)))

    async def _count(self, live: Live) -> None:
        ballot = live.room.state()["ballot"]
        if ballot is None:
            return
        try:
            counts = await self.ask(self.kept.counts, ballot["id"], ballot["round"])
        except StoreError:
            return  # the next look counts again
        answered = {"answered": sum(counts.values()), "of": self.here(live)}
        live.tell("counts", {"ballot": ballot["id"], "round": ballot["round"], "counts": counts, **answered})
        live.wake()

    def here(self, live: Live) -> int:
        """How many members are connected, here and at other processes."""
        now = asyncio.get_running_loop().time()
        others = sum(count for when, count in live.elsewhere.values() if now - when < FORGET)
        return len(live.members()) + others

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

    # --- once a second

    async def _look(self) -> None:
        while True:
            try:
                await self._look_at_all()
                await asyncio.sleep(LOOK)
            except StoreError:
                await asyncio.sleep(REST)

    async def _look_at_all(self) -> None:
        lives = dict(self._lives)
        if not lives:
            return
        numbers = await self.ask(self.kept.numbers, list(lives))
        for class_id, live in lives.items():
            if class_id not in numbers:  # deleted
                for each in live.subscribers:
                    each.close(ENDED)
            elif numbers[class_id] > live.room.n:
                await self.catch_up(live)
            if chart.learning(live.room.state()["runs"]) and await self.ask(
                together.follow, self.kept, class_id, live.room.state()
            ):
                await self.catch_up(live)
            live.tell("here", {"count": self.here(live), "drawn": len(live.room.state()["drawings"])})
            if (live.room.state()["ballot"] or {}).get("state") in ("open", "shut"):
                self.count(live)
            live.wake()
            if any(each.role == "teacher" for each in live.subscribers):
                self._seldom(live, "taught", TAUGHT, functools.partial(self._note, class_id))

    def _note(self, class_id: str) -> None:
        self._do(self.ask(self.kept.taught, class_id))

    # --- for threads

    def seen(self, class_id: str) -> Room:
        """The newest room of a class, from any thread; Gone where there is none."""
        live = self._lives.get(class_id)
        with self._reading:
            known = self._read.get(class_id)
        if live is not None and (known is None or live.room.n > known.n):
            known = live.room
        try:
            room = room_of(self.kept, class_id, known)
        except Gone:
            raise
        except StoreError:
            if live is None:
                raise
            return live.room
        with self._reading:
            self._read[class_id] = room
            self._read.move_to_end(class_id)
            while len(self._read) > 64:
                self._read.popitem(last=False)
        return room

    def present(self, class_id: str) -> int:
        """How many members are connected, as it was told last, from any thread."""
        live = self._lives.get(class_id)
        return int(((live and live.newest("here")) or {"count": 0})["count"])

    def post(self, class_id: str, kind: str, body: Any) -> int:
        """Have an event happen in a class, from any thread. StoreError where it cannot."""
        n = self.kept.emit(class_id, kind, body)
        self.after(class_id)
        return n

    def count_vote(self, class_id: str, vote: Vote) -> str:
        """Count one vote, from any thread; a sentence where it is refused."""
        (why,) = self.kept.vote([vote])
        self.after(class_id)
        return why

    def after(self, class_id: str) -> None:
        """Something was written: look at that class now. From any thread; nothing happens where nobody is connected."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._notice, class_id)

    def _notice(self, class_id: str) -> None:
        live = self._lives.get(class_id)
        if live is not None:
            self._do(self._notice_now(live))

    async def _notice_now(self, live: Live) -> None:
        try:
            await self.catch_up(live)
        except StoreError:
            return  # the next look sees it
        if live.room.state()["ballot"] is not None:
            self.count(live)


def room_of(kept: Classes, class_id: str, known: Room | None = None) -> Room:
    """The newest room of a class: one that is known already, or the newest snapshot, with the events after it. Gone."""
    if known is None:
        n, state = kept.snapshot(class_id)
        known = Room() if state is None else Room(n, state)
    happened = kept.events(class_id, known.n)
    if not happened:
        kept.get(class_id)
    for word in happened:
        known = known.apply(word.kind, word.body, word.n)
    return known


HUB = Hub(classes)
seen, present, post, vote, after = HUB.seen, HUB.present, HUB.post, HUB.count_vote, HUB.after
