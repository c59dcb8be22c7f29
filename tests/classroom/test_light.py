"""The light page, as a browser asks for it: how a class is found by its code, what a wrong one is told, and what the page weighs."""

import gzip
import json
import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from served import Browser, server

from explorer.browser.assets import modules
from explorer.classroom import light, rates, socket
from explorer.classroom.doors import COOKIE
from explorer.page import words
from explorer.page.owners import COOKIE as OWNER
from explorer.runs.store.classes import ALPHABET

DOCUMENT = {"Accept": "text/html,*/*;q=0.8"}
JS = "explorer/classroom/js"
SAID_BY = {  # block of words -> the modules that say it
    "phone": ("phone.js", "tally.js"),
    "votes": ("votes.js",),
    "ballot": ("ballot.js", "projector.js"),
    "stage": ("stage.js", "projector.js", "tally.js"),
}
STATES = {"open", "shut", "shown", "discuss", "revealed"}  # of a ballot: each is said by its name
OTHER = {*SAID_BY, *STATES, "state", "id", "round", "options", "question", "until", "moved", "element", "heading"}  # no words


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    with server(tmp_path_factory.mktemp("classes")) as running:
        yield running


@pytest.fixture(autouse=True)
def no_guesses(monkeypatch) -> None:
    for module in (socket, light):
        monkeypatch.setattr(module, "guesses", rates.Guesses())


@pytest.fixture
def phone(address) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, headers=DOCUMENT) as client:
        yield client


@pytest.fixture(scope="module")
def teacher(address) -> Browser:
    return Browser(address)


@pytest.fixture(scope="module")
def code(teacher) -> str:
    return teacher.open()


def trouble(page: httpx.Response) -> str:
    return re.search(r'<p class="trouble" role="alert">(.*?)</p>', page.text)[1]


@pytest.mark.parametrize("typed", ["{}", " {} ", "{spaced}", "{dashed}", "{lower}"])
def test_a_code_leads_to_its_class_however_it_is_typed(phone, code, typed):
    ways = {"spaced": light.spaced(code), "dashed": f"{code[:3]}-{code[3:]}", "lower": code.lower()}
    page = phone.get("/join", params={"code": typed.format(code, **ways)}, follow_redirects=True)
    assert page.status_code == 200
    assert page.url.path == f"/join/{code}"
    assert light.spaced(code) in page.text


def test_whoever_joins_gets_both_cookies_which_no_script_can_read(phone, code):
    given = phone.get(f"/join/{code}").headers.get_list("set-cookie")
    assert sorted(each.partition("=")[0] for each in given) == [COOKIE, OWNER]
    assert all("HttpOnly" in each and "samesite=lax" in each.lower() and "Path=/" in each for each in given)
    assert phone.cookies[COOKIE] == code


@pytest.mark.parametrize(
    "typed", ["K7XWQ", "K7XWQPP", "K7XWQ0", "<b>hi</b>", "\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9", "../../etc", "%00", "-"]
)
def test_what_is_no_code_is_told_what_a_code_is_made_of_and_never_becomes_markup(phone, typed):
    page = phone.get("/join", params={"code": typed}, follow_redirects=True)
    assert page.status_code == 404
    assert "six letters and digits" in trouble(page)
    assert "<b>hi" not in page.text
    assert COOKIE not in page.headers.get("set-cookie", "")
    (up,), (form,) = re.findall('<base href="(.*?)">', page.text), re.findall('action="(.*?)"', page.text)
    assert urlsplit(urljoin(urljoin(str(page.url), up), form)).path == "/join"  # and may try again at once


def test_a_code_of_no_class_is_told_so(phone, code):
    other = next(letter for letter in ALPHABET if letter != code[0]) + code[1:]
    page = phone.get(f"/join/{other}")
    assert page.status_code == 404
    assert light.spaced(other) in trouble(page)


def test_after_many_wrong_codes_only_those_whom_the_class_knows_get_in(address, teacher, code):
    member = Browser(address)
    member.enter(code).leave()
    knows = {who: {"Cookie": f"{OWNER}={who.secret}", **DOCUMENT} for who in (teacher, member)}
    wrong = [f"{a}{b}2222" for a in "BCDFGHJK" for b in "BCDFGHJK"][: rates.Guesses.OF_ONE]
    assert {httpx.get(f"{address}/join/{each}", headers=DOCUMENT).status_code for each in wrong} == {404}
    for path in (wrong[0], code):  # so a right guess looks like a wrong one
        page = httpx.get(f"{address}/join/{path}", headers=DOCUMENT)
        assert page.status_code == 429
        assert "Wait a minute" in trouble(page)
    for headers in knows.values():
        assert httpx.get(f"{address}/join/{code}", headers=headers).status_code == 200


