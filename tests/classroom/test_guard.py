"""What a word from a browser may hold, and what is refused with a sentence."""

import json
import math

import pytest

from explorer.classroom import guard
from explorer.classroom.guard import Refused, address, read, strokes
from explorer.classroom.rates import Guesses, Rate, Recent
from explorer.page.places import PLACES

OPTIONS = [{"key": "a", "text": "A"}, {"key": "b", "text": "B"}]
PLAN = {"id": "45", "stage": "m1-a", "step": 3, "began": 1_800_000_000_000}
VOTE = {"do": "open", "topic": "", "question": "Which?", "options": OPTIONS, "right": ""}


def said(kind: str, body: object, role: str = "teacher") -> dict:
    return read(json.dumps({"k": kind, "id": "12345678", "b": body}), role).body


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("kl?kl_mu=1.5", "kl?kl_mu=1.5"),
        ("/kl?kl_mu=1.5#there", "kl?kl_mu=1.5"),
        ("", ""),
        ("home", ""),
        ("home?a=1&a=2", "?a=1&a=2"),
        ("kl?x=<script>&y=%22", "kl?x=%3Cscript%3E&y=%22"),
        ("kl?x=\n\u2028&empty=", "kl?x=%0A%E2%80%A8&empty="),
    ],
)
def test_an_address_is_a_page_of_this_app_written_anew(given, written):
    assert address(given) == written
    assert address(written) == written


@pytest.mark.parametrize(
    "given",
    [
        "//evil.example",
        "https://evil.example/kl",
        "javascript:alert(1)",
        "../kl",
        "kl/../../x",
        "nothing",
        "KL",
        "kl\n",
        None,
        7,
        "kl?" + "x" * 2_001,
    ],
)
def test_what_leads_elsewhere_is_refused(given):
    with pytest.raises(Refused):
        address(given)


def test_every_page_can_be_shown():
    assert [address(path) for path in PLACES if path != "home"] == [path for path in PLACES if path != "home"]


@pytest.mark.parametrize(
    "body",
    [
        {**VOTE, "question": ""},
        {**VOTE, "question": " \n\u200b"},
        {**VOTE, "question": "x" * 401},
        {**VOTE, "options": OPTIONS[:1]},
        {**VOTE, "options": [*OPTIONS, {"key": "a", "text": "C"}]},
        {**VOTE, "options": [*OPTIONS, {"key": "c", "text": "B"}]},
        {**VOTE, "options": [{"key": str(i), "text": str(i)} for i in range(9)]},
        {**VOTE, "options": [{"key": "a b", "text": "A"}, OPTIONS[1]]},
        {**VOTE, "right": "c"},
        {**VOTE, "topic": "<b>"},
        {"do": "explode"},
        {"do": "discuss", "seconds": math.inf},
    ],
)
def test_a_vote_that_cannot_be_held_is_refused(body):
    with pytest.raises(Refused):
        said("steer", {"what": "ballot", **body})


def test_a_stage_says_where_it_is_and_nothing_where_it_has_left():
    assert said("steer", {"what": "plan", **PLAN, "more": 1}) == {"what": "plan", **PLAN}
    assert said("steer", {"what": "plan"}) == {"what": "plan"}
    for asked in ({"step": 3}, {"began": 5}, {"wish": "vote"}):
        assert said("steer", {"what": "plan", "stage": "m1-a", **asked}) == {"what": "plan", "stage": "m1-a", **asked}


def test_what_is_asked_is_one_line_of_text_and_stays_text():
    body = said("steer", {"what": "ballot", **VOTE, "question": " <b>Which</b>\n\tone\u0000? "})
    assert body["question"] == "<b>Which</b> one ?"


@pytest.mark.parametrize(
    ("kind", "role"),
    [(kind, role) for kind, (whose, _) in guard.WORDS.items() for role in ("teacher", "member") if role not in whose],
)
def test_a_word_of_the_other_role_is_refused_whatever_it_says(kind, role):
    with pytest.raises(Refused, match="Only"):
        said(kind, {}, role)


