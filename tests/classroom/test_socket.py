"""The one connection of a browser with its class, against a real server that has nothing but the class's routes."""

from collections.abc import Iterator

import pytest
from served import Browser, Seat, server

from explorer.classroom import guard, socket

BALLOT = {
    "topic": "kl_predicted",
    "question": "Which?",
    "options": [{"key": "a", "text": "A"}, {"key": "b", "text": "B"}],
    "right": "a",
}


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LATENT_EXPLORER_DATA", str(tmp_path_factory.mktemp("classes")))
        patch.delenv("DATABASE_URL", raising=False)
        with server() as running:
            yield running


@pytest.fixture(autouse=True)
def no_guesses(monkeypatch) -> None:
    monkeypatch.setattr(socket, "guesses", guard.Guesses())


@pytest.fixture
def room(address) -> "Iterator[tuple[str, Seat, Browser]]":
    """A class: its code, its teacher's connection and browser."""
    teacher = Browser(address)
    code = teacher.open()
    seat = teacher.enter(code, "bar")
    yield code, seat, teacher
    seat.steer("end")


def test_a_teacher_shows_and_everybody_follows(room, address):
    code, teacher, _ = room
    assert teacher.hear("hello")["b"]["role"] == "teacher"
    phone, page = Browser(address).enter(code, "phone"), Browser(address).enter(code)
    assert phone.hear("hello")["b"]["no"] == 1
    assert page.hear("hello")["b"]["no"] == 2
    assert [teacher.hear("member")["b"]["no"] for _ in range(2)] == [1, 2]
    answer = teacher.say("show", {"address": "kl?kl_mu=1.5"})
    assert answer["ok"]
    for seat in (phone, page):
        shown = seat.hear("show")
        assert shown["b"] == {"address": "kl?kl_mu=1.5"}
        assert shown["n"] == answer["b"]["n"]
        assert seat.hear("go")["b"] == {"n": shown["n"]}
    late = Browser(address).enter(code)
    assert late.hear("hello")["b"]["state"]["show"] == {"n": shown["n"], "address": "kl?kl_mu=1.5"}
    for seat in (phone, page, late):
        seat.leave()
