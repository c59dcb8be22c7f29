"""Drawings and runs through the class's socket, on a real server: what is taken, who sees it, and what is refused with a sentence."""

import secrets
from collections.abc import Iterator

import pytest
from served import Browser, Seat, server

from explorer.classroom import hub, rates, socket
from explorer.classroom.room import EMPTY
from explorer.classroom.together import doing
from explorer.classroom.together.drawings import received
from explorer.runs import jobs
from explorer.runs.store import Store, store
from explorer.runs.store.class_works import Standing
from explorer.runs.store.classes import Classes, classes

STROKES = [[[0.2, 0.2], [0.8, 0.21], [0.45, 0.9]], [[0.31, 0.5], [0.7, 0.52]]]


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "guesses", rates.Guesses())
        with server(tmp_path_factory.mktemp("classes")) as running:
            yield running


@pytest.fixture
def room(address) -> Iterator[tuple[Seat, Seat, Seat]]:
    """A class: its teacher, a phone and a projector, each as a connection."""
    teacher = Browser(address)
    code = teacher.open()
    seats = teacher.enter(code, "bar"), Browser(address).enter(code, "phone"), teacher.enter(code, "projector")
    for seat in seats:
        seat.hear("hello")
    yield seats
    seats[0].steer("end")


def drawn(phone: Seat, label: int | None = 7, word: str | None = None, drawing: str | None = None) -> dict:
    return phone.say("draw", {"drawing": drawing or secrets.token_urlsafe(16), "strokes": STROKES, "label": label}, word)


def test_a_drawing_goes_to_the_projector_with_its_place_on_both_planes(room) -> None:
    teacher, phone, projector = room
    assert "no drawings" in drawn(phone)["why"]
    teacher.steer("map", on=True, accepts=True)
    assert drawn(phone)["ok"]
    told = projector.hear("drawing")["b"]
    came = received(STROKES, 7)
    assert {name: told[name] for name in ("label", "image", "codes", "member", "shown")} == {
        **{"label": 7, "image": came["image"], "codes": came["codes"], "member": 1, "shown": True}
    }
    assert phone.hear("drawing")["b"]["id"] == told["id"]
    assert phone.say("undraw", {"drawing": told["id"]})["ok"]
    assert projector.hear("drawing-gone")["b"] == {"id": told["id"]}


def test_a_drawing_that_is_sent_twice_is_there_once(room) -> None:
    teacher, phone, _ = room
    teacher.steer("map", on=True, accepts=True)
    word, drawing = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
    for again in (word, word, secrets.token_urlsafe(16)):
        assert drawn(phone, word=again, drawing=drawing)["ok"]
    drawn(phone)
    said = [teacher.hear("drawing")["b"]["id"] for _ in range(2)]
    assert said[0] == drawing
    assert said[1] != drawing


def test_what_the_teacher_asks_for_is_what_it_was_drawn_as(room) -> None:
    teacher, phone, projector = room
    teacher.steer("map", on=True, accepts=True)
    assert "0 to 9" in drawn(phone, label=None)["why"]
    teacher.steer("map", label=3)
    assert drawn(phone, label=7)["ok"]
    assert projector.hear("drawing")["b"]["label"] == 3


def test_a_drawing_waits_for_the_teacher_who_wants_to_see_it_first(room) -> None:
    teacher, phone, projector = room
    teacher.steer("map", on=True, accepts=True, approve=True)
    assert drawn(phone)["ok"]
    told = teacher.hear("drawing")["b"]
    assert not told["shown"]
    assert teacher.steer("drawing", id=told["id"], shown=True)["ok"]
    seen = projector.hear("drawing")["b"]
    assert seen == {**told, "shown": True}


class Trained:
    """What a worker would do, step by step."""

    def __init__(self, kept: Store):
        self.kept = kept

    def begin(self):
        run = self.kept.claim("w", 1)
        assert run is not None
        assert self.kept.begin(run.id, run.attempt)
        return run

    def stand(self, run, kl: float) -> None:
        from vae.learning.records import Losses, Record

        losses = Losses(150.0, kl, (kl / 2, kl / 2), 150.0 + kl)
        self.kept.write(run.id, [Record(1_000, 0.1, 0.01, 1.0, 1.0, losses, losses)])


def test_a_student_trains_one_and_the_class_sees_its_point_travel(room, monkeypatch) -> None:
    monkeypatch.setattr(jobs, "_services", [])  # nobody trains but the test
    monkeypatch.setattr(hub, "LOOK", 0.05)
    teacher, phone, projector = room
    assert "now" in phone.say("run", {"value": 4})["why"]
    assert teacher.steer("chart", on=True, question="beta")["ok"]
    offers = phone.hear("chart")["b"]["offers"]
    assert "Pick one of these" in phone.say("run", {"value": 3.3})["why"]
    assert phone.say("run", {"value": offers[0]})["ok"]
    begun = projector.hear("run")["b"]
    assert (begun["beta"], begun["latents"], begun["images"], begun["state"]) == (offers[0], 2, 20_000, "queued")
    assert "still learning" in phone.say("run", {"value": offers[1]})["why"]
    work = Trained(store())
    run = work.begin()
    for kl in (9.0, 7.5):
        work.stand(run, kl)
        told = projector.hear("run", rate=kl)["b"]
        assert told == {"id": begun["id"], "state": "running", "rate": kl, "distortion": 150.0}
    work.kept.finish(run.id, "done")
    assert projector.hear("run", state="done")["b"]["rate"] == 7.5
    assert phone.say("run", {"value": offers[1]})["ok"]  # the next one


def test_a_chart_has_offers_that_can_be_trained(room) -> None:
    teacher, phone, _ = room
    assert teacher.steer("chart", on=True, question="latents", offers=[4, 2])["ok"]
    assert phone.hear("chart")["b"]["offers"] == [2, 4]
    assert "whole numbers from 1 to 50" in teacher.steer("chart", offers=[2.5])["why"]
    assert teacher.steer("chart", question="budget")["ok"]
    assert phone.hear("chart")["b"]["offers"][-1] == 20_000


def test_a_run_that_comes_back_to_a_state_is_told_again(monkeypatch) -> None:
    monkeypatch.setattr(jobs, "_services", [])
    kept = classes()
    found = kept.open("t" * 32, str, dict(EMPTY["settings"]))
    ann = kept.join(found.id, "a" * 32, lambda taken: "")
    kept.add_run(found.id, ann, "r" * 22, {"state": "queued", "rate": None, "distortion": None})
    for state in ("running", "queued", "running"):
        monkeypatch.setattr(Classes, "runs", lambda *_, state=state: [Standing("r" * 22, ann.member, state, None)])
        room = hub.seen(found.id)
        for _ in range(2):  # two processes notice it
            doing.follow(kept, found.id, room.n, room.state())
        assert hub.seen(found.id).state()["runs"]["r" * 22]["state"] == state
        assert hub.seen(found.id).n == room.n + 1
    kept.delete(found.id)
