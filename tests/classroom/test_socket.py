"""The one connection of a browser with its class, against a real server that has nothing but the class's routes."""

import secrets
from collections.abc import Iterator
from contextlib import suppress

import pytest
from served import Browser, Seat, server
from websockets.exceptions import ConnectionClosed, InvalidStatus

from explorer.browser import assets
from explorer.classroom import doors, hub, rates, socket
from explorer.classroom.telling import leading
from explorer.page import owners
from explorer.runs.store.classes import MOST_OF_ONE, Classes, Vote, classes, member_id

VOTE = {
    "topic": "kl_predicted",
    "question": "Which?",
    "options": [{"key": "a", "text": "A"}, {"key": "b", "text": "B"}],
    "right": "a",
}


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hub, "LOOK", 0.1)
        with server(tmp_path_factory.mktemp("classes")) as running:
            yield running


@pytest.fixture(autouse=True)
def no_guesses(monkeypatch) -> None:
    monkeypatch.setattr(socket, "guesses", rates.Guesses())


class Room:
    """A class with its teacher in it."""

    def __init__(self, address: str):
        self.address, self.owner = address, Browser(address)
        self.code = self.owner.open()
        self.id = classes().find(self.code).id
        self.seats: list[Seat] = []
        self.teacher = self.enter(self.owner, "bar")

    def enter(self, browser: Browser | None = None, view: str = "page") -> Seat:
        """A browser, by default one that has never been here, once it knows what the class is."""
        browser = browser or Browser(self.address)
        seat = browser.enter(self.code, view)
        self.seats.append(seat)
        seat.hello = seat.hear("hello")["b"]
        return seat


@pytest.fixture
def room(address) -> Iterator[Room]:
    opened = Room(address)
    yield opened
    opened.owner.post(f"/class/{opened.id}/delete")
    for seat in opened.seats:
        seat.leave()


def test_a_teacher_shows_and_everybody_follows(room):
    assert room.teacher.hello["role"] == "teacher"
    phone, page = room.enter(view="phone"), room.enter()
    assert (phone.hello["no"], page.hello["no"]) == (1, 2)
    assert phone.hello["build"] == assets.build()
    assert [room.teacher.hear("member")["b"]["no"] for _ in range(2)] == [1, 2]
    answer = room.teacher.say("show", {"address": "kl?kl_mu=1.5"})
    for seat in (phone, page):
        shown = seat.hear("show")
        assert shown == {"n": answer["b"]["n"], "k": "show", "b": {"address": "kl?kl_mu=1.5"}}
    assert page.hear("go")["b"] == {"n": shown["n"]}
    assert phone.hear_nothing("go", 0)
    late = room.enter()
    assert late.hello["state"]["show"] == {"n": shown["n"], "address": "kl?kl_mu=1.5"}
    assert late.hear("go")["b"] == {"n": shown["n"]}


def test_only_the_teachers_browsers_are_told_which_plan_is_played_and_what_is_wished(room):
    others = [room.enter(view="phone"), room.enter(), room.enter(room.owner, "projector")]
    notes = room.enter(room.owner, "phone")
    place = {"id": "45", "stage": "a", "step": 2, "began": 1_800_000_000_000}
    room.teacher.steer("plan", **place)
    assert notes.hear("plan")["b"] == place
    wish = notes.steer("plan", stage="a", wish="reveal")
    assert room.teacher.hear("plan", wish="reveal")["n"] == wish["b"]["n"]
    late = room.enter(room.owner, "bar")
    assert late.hello["state"]["plan"] == {**place, "wish": "reveal", "wished": wish["b"]["n"]}
    for seat in [*others, room.enter(view="phone"), room.enter(room.owner, "projector")]:
        assert seat.hear_nothing("plan", 0)
        assert seat.hello["state"]["plan"] is None
    refused = others[0].say("steer", {"what": "plan", **place})
    assert not refused["ok"]
    assert "teacher" in refused["why"]
    room.teacher.steer("plan")
    notes.hear("plan", wish="reveal")
    assert notes.hear("plan")["b"] == {}


