"""Files on their way: who may send, how much, what is read when, and that nothing of it stays."""

import os
import signal
import time
from pathlib import Path

import httpx
import numpy as np
import pytest
from hostile import IMAGES, PNGS, csv, idx, npz
from own_loop import complete
from starlette.applications import Starlette

from explorer.bringing import arrivals, readings, routes
from explorer.bringing.readings import Reading
from explorer.page import owners
from ingest.apart import ENDED

SECRET = "a" * 22
ANN = owners.asks({owners.COOKIE: SECRET})
PATIENCE = 60  # seconds, on a busy machine
SOUND = npz(images=IMAGES, labels=np.arange(60) % 2)


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """Where files lie while they are here."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("LATENT_EXPLORER_DATA", str(tmp_path))
    return tmp_path


class Browser:
    """Ann's, or one without cookies."""

    def __init__(self, cookies: dict[str, str]):
        self._cookies = cookies

    def ask(self, method: str, path: str, ticket: str, contents: object = None, **headers: str) -> httpx.Response:
        async def once() -> httpx.Response:
            transport = httpx.ASGITransport(Starlette(routes=routes.routes()))
            async with httpx.AsyncClient(transport=transport, base_url="http://explorer.test", cookies=self._cookies) as client:
                return await client.request(method, path, content=contents, headers={"x-ticket": ticket, **headers})

        return complete(once())


@pytest.fixture
def client(folder) -> Browser:
    return Browser({owners.COOKIE: SECRET})


@pytest.fixture
def ticket(folder):
    made = arrivals.open_for(ANN)
    yield made
    arrivals.of(made).clear()


def post(client: Browser, ticket: str, contents: object, name: str = "a.npz", place: str = "1/1", **headers: str):
    return client.ask("POST", "/brought/files", ticket, contents, **{"x-name": name, "x-place": place, **headers})


async def pieces(*parts: bytes):
    for part in parts:
        yield part


def read(ticket: str) -> Reading:
    """What was sent, read to the end."""
    reading = arrivals.of(ticket).reading
    assert reading is not None
    assert reading.wait(PATIENCE)
    return reading


def held(folder: Path) -> list[str]:
    """Files in the folder that this process holds open, and files that have a name there."""
    opened = [str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    return [name for name in opened if name.startswith(str(folder))] + [str(path) for path in folder.iterdir()]


def test_a_file_is_received_read_and_forgotten(client, ticket, folder):
    assert post(client, ticket, SOUND).json() == {"received": len(SOUND)}
    brought = read(ticket).brought
    np.testing.assert_array_equal(brought.pixels, IMAGES)
    np.testing.assert_array_equal(brought.labels, np.arange(60) % 2)
    asked = client.ask("GET", "/brought/reading", ticket)
    assert asked.json() == {"over": True}
    assert asked.headers["cache-control"] == "no-store"
    assert [name.endswith("(deleted)") for name in held(folder)] == [True]  # on disk, and without a name
    assert client.ask("DELETE", "/brought/reading", ticket).json() == {"over": True}
    assert held(folder) == []
    assert arrivals.of(ticket).reading is None


def test_two_files_that_belong_together_are_read_once_both_are_there(client, ticket):
    post(client, ticket, idx((np.arange(60) % 3).astype(np.uint8)), "labels", "1/2")
    assert arrivals.of(ticket).reading is None
    post(client, ticket, idx(IMAGES), "images", "2/2")
    assert read(ticket).brought.classes == ("0", "1", "2")
    post(client, ticket, PNGS[0], "a.png")
    assert "single picture" in str(read(ticket).refused)  # a new sending takes the place of the last


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"x-place": "2/2"}, 400),
        ({"x-place": "0/1"}, 400),
        ({"x-place": "1/9"}, 413),
        ({"x-name": ""}, 400),
        ({"content-length": "9"}, 413),  # more comes than was said
        ({"content-length": "2000"}, 400),  # less comes
        ({"content-length": str(2**40)}, 413),
    ],
)
def test_what_is_not_as_it_should_be_is_not_taken(client, ticket, folder, headers, status):
    answer = post(client, ticket, bytes(1_000), **headers)
    assert answer.status_code == status
    assert answer.json()["why"].endswith(".")
    assert held(folder) == []
    assert ANN not in arrivals._sending


def test_a_body_without_a_length_is_not_taken(client, ticket, folder):
    answer = post(client, ticket, pieces(bytes(1_000)))
    assert answer.status_code == 400
    assert held(folder) == []


