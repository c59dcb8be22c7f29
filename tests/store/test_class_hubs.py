"""Two processes that serve one class, as two hubs on one database: what happens at one is told at the other."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from own_loop import complete
from sqlalchemy import text

from explorer.classroom import hub as hubs
from explorer.classroom.hub import Hub
from explorer.classroom.room import EMPTY, Room
from explorer.classroom.telling.live import Live, Subscriber
from explorer.runs.store import StoreError
from explorer.runs.store.classes import Class, Classes, Vote

PATIENCE = 10.0
OPTIONS = [{"key": key, "text": key.upper()} for key in "ab"]


class Listener:
    """Somebody at one of the processes, and what they heard."""

    def __init__(self, hub: Hub, live: Live, who: Subscriber):
        self.hub, self.live, self.who, self.heard = hub, live, who, []

    async def hear(self, wanted: Callable[[dict], bool]) -> dict:
        """The next word that is wanted."""
        async with asyncio.timeout(PATIENCE):
            while True:
                self.who.woken.clear()
                self.heard += map(json.loads, self.live.news(self.who))
                while self.heard:
                    if wanted(word := self.heard.pop(0)):
                        return word
                await self.who.woken.wait()


class Two:
    """Two hubs, and a teacher at the one and a member at the other."""

    def __init__(self, stores: list[Classes], found: Class):
        self.stores, self.found = stores, found
        self.hubs = [Hub(lambda kept=kept: kept) for kept in stores]
        self.teacher = self.member = None

    async def begin(self) -> None:
        for hub in self.hubs:
            await hub.start()
        self.teacher = await self.enter(0, Subscriber("teacher", "bar", "teacher"))
        ann = self.stores[1].join(self.found.id, "ann", lambda taken: "")
        self.member = await self.enter(1, Subscriber("member", "phone", "ann", ann))

    async def enter(self, place: int, who: Subscriber) -> Listener:
        listener = Listener(self.hubs[place], await self.hubs[place].connect(self.found.id, who), who)
        await listener.hear(lambda word: word["k"] == "hello")
        return listener

    async def hear_each_other(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while not all(hub._bus.hears for hub in self.hubs):
                await asyncio.sleep(0.01)


@pytest.fixture
def two(url, another):
    stores = [Classes(another()) for _ in range(2)]
    found = stores[0].open("teacher", str, dict(EMPTY["settings"]))

    @asynccontextmanager
    async def both() -> AsyncIterator[Two]:
        two = Two(stores, found)
        await two.begin()
        try:
            yield two
        finally:
            for hub in two.hubs:
                await hub.stop()
        assert [thread.name for thread in threading.enumerate() if thread.name.startswith("class")] == []

    return both


@pytest.fixture
def spread(url) -> None:
    """Only where processes can tell each other."""
    if not url.startswith("postgresql"):
        pytest.skip("SQLite tells nobody")


def test_what_happens_at_one_process_is_told_at_the_other_within_its_next_look(two, monkeypatch):
    monkeypatch.setattr(hubs, "LOOK", 0.05)

    async def steps():
        async with two() as both:
            for i in range(3):
                await both.hubs[0].write(both.teacher.live, Classes.emit, both.found.id, "show", {"address": f"kl?i={i}"})
            shown = [(await both.member.hear(lambda word: word["k"] == "show"))["b"]["address"] for _ in range(3)]
            assert shown == ["kl?i=0", "kl?i=1", "kl?i=2"]
            await both.teacher.hear(lambda word: word["k"] == "here")

    complete(steps())


def test_processes_on_postgresql_do_not_wait_for_their_next_look(two, spread, monkeypatch):
    monkeypatch.setattr(hubs, "LOOK", 3_600.0)

    async def steps():
        async with two() as both:
            await both.hear_each_other()
            teacher, member, class_id = both.teacher, both.member, both.found.id
            await both.hubs[0].write(teacher.live, Classes.put, class_id, "", "Which?", OPTIONS, "a")
            ballot = (await member.hear(lambda word: word["k"] == "ballot"))["b"]["id"]
            assert await both.hubs[1].voting.vote(Vote(ballot, 1, member.who.member, "b")) == ""
            counts = await teacher.hear(lambda word: word["k"] == "counts" and word["b"]["answered"] == 1)
            assert counts["b"]["counts"] == {"b": 1}
            for i in range(50):
                both.hubs[0].newest.point(teacher.live, teacher.who, {"models": ["ae"], "codes": [[i, 0]]})
                await asyncio.sleep(0.002)
            await member.hear(lambda word: word["k"] == "pointer" and word["b"]["codes"] == [[49, 0]])
            for place, listener in enumerate((teacher, member)):
                both.hubs[place].newest.look(listener.live)
            while teacher.live.elsewhere == {}:  # told in its own time
                await asyncio.sleep(0.01)
            both.hubs[0].newest.look(teacher.live)
            await teacher.hear(lambda word: word["k"] == "here" and word["b"]["count"] == 1)

    complete(steps())


def test_a_process_that_lost_its_connection_hears_what_it_missed_when_it_is_back(two, spread, monkeypatch):
    monkeypatch.setattr(hubs, "LOOK", 3_600.0)

    async def steps():
        async with two() as both:
            await both.hear_each_other()
            with both.stores[0].base.writing() as connection:
                listening = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
                assert len(connection.execute(text(listening)).all()) >= 2
            both.stores[0].emit(both.found.id, "show", {"address": "kl"})
            await both.member.hear(lambda word: word["k"] == "show")
            await both.hear_each_other()
            both.stores[0].emit(both.found.id, "show", {"address": "compare"})
            await both.member.hear(lambda word: word["k"] == "show" and word["b"]["address"] == "compare")

    complete(steps())


def test_threads_see_what_they_posted_and_everybody_is_told(two, monkeypatch):
    monkeypatch.setattr(hubs, "LOOK", 3_600.0)

    async def steps():
        async with two() as both:
            hub, class_id = both.hubs[1], both.found.id

            def thread() -> str:
                n = hub.post(class_id, "stage", {"stage": "map"})
                assert hub.seen(class_id).n == n
                return hub.seen(class_id).state()["stage"]

            assert await asyncio.to_thread(thread) == "map"
            await both.member.hear(lambda word: word["k"] == "stage")

    complete(steps())


def test_a_class_that_is_deleted_lets_everybody_go(two, monkeypatch):
    monkeypatch.setattr(hubs, "LOOK", 0.05)

    async def steps():
        async with two() as both:
            both.stores[0].delete(both.found.id)
            async with asyncio.timeout(PATIENCE):
                while both.member.who.closing is None or both.teacher.who.closing is None:
                    await asyncio.sleep(0.01)
            assert both.member.who.closing[0] == hubs.ENDED

    complete(steps())


@pytest.mark.parametrize("error", [StoreError, RuntimeError])
def test_a_class_that_fails_keeps_nobody_from_looking_at_the_others(two, monkeypatch, error):
    monkeypatch.setattr(hubs, "LOOK", 0.05)
    looked_at = Hub._look_at

    async def steps():
        async with two() as both:

            async def fails(self, live, n):
                if live.id != both.found.id:
                    raise error("Broken.")
                await looked_at(self, live, n)

            hub = both.hubs[1]
            broken = both.stores[1].open("another", str, dict(EMPTY["settings"]))
            hub._lives = {broken.id: Live(broken.id, Room(), "build"), **hub._lives}
            monkeypatch.setattr(Hub, "_look_at", fails)
            both.stores[0].emit(both.found.id, "show", {"address": "kl"})
            await both.member.hear(lambda word: word["k"] == "show")

    complete(steps())


def test_votes_that_come_together_are_one_transaction(two, monkeypatch):
    batches = []
    vote = Classes.vote
    monkeypatch.setattr(Classes, "vote", lambda self, given: batches.append(len(given)) or vote(self, given))

    async def steps():
        async with two() as both:
            await both.hubs[0].write(both.teacher.live, Classes.put, both.found.id, "", "Which?", OPTIONS, "a")
            ballot = (await both.teacher.hear(lambda word: word["k"] == "ballot"))["b"]["id"]
            ids = [both.stores[0].join(both.found.id, f"browser {i}", lambda taken: "").member for i in range(20)]
            given = [Vote(ballot, 1, each, "ab"[i % 2]) for i, each in enumerate(ids)]
            said = await asyncio.gather(*(both.hubs[0].voting.vote(each) for each in given))
            assert said == [""] * 20
            assert batches == [20]
            await both.teacher.hear(lambda word: word["k"] == "counts" and word["b"]["counts"] == {"a": 10, "b": 10})

    complete(steps())


def test_a_store_that_cannot_be_written_refuses_votes_with_a_sentence_and_serves_on(two, monkeypatch):
    async def steps():
        async with two() as both:
            await both.hubs[0].write(both.teacher.live, Classes.put, both.found.id, "", "Which?", OPTIONS, "a")
            ballot = (await both.teacher.hear(lambda word: word["k"] == "ballot"))["b"]["id"]
            with monkeypatch.context() as full:
                full.setattr(Classes, "vote", _full)
                assert "full" in await both.hubs[0].voting.vote(Vote(ballot, 1, both.member.who.member, "a"))
            assert await both.hubs[0].voting.vote(Vote(ballot, 1, both.member.who.member, "a")) == ""

    complete(steps())


def _full(self, given):
    from explorer.runs.store.errors import FULL, StoreError

    raise StoreError(FULL)