def test_a_class_is_led_two_at_a_time_and_the_next_when_one_has_arrived(room, monkeypatch):
    monkeypatch.setattr("explorer.classroom.telling.metering.PATIENCE", 60.0)
    pages = [room.enter() for _ in range(4)]
    n = room.teacher.say("show", {"address": "compare"})["b"]["n"]
    for seat in pages[:2]:
        assert seat.hear("go")["b"] == {"n": n}
    assert pages[2].hear_nothing("go", 0.1)
    pages[1].say("arrived", {"n": n})
    assert pages[2].hear("go")["b"] == {"n": n}
    assert pages[3].hear_nothing("go", 0.1)
    pages[0].leave()
    assert pages[3].hear("go")["b"] == {"n": n}


def test_the_pointer_goes_to_everybody_but_the_hand_that_moves_it(room):
    page, projector = room.enter(), room.enter(room.owner, "projector")
    pointer = {"models": ["mnist-vae-2d"], "codes": [[0.5, -1.25]]}
    room.teacher.point(pointer)
    assert page.hear("pointer")["b"] == projector.hear("pointer")["b"] == pointer
    room.teacher.steer("follow", pointer=False)
    page.hear("follow", on=True, pointer=False)
    room.teacher.point({"models": [], "codes": []})
    assert projector.hear("pointer")["b"] == {"models": [], "codes": []}
    assert page.hear_nothing("pointer", 0.2)
    assert room.teacher.hear_nothing("pointer", 0)


def test_the_pointer_goes_with_the_window_that_pointed(room):
    page, other = room.enter(), room.enter(room.owner, "bar")
    room.teacher.point({"models": ["mnist-vae-2d"], "codes": [[0.5, -1.25]]})
    page.hear("pointer")
    other.leave()
    assert page.hear_nothing("pointer", 0.1)
    room.teacher.leave()
    assert page.hear("pointer")["b"] == {"models": [], "codes": []}


def test_a_members_windows_know_what_it_votes_on_the_page_and_elsewhere(room):
    browser = Browser(room.address)
    ann, bob, window = room.enter(browser, "bar"), room.enter(), room.enter(browser, "bar")
    room.teacher.steer("ballot", do="open", **VOTE)
    ballot = ann.hear("ballot", state="open")["b"]["id"]
    member = member_id(room.id, str(owners.asks({owners.COOKIE: browser.secret})))
    assert hub.vote(room.id, Vote(ballot, 1, member, "b")) == ""  # as the radio buttons of a page do
    for seat in (ann, window):
        assert seat.hear("mine")["b"] == {"votes": {ballot: {"1": "b"}}}
    assert ann.say("vote", {"ballot": ballot, "round": 1, "choice": "a"})["ok"]
    assert window.hear("mine")["b"] == {"votes": {ballot: {"1": "a"}}}
    assert ann.hear_nothing("mine", 0.1)  # it said so itself
    assert bob.hear_nothing("mine", 0.1)


def test_what_one_part_of_the_settings_says_leaves_the_others(room):
    settings = hub.seen(room.id).state()["settings"]
    hub.post(room.id, "settings", {**settings, "address": "http://10.0.0.9:8501"})
    room.teacher.hear("settings", address="http://10.0.0.9:8501")
    room.teacher.steer("settings", pace="only")
    assert hub.seen(room.id).state()["settings"] == {**settings, "address": "http://10.0.0.9:8501", "pace": "only"}