@pytest.mark.parametrize(
    ("kind", "body", "role"),
    [
        ("steer", {"what": "stage", "stage": "elsewhere"}, "teacher"),
        ("steer", {"what": "owner"}, "teacher"),
        ("steer", {"what": "plan", **PLAN, "id": "<b>"}, "teacher"),
        ("steer", {"what": "plan", **PLAN, "id": "x" * 23}, "teacher"),
        ("steer", {"what": "plan", **PLAN, "step": -1}, "teacher"),
        ("steer", {"what": "plan", **PLAN, "step": 60}, "teacher"),
        ("steer", {"what": "plan", **PLAN, "step": True}, "teacher"),
        ("steer", {"what": "plan", **PLAN, "began": "now"}, "teacher"),
        ("steer", {"what": "plan", **PLAN, "stage": "<b>"}, "teacher"),
        ("steer", {"what": "plan", **PLAN, "wish": "vote"}, "teacher"),
        ("steer", {"what": "plan", "stage": "a", "wish": "explode"}, "teacher"),
        ("steer", {"what": "plan", "stage": "a"}, "teacher"),
        ("steer", {"what": "plan", "wish": "vote"}, "teacher"),
        ("steer", {"what": "plan", "more": 1}, "teacher"),
        ("steer", {"what": "plan", "id": "45"}, "teacher"),
        ("steer", {"what": ["map"]}, "teacher"),
        ("steer", {"what": "map", "models": ["../../etc/passwd"]}, "teacher"),
        ("steer", {"what": "map", "label": 10}, "teacher"),
        ("steer", {"what": "map", "label": True}, "teacher"),
        ("steer", {"what": "follow", "on": 1}, "teacher"),
        ("pointer", {"models": ["a"], "codes": []}, "teacher"),
        ("pointer", {"models": ["a"], "codes": [["1"]]}, "teacher"),
        ("vote", {"ballot": "x", "round": 1, "choice": "a"}, "member"),
        ("vote", {"ballot": "12345678", "round": 3, "choice": "a"}, "member"),
        ("vote", {"ballot": "12345678", "round": True, "choice": "a"}, "member"),
        ("vote", {"ballot": "12345678", "round": 1, "choice": ["a"]}, "member"),
        ("run", {"value": "1"}, "member"),
        ("run", {"value": None}, "member"),
        ("arrived", {"n": -1}, "member"),
        ("away", {}, "member"),
        ("away", "yes", "member"),
        ("away", [], "member"),
    ],
)
def test_a_body_that_makes_no_sense_is_refused(kind, body, role):
    with pytest.raises(Refused):
        said(kind, body, role)


def test_not_a_number_is_no_number_in_any_word():
    for text in ("NaN", "Infinity", "-Infinity", "1e999"):
        with pytest.raises(Refused):
            read(f'{{"k":"run","id":"12345678","b":{{"value":{text}}}}}', "member")
        with pytest.raises(Refused):
            strokes(json.loads(f"[[[0,{text}]]]"))


@pytest.mark.parametrize(
    "drawn",
    [
        [],
        [[]],
        [[[0.1, 0.2]], []],
        [[[0.1]]],
        [[[0.1, 0.2, 0.3]]],
        [[[0.1, 1.51]]],
        [[["0.1", 0.2]]],
        [[[True, 0.2]]],
        [[[0.1, 0.2]]] * 41,
        [[[0.1, 0.2]] * 601],
        {"0": 1},
        7,
        None,
    ],
)
def test_what_is_no_drawing_is_refused(drawn):
    with pytest.raises(Refused, match="drawing"):
        strokes(drawn)


def test_points_are_rounded_to_thousandths():
    assert strokes([[[0.12345, -0.5], [1, 1.5]]]) == [[[0.123, -0.5], [1, 1.5]]]


def test_a_rate_takes_so_many_at_once_and_so_many_a_second():
    rate = Rate(20, 40)
    assert [rate.takes(100.0) for _ in range(41)] == [True] * 40 + [False]
    assert [rate.takes(100.5) for _ in range(11)] == [True] * 10 + [False]
    assert sum(rate.takes(101 + i / 100) for i in range(200)) == pytest.approx(10 + 2 * 20, abs=1)


def test_wrong_codes_count_for_a_minute_for_their_address_and_for_all():
    guesses = Guesses()
    for i in range(guesses.OF_ONE):
        assert guesses.open("school", i / 2)
        guesses.wrong("school", i / 2)
    assert not guesses.open("school", 30)
    assert guesses.open("home", 30)
    assert guesses.open("school", 61)
    for i in range(guesses.OF_ALL):
        guesses.wrong(f"address {i}", 70)
    assert not guesses.open("home", 71)
    assert guesses.open("home", 131)


def test_one_address_alone_shuts_out_no_other_and_is_itself_let_in_again():
    guesses = Guesses()
    for i in range(10 * guesses.OF_ALL):
        guesses.wrong("attacker", i / 10)  # five minutes of it
    assert guesses.open("school", 300)
    assert guesses.open("attacker", 361)


def test_addresses_that_guess_take_no_memory_without_end():
    recent = Recent(3, 60)
    for i in range(3 * recent.ADDRESSES):
        recent.note(f"address {i}", 0)
    assert len(recent) == recent.ADDRESSES
