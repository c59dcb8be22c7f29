"""A class whose process is killed, whose database goes away, one of whose replicas dies: everybody comes back, nothing is lost, nothing counted twice."""

import asyncio
from collections import Counter
from contextlib import suppress

import postgres
import pytest
from class_servers import ClassServer, nginx
from own_loop import complete

from benchmarks.audience import Unanswered, Voice

OPTIONS = [{"key": key, "text": key.upper()} for key in "abc"]
QUESTION = {"topic": "kl_predicted", "question": "Where does it settle?", "options": OPTIONS, "right": "b"}
AWAY = 10.0  # seconds without a database


async def gathered(address: str, many: int) -> tuple[Voice, list[Voice]]:
    """A teacher and so many phones in a new class."""
    teacher, phones = Voice(address, "bar"), [Voice(address) for _ in range(many)]
    code = await teacher.open_class()
    await teacher.connect()
    for phone in phones:
        await (await phone.join(code)).connect()
    return teacher, phones


async def opened(teacher: Voice) -> str:
    """The id of a ballot that the teacher opens."""
    n = (await teacher.steer("ballot", do="open", **QUESTION))["b"]["n"]
    await teacher.until(lambda word: word.get("n") == n)
    return next(word["b"]["id"] for _, word in teacher.heard if word.get("n") == n)


def numbers(voice: Voice) -> list[int]:
    """The numbers of all events that it was told, in the order in which they came."""
    return [word["n"] for _, word in voice.heard if "n" in word and word["k"] != "hello"]


def assert_once_and_in_order(voice: Voice) -> None:
    told = numbers(voice)
    assert told == sorted(set(told)), told


async def leave(*voices: Voice) -> None:
    await asyncio.gather(*(voice.leave() for voice in voices))


def test_a_vote_during_which_the_process_is_killed_counts_everybody_once(tmp_path):
    with ClassServer(tmp_path / "log", LATENT_EXPLORER_DATA=str(tmp_path)) as server:
        complete(_killed_in_a_vote(server))


async def _killed_in_a_vote(server: ClassServer) -> None:
    teacher, phones = await gathered(server.address, 8)
    ballot = await opened(teacher)
    last = {i: "abc"[i % 3] for i in range(len(phones))}
    voting = [asyncio.create_task(_vote_thrice(phone, ballot, last[i], 0.1 * i)) for i, phone in enumerate(phones)]
    await asyncio.sleep(0.5)
    server.kill()
    assert not all(task.done() for task in voting)
    await asyncio.sleep(0.5)
    await asyncio.to_thread(server.start)
    await asyncio.gather(*voting)
    await teacher.steer("ballot", do="shut")
    n = (await teacher.steer("ballot", do="show"))["b"]["n"]
    for voice in (teacher, *phones):
        await voice.until(lambda word: word.get("n") == n)
        assert voice.connections == 2
        assert_once_and_in_order(voice)
    shown = next(word["b"] for _, word in phones[0].heard if word.get("n") == n)
    assert shown["id"] == ballot, "the vote that was on goes on"
    assert shown["counts"]["1"] == Counter(last.values())
    await leave(teacher, *phones)


async def _vote_thrice(phone: Voice, ballot: str, last: str, pause: float) -> None:
    for choice in ("a", "c", last):
        await asyncio.sleep(pause)
        await phone.ask("vote", ballot=ballot, round=1, choice=choice)


def test_replicas_behind_nginx_outlive_their_database_and_each_other(tmp_path):
    with postgres.server() as database:
        settings = {"LATENT_EXPLORER_DATA": str(tmp_path), "DATABASE_URL": database.database()}
        with ClassServer(tmp_path / "one", **settings) as one, ClassServer(tmp_path / "two", **settings) as two:
            folder = tmp_path / "nginx"
            folder.mkdir()
            with nginx(folder, one, two) as address:
                complete(_database_away(address, database, (one, two)))


async def _database_away(address: str, database: postgres.Server, replicas: tuple[ClassServer, ClassServer]) -> None:
    teacher, phones = await gathered(address, 12)
    await _everybody_hears(teacher, phones, "kl?kl_mu=1")

    await asyncio.to_thread(database.stop)
    with pytest.raises(Unanswered, match="cannot be reached"):
        await teacher.ask("show", address="kl?kl_mu=2")
    await asyncio.sleep(AWAY)
    await asyncio.to_thread(database.start)
    await _everybody_hears(teacher, phones, "kl?kl_mu=-1")

    before = [voice.connections for voice in (teacher, *phones)]
    replicas[1].kill()
    await _everybody_hears(teacher, phones, "kl?kl_mu=0.5")
    moved = sum(voice.connections > were for voice, were in zip((teacher, *phones), before, strict=True))
    assert 0 < moved < len(before), "some were at the replica that died, and some were not"
    for voice in (teacher, *phones):
        assert_once_and_in_order(voice)
    await leave(teacher, *phones)


async def _everybody_hears(teacher: Voice, phones: list[Voice], address: str) -> None:
    """The teacher shows something, over again while that is refused; everybody is told, at once or with the state when they are back."""
    n = 0
    while not n:
        with suppress(Unanswered):
            n = (await teacher.ask("show", address=address))["b"]["n"]
        await asyncio.sleep(0.2)
    await asyncio.gather(*(phone.until(lambda word: word.get("n", 0) >= n) for phone in phones))