def test_a_vote_goes_through_both_its_rounds(room):
    ann, bob, projector = room.enter(view="phone"), room.enter(), room.enter(room.owner, "projector")
    room.teacher.steer("ballot", do="open", **VOTE)
    ballot = ann.hear("ballot", state="open")["b"]
    assert ballot["right"] is None
    assert ballot["counts"] == {}
    assert ann.say("vote", {"ballot": ballot["id"], "round": 1, "choice": "a"})["ok"]
    assert bob.say("vote", {"ballot": ballot["id"], "round": 1, "choice": "a"})["ok"]
    assert bob.say("vote", {"ballot": ballot["id"], "round": 1, "choice": "b"})["ok"]
    counted = room.teacher.hear("counts", answered=2, counts={"a": 1, "b": 1})["b"]
    assert (counted["of"], counted["right"]) == (2, "a")
    seen = projector.hear("counts", answered=2)["b"]
    assert (seen["counts"], seen["right"]) == (None, "")
    assert ann.hear_nothing("counts", 0.1)
    room.teacher.steer("ballot", do="shut")
    refused = ann.say("vote", {"ballot": ballot["id"], "round": 1, "choice": "b"})
    assert not refused["ok"]
    assert "shut" in refused["why"]
    room.teacher.steer("ballot", do="discuss", seconds=60)
    assert ann.hear("ballot", state="discuss")["b"]["counts"] == {}
    room.teacher.steer("ballot", do="again")
    assert bob.hear("ballot", state="open", round=2)["b"]["counts"] == {}
    assert "over" in bob.say("vote", {"ballot": ballot["id"], "round": 1, "choice": "b"})["why"]
    assert bob.say("vote", {"ballot": ballot["id"], "round": 2, "choice": "a"})["ok"]
    again = room.enter(view="phone")
    assert again.hello["mine"] == {"votes": {ballot["id"]: {}}}
    room.teacher.steer("ballot", do="reveal")
    revealed = ann.hear("ballot", state="revealed")["b"]
    assert revealed["counts"] == {"1": {"a": 1, "b": 1}, "2": {"a": 1}}
    assert revealed["right"] == "a"
    assert revealed["moved"] == {"b>a": 1}
    room.teacher.steer("ballot", do="close")
    assert ann.hear("ballot")["b"] == {}


def test_who_comes_back_finds_what_it_chose(room):
    browser = Browser(room.address)
    ann = room.enter(browser)
    room.teacher.steer("ballot", do="open", **VOTE)
    ballot = ann.hear("ballot")["b"]["id"]
    ann.say("vote", {"ballot": ballot, "round": 1, "choice": "b"})
    ann.leave()
    assert room.enter(browser).hello["mine"] == {"votes": {ballot: {"1": "b"}}}


@pytest.mark.parametrize("kind", ["show", "steer", "pointer"])
def test_what_a_teacher_says_is_refused_of_a_member_that_calls_itself_a_projector(room, kind):
    bodies = {"show": {"address": "kl"}, "steer": {"what": "stage", "stage": "map"}, "pointer": {"models": [], "codes": []}}
    answer = room.enter(view="projector").say(kind, bodies[kind])
    assert not answer["ok"]
    assert "teacher" in answer["why"]


@pytest.mark.parametrize(
    "words",
    [
        "",
        "[]",
        "null",
        "not JSON",
        '{"k": "vote"}',
        '{"k": ["vote"]}',
        '{"k": "vote", "id": 7}',
        "[" * 5_000,
        '{"k":"hello","id":"12345678"}',
    ],
)
def test_a_word_that_makes_no_sense_is_refused_and_the_connection_goes_on(room, words):
    member = room.enter()
    member.connection.send(words)
    assert member.say("away", {"away": False})["ok"]


def test_a_word_that_is_too_long_for_its_kind_is_refused_and_a_huge_one_ends_the_connection(room):
    member = room.enter()
    assert not member.say("vote", {"ballot": "x" * 9_000, "round": 1, "choice": "a"})["ok"]
    member.connection.send("x" * 70_000)
    assert member.closed() == 1009


def test_bytes_end_the_connection(room):
    member = room.enter()
    member.connection.send(b"\0\1")
    assert member.closed() == 1003


def test_a_member_that_says_too_much_is_cut_off(room):
    member = room.enter()
    with suppress(ConnectionClosed):
        for _ in range(400):
            member.connection.send('{"k":"away","b":{"away":false}}')
    assert member.closed() == 4429


def test_a_page_of_another_host_is_turned_away(room):
    for origin in ("http://elsewhere.example", "http://127.0.0.1:1", "null"):
        with pytest.raises(InvalidStatus) as refused:
            room.owner.enter(room.code, origin=origin)
        assert refused.value.response.status_code == 403
        assert room.owner.post("/class", origin=origin).status_code == 403