def told(page: httpx.Response) -> dict:
    """What the page's code is told."""
    return json.loads(re.search(r"begin\((\{.*\})\)</script>", page.text)[1])


def test_the_page_knows_already_what_its_socket_will_say_first(address, teacher):
    code, member = teacher.open(), Browser(address)
    seat, phone = teacher.enter(code, "bar"), member.enter(code, "phone")
    phone.hear("hello")
    options = [{"key": "a", "text": "</script><b>A"}, {"key": "b", "text": "B"}]
    assert seat.steer("ballot", do="open", topic="", question="Which?", options=options, right="a")["ok"]
    ballot = phone.hear("ballot")["b"]
    assert phone.say("vote", {"ballot": ballot["id"], "round": 1, "choice": "b"})["ok"]
    known = {}
    for who in (teacher, member, Browser(address)):
        page = httpx.get(f"{address}/join/{code}", headers={"Cookie": f"{OWNER}={who.secret}", **DOCUMENT})
        assert page.text.count("</script>") == 1
        known[who] = told(page)["known"]
        hello = who.enter(code, "phone").hear("hello")["b"]
        assert {**known[who]["state"], "members": []} == {**hello["state"], "count": 0, "drawn": 0, "members": []}
        assert known[who]["role"] == hello["role"]
        votes = [each["mine"]["votes"].get(ballot["id"], {}) for each in (known[who], hello)]
        assert votes == [{"1": "b"} if who is member else {}] * 2
    assert [each["role"] for each in known.values()] == ["teacher", "member", "member"]
    assert seat.steer("member-gone", no=1)["ok"]
    assert (
        told(httpx.get(f"{address}/join/{code}", headers={"Cookie": f"{OWNER}={member.secret}", **DOCUMENT}))["known"] is None
    )
    assert seat.steer("end")["ok"]


def test_the_form_needs_no_script(phone):
    page = phone.get("/join")
    assert page.status_code == 200
    assert "<script" not in page.text
    assert re.search(r'<form class="join" action="./join">', page.text)
    assert re.search(r'<label for="code">.+?</label>\s*<input id="code" name="code"', page.text)


def test_leaving_takes_the_cookie_away_but_not_for_another_site(phone, address, code):
    phone.get(f"/join/{code}")
    for origin, left in (("http://elsewhere.test", False), (address, True)):
        answer = phone.post("/join", headers={"Origin": origin})
        assert (answer.status_code, answer.headers["location"]) == (303, "./join?left=1")
        assert (COOKIE not in phone.cookies) == left
    assert "You have left the class" in trouble(phone.get("/join?left=1"))


def test_the_page_is_one_answer_of_a_few_kilobytes_that_asks_no_other_host(phone, code):
    page = phone.get(f"/join/{code}")
    assert len(gzip.compress(page.content, 6)) < 15_000
    assert re.findall(r'(?:src=|@import|<link(?! rel="icon" href="data:,"))', page.text) == []
    assert re.findall(r"https?://", page.text) == []
    for module in light.PARTS.values():
        assert f"canvas/code/{light.build()}/{module}" in page.text
        assert phone.get(light.code_path(module)).status_code == 200


def test_what_the_modules_say_is_in_their_words_and_all_of_it_is_used():
    for block, names in SAID_BY.items():
        code = re.sub(
            r"(?m)^\s*(?://|/?\*|import ).*$", "", "".join(modules()[f"{JS}/{name}"] for name in names)
        )  # without comments and imports
        known = words.load("explorer/classroom").items(block).keys()
        said = set(re.findall(r"\b(?:words|phone|stage|ballot)\.([a-z]+)\b(?! *[=(.])", code)) - OTHER
        said |= set(re.findall(r'\b(?:words|phone|stage|ballot)\["([a-z-]+)"', code))
        assert said <= known | {key for other in SAID_BY for key in words.load("explorer/classroom").items(other)}, block
        assert [key for key in known - STATES if not re.search(rf"""[."]{key}\b""", code)] == [], block