def test_too_much_is_refused_before_it_comes_with_what_to_do(client, ticket, folder, monkeypatch):
    monkeypatch.setenv("LATENT_EXPLORER_UPLOAD_MB", "1")
    answer = post(client, ticket, bytes(2**20 + 1))
    assert answer.status_code == 413
    assert "1 MB is the most. A part of it will do" in answer.json()["why"]
    post(client, ticket, bytes(600_000), place="1/2")
    assert post(client, ticket, bytes(600_000), place="2/2").status_code == 413  # together
    assert held(folder) == []


def test_only_the_browser_that_was_given_a_ticket_may_use_it(client, ticket, folder):
    thief = Browser({owners.COOKIE: "b" * 22})
    for browser, shown in ((client, "x" * 22), (client, ""), (thief, ticket)):
        for method, path in (("POST", "files"), ("GET", "reading"), ("DELETE", "reading")):
            answer = browser.ask(method, f"/brought/{path}", shown, b"x" if method == "POST" else None)
            assert answer.status_code == 403
            assert "Reload" in answer.json()["why"]
    assert held(folder) == []


def test_a_browser_without_cookies_is_known_by_its_ticket(ticket):
    assert post(Browser({}), ticket, SOUND).status_code == 200
    assert len(read(ticket).brought) == 60


def test_one_file_at_a_time_is_taken_from_an_owner_and_few_from_all(client, ticket, monkeypatch):
    assert arrivals.may_send(ANN)
    assert post(client, ticket, SOUND).status_code == 503
    arrivals.has_sent(ANN)
    monkeypatch.setattr(arrivals, "AT_ONCE", 1)
    assert arrivals.may_send("bob")
    assert post(client, ticket, SOUND).status_code == 503
    arrivals.has_sent("bob")
    assert post(client, ticket, SOUND).status_code == 200


def test_files_give_way_where_there_are_too_many_or_nobody_asks_for_them(client, folder, monkeypatch):
    monkeypatch.setattr(arrivals, "HELD", 2)
    monkeypatch.setenv("LATENT_EXPLORER_UPLOAD_MB", "1")
    tickets = [arrivals.open_for(ANN) for _ in range(3)]
    for each in tickets:
        assert post(client, each, bytes(900_000)).status_code == 200
        assert "cannot be read" in str(read(each).refused)
    assert [arrivals.of(each).file is None for each in tickets] == [True, False, False]
    monkeypatch.setattr(arrivals, "KEPT_SECONDS", -1)
    assert arrivals.room_for(1)
    assert held(folder) == []


def hold(reading: Reading) -> None:
    """Let its process stand still."""
    deadline = time.monotonic() + PATIENCE
    while reading._apart is None:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    os.kill(reading._apart.process.pid, signal.SIGSTOP)


@pytest.fixture
def begin(folder):
    """Have a sound file read for an owner, and stop whatever is left at the end."""
    made = []

    def one(owner: str) -> Reading:
        arrival = arrivals.Arrival(owner)
        arrival.begin()
        contents = csv(IMAGES)
        arrival.file.write(contents)
        arrival.parts.append(("a.csv", len(contents)))
        made.append(arrival)
        return arrival.read()

    yield one
    for arrival in made:
        arrival.clear()


def test_one_sending_of_an_owner_is_read_at_a_time_and_others_do_not_wait_for_it(begin):
    first = begin("ann")
    hold(first)
    second = begin("ann")
    assert begin("bob").wait(PATIENCE)
    assert (first.active, second.active, second._apart, second.ahead) == (True, True, None, 1)
    first.stop()
    assert second.wait(PATIENCE)
    assert len(second.brought) == 60
    assert (first.brought, first.stopped) == (None, True)


def test_no_more_are_read_at_once_than_the_server_allows(begin):
    both = [begin("ann"), begin("bob")]
    for each in both:
        hold(each)
    third = begin("cem")
    assert (third._apart, third.ahead) == (None, 2)
    both[0].stop()
    assert third.wait(PATIENCE)
    assert len(third.brought) == 60
    readings.stop_all()
    assert both[1].wait(PATIENCE)
    assert both[1].stopped


def test_a_process_that_is_killed_is_a_sentence(begin):
    reading = begin("ann")
    hold(reading)
    os.kill(reading._apart.process.pid, signal.SIGKILL)
    assert reading.wait(PATIENCE)
    assert (str(reading.refused), reading.brought, reading.stopped) == (ENDED, None, False)


def test_what_nobody_waits_for_is_stopped(begin, monkeypatch):
    monkeypatch.setattr(readings, "UNWATCHED", -1)
    reading = begin("ann")
    reading._heard(1, 0)
    assert reading.wait(PATIENCE)
    assert reading.stopped