def test_only_wrong_codes_are_counted_and_who_is_in_the_class_is_let_in(room, monkeypatch):
    monkeypatch.setattr(rates.Guesses, "OF_ONE", 3)
    monkeypatch.setattr(socket, "guesses", rates.Guesses())
    known = Browser(room.address)
    room.enter(known)
    for _ in range(4):
        room.enter()
    for _ in range(3):
        assert Browser(room.address).enter("BBBBBB").closed() == 4404
    assert [Browser(room.address).enter(code).closed() for code in (room.code, "BBBBBB")] == [4429, 4429]
    told = [Browser(room.address).post(f"/class/{code}/return", key="wrong") for code in (room.code, "BBBBBB")]
    assert told[0].text == told[1].text
    assert "Too many" in told[0].text
    assert room.enter(known).hello["role"] == "member"
    assert room.enter(room.owner).hello["role"] == "teacher"


def test_a_code_is_taken_as_it_is_typed(room):
    code = room.code.lower()
    seat = Browser(room.address).enter(f"{code[:3]}-{code[3:]}")
    assert seat.hear("hello")["b"]["role"] == "member"
    seat.leave()


def test_a_member_has_five_connections_and_the_oldest_goes(room):
    browser = Browser(room.address)
    seats = [room.enter(browser) for _ in range(6)]
    assert seats[0].closed() == 4429
    assert all(seat.say("away", {"away": False})["ok"] for seat in seats[1:])
    assert {seat.hello["no"] for seat in seats} == {1}


def test_a_class_takes_no_more_members_than_it_can_serve_and_always_its_teacher(room, monkeypatch):
    monkeypatch.setattr(hub, "MOST_SOCKETS", 2)
    for _ in range(2):
        room.enter()
    assert Browser(room.address).enter(room.code).closed() == 4429
    assert room.enter(room.owner, "projector").say("away", {"away": False})["ok"]


def test_words_that_write_are_slower_than_votes_over_all_connections_of_a_member(room, monkeypatch):
    monkeypatch.setattr("explorer.classroom.telling.live.WRITES", (0.001, 3))
    browser = Browser(room.address)
    seats = [room.enter(browser) for _ in range(2)]
    refusals = [seats[i % 2].say("undraw", {"drawing": f"drawing-{i}"})["why"] for i in range(5)]
    assert [why == socket.TOO_FAST for why in refusals] == [False] * 3 + [True] * 2
    room.teacher.steer("ballot", do="open", **VOTE)
    ballot = seats[0].hear("ballot", state="open")["b"]["id"]
    assert seats[0].say("vote", {"ballot": ballot, "round": 1, "choice": "a"})["ok"]


@pytest.mark.parametrize(("part", "name"), [(Classes, "choices"), (leading, "come")])
def test_who_could_not_be_let_in_is_not_there(room, monkeypatch, part, name):
    """Whatever fails while somebody is let in, nobody waits for them afterwards."""
    room.teacher.steer("ballot", do="open", **VOTE)
    live = hub.HUB._lives[room.id]
    browser = Browser(room.address)
    room.enter(browser).leave()
    assert room.teacher.hear("here", count=0)

    def fails(*_):
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(part, name, fails)
        with suppress(ConnectionClosed, TimeoutError):
            browser.enter(room.code).connection.recv(5)
        assert [each.role for each in live.subscribers] == ["teacher"]


def test_a_word_that_comes_twice_changes_nothing_twice_even_where_the_answer_is_forgotten(room):
    word = secrets.token_urlsafe(16)
    first = room.teacher.say("show", {"address": "kl"}, word)
    room.teacher.say("show", {"address": "compare"})
    assert room.teacher.say("show", {"address": "kl"}, word) == first
    socket._answers.clear()  # as after a restart
    assert room.teacher.say("show", {"address": "kl"}, word)["ok"]
    assert hub.seen(room.id).state()["show"]["address"] == "compare"


def test_who_was_removed_is_told_and_stays_out(room):
    browser = Browser(room.address)
    member = room.enter(browser)
    room.teacher.steer("member-gone", no=member.hello["no"])
    assert member.closed() == 4403
    assert browser.enter(room.code).closed() == 4403
    assert room.teacher.hear("member-gone")["b"] == {"no": 1}


def test_a_class_that_ends_tells_everybody_and_its_code_opens_nothing(room):
    member = room.enter()
    room.owner.post(f"/class/{room.id}/end")
    assert member.closed() == 4410
    assert member.heard[-1]["k"] == "end"
    assert Browser(room.address).enter(room.code).closed() == 4404


def test_only_its_teacher_ends_keeps_or_deletes_a_class(room):
    stranger = Browser(room.address)
    assert [stranger.post(f"/class/{room.id}/{do}").status_code for do in ("end", "keep", "delete")] == [403] * 3
    assert room.owner.post(f"/class/{room.id}/keep").status_code == 303
    assert classes().get(room.id).kept
    assert room.owner.post("/class/nothing/end").status_code == 404


def test_the_spare_link_makes_another_browser_a_teacher_and_a_wrong_key_does_not(room):
    key = owners.key({owners.COOKIE: room.owner.secret}, room.id)
    other = Browser(room.address)
    assert other.post(f"/class/{room.code}/return", key="wrong").status_code == 403
    assert room.enter(other).hello["role"] == "member"
    assert other.post(f"/class/{room.code}/return", key=key).status_code == 303
    assert room.enter(other).hello["role"] == "teacher"
    assert room.enter(room.owner).hello["role"] == "teacher"


def test_a_browser_has_few_classes_open_at_once_and_one_without_cookies_none(room):
    owner = Browser(room.address)
    codes = [owner.open() for _ in range(MOST_OF_ONE)]
    refused = owner.post("/class")
    assert refused.status_code == 503
    assert "End one first" in refused.text
    for code in codes:
        owner.post(f"/class/{classes().find(code).id}/delete")
    owner.secret = ""
    assert owner.post("/class").status_code == 403


def test_one_network_opens_so_many_classes_an_hour(address, monkeypatch):
    monkeypatch.setattr(doors, "opened_from", rates.Recent(2, 3_600))
    owners_ = [Browser(address) for _ in range(3)]
    codes = [owner.open() for owner in owners_[:2]]
    refused = owners_[2].post("/class")
    assert refused.status_code == 503
    assert "from this network" in refused.text
    for owner, code in zip(owners_, codes, strict=False):
        owner.post(f"/class/{classes().find(code).id}/delete")


def test_who_is_here_is_told(room):
    room.enter()
    assert room.teacher.hear("here", count=1)
    member = room.enter()
    assert member.hear("here", count=2)
    member.leave()
    assert room.teacher.hear("here", count=1)


def test_what_another_process_wrote_is_seen_at_the_next_look(room):
    member = room.enter()
    classes().emit(room.id, "stage", {"stage": "map"})
    assert member.hear("stage")["b"] == {"stage": "map"}


def test_names_are_drawn_chosen_or_off_as_the_teacher_wants(room):
    browser = Browser(room.address)
    assert room.enter(browser).hello["name"] == ""
    assert not room.enter(browser).say("nick", {"name": "Ada"})["ok"]
    assert room.teacher.hear("member")["b"] == {"no": 1, "name": ""}
    room.teacher.steer("settings", names="drawn")
    member = room.enter(browser)
    assert member.hello["name"]
    assert room.teacher.hear("member")["b"] == {"no": 1, "name": member.hello["name"]}
    room.teacher.steer("settings", names="chosen")
    member.hear("settings", names="chosen")
    assert "teacher" in member.say("nick", {"name": "Teacher"})["why"].lower()
    assert member.say("nick", {"name": "Ada 2"})["ok"]
    assert room.teacher.hear("member")["b"] == {"no": 1, "name": "Ada 2"}
    assert member.hear("member")["b"] == {"no": 1, "name": "Ada 2"}
    assert room.enter().hear_nothing("member", 0.1)


@pytest.mark.parametrize(
    ("plan", "to"),
    [("45", "./stage?plan=45"), ("A-_" * 7, f"./stage?plan={'A-_' * 7}"), ("", "./classroom"), ("x&y=1", "./classroom"), ("//evil", "./classroom")],
)  # fmt: skip
def test_a_class_that_is_opened_for_a_plan_begins_on_its_stage(address, plan, to):
    browser = Browser(address)
    answer = browser.post("/class", plan=plan)
    assert (answer.status_code, answer.headers["location"]) == (303, to)
