"""The presenter's notes as a browser asks for them: the document and its weight, hostile plans, and who may steer a class."""

import gzip
import html
import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from served import Browser, server

from explorer.browser.assets import modules
from explorer.classroom import address as addresses
from explorer.classroom import doors as class_doors
from explorer.classroom import qr, rates, socket
from explorer.page import owners, words
from explorer.page.owners import COOKIE as OWNER
from explorer.plans import doors, notes
from explorer.plans.grammar import parse
from explorer.plans.plan import Plan, Step, Vote
from explorer.plans.shipped import shipped
from explorer.runs.store.classes import classes

DOCUMENT = {"Accept": "text/html,*/*;q=0.8"}
HEAVIEST = 19_000  # bytes of the document by gzip
HOSTILE = "</script><img src=x onerror=alert(1)>&amp;${1}{title}\u2028"


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    with server(tmp_path_factory.mktemp("classes"), doors, notes, **{addresses.SETTING: "http://192.168.1.7:8501"}) as running:
        yield running


@pytest.fixture(autouse=True)
def no_guesses(monkeypatch) -> None:
    monkeypatch.setattr(socket, "guesses", rates.Guesses())


@pytest.fixture
def teacher(address) -> Browser:
    browser = Browser(address)
    browser.code = browser.open()
    return browser


def get(browser: Browser, path: str, code: str = "") -> httpx.Response:
    cookies = f"{OWNER}={browser.secret}" + (f"; {class_doors.COOKIE}={code}" if code else "")
    return httpx.get(f"{browser.address}{path}", headers={"Cookie": cookies, **DOCUMENT})


def told(page: httpx.Response) -> dict:
    """What the page's code is told."""
    assert page.status_code == 200
    return json.loads(re.search(r"begin\((\{.*\})\)</script>", page.text)[1])


@pytest.mark.parametrize("name", shipped())
def test_the_page_is_one_answer_of_a_few_kilobytes_that_asks_no_other_host(address, name):
    page = get(Browser(address), f"/notes?plan={name}&step=2")
    assert len(gzip.compress(page.content, 6)) < HEAVIEST
    assert re.findall(r'(?:<script src=|@import|url\(|<link(?! rel="icon" href="data:,"))', page.text) == []
    assert re.findall(r"https?://", page.text) == []
    assert page.headers["content-security-policy"].startswith("default-src 'self'")
    said = told(page)
    assert (said["step"], said["class"]) == (1, None)
    whole = httpx.get(f"{address}/plans/{name}.json?for=stage").json()
    for shown, step in zip(said["plan"]["steps"], whole["steps"], strict=True):
        assert shown == {part: step[part] for part in notes.SHOWN}


@pytest.mark.parametrize(("asked", "step"), [("", 0), ("0", 0), ("-1", 0), ("x", 0), ("3", 2), ("9999", 0), ("999", -1)])
def test_a_step_that_is_none_is_the_nearest_or_the_first(address, asked, step):
    found = told(get(Browser(address), f"/notes?plan=45&step={asked}"))["step"]
    assert found == (len(shipped()["45"].steps) - 1 if step < 0 else step)


def test_a_plan_that_is_not_there_is_said_so_and_without_one_there_are_the_plans(address):
    page = get(Browser(address), "/notes?plan=<b>")
    assert page.status_code == 404
    assert "<b>" not in page.text
    assert "no such plan" in page.text
    choice = get(Browser(address), "/notes").text
    assert re.findall(r'href="/notes\?plan=([^"]+)"', choice) == list(shipped())
    assert all(html.escape(plan.title) in choice for plan in shipped().values())


def test_a_member_of_a_class_gets_neither_the_notes_nor_the_plan_of_the_stage(address, teacher):
    member = Browser(address)
    member.enter(teacher.code).hear("hello")
    plan = "/plans/45.json?for=stage"
    alone = get(Browser(address), "/plans/45.json").json()
    for browser, sees in ((teacher, True), (Browser(address), True), (member, False)):
        page = get(browser, "/notes?plan=45", teacher.code)
        assert page.status_code == (200 if sees else 403)
        assert ("for its teacher" in page.text) != sees
        assert (get(browser, plan, teacher.code).json() == alone) != sees


def test_what_a_plan_says_stays_text(address, monkeypatch):
    vote = Vote("own", HOSTILE)
    step = Step(HOSTILE, 5, "home", HOSTILE, HOSTILE, HOSTILE, HOSTILE, vote=vote)
    hostile = Plan(HOSTILE, 5, HOSTILE, (step,))
    monkeypatch.setattr(notes, "find", lambda name: hostile)
    page = get(Browser(address), "/notes?plan=45")
    assert page.text.count("</script>") == 1
    assert "<img" not in page.text
    assert told(page)["plan"]["steps"][0]["ask"] == HOSTILE
    assert html.unescape(re.search("<title>(.*)</title>", page.text)[1]).endswith(HOSTILE)


def test_no_text_is_written_as_markup():
    code = "".join(text for path, text in modules().items() if path.startswith("explorer/plans/js/notes"))
    assert "textContent" in code
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment", code) == []


def test_its_teacher_steers_a_class_by_its_socket_and_nobody_else_is_told_of_one(address, teacher):
    member = Browser(address)
    member.enter(teacher.code).hear("hello")
    said = told(get(teacher, "/notes?plan=45", teacher.code))["class"]
    assert said["socket"] == f"/class/{teacher.code}/socket"
    assert said["phone"] == "/notes/phone.svg"
    assert told(get(Browser(address), "/notes?plan=45", teacher.code))["class"] is None
    for other in (member, Browser(address)):
        assert get(other, "/notes/phone.svg", teacher.code).status_code == 403
        refused = other.enter(teacher.code, "phone").steer("plan", id="45", stage="a", step=1, began=0)
        assert not refused["ok"]


def test_a_phone_becomes_a_teacher_by_the_code_and_comes_to_the_plan_that_is_played(address, teacher):
    drawn = get(teacher, "/notes/phone.svg", teacher.code)
    key = owners.key({OWNER: teacher.secret}, classes().find(teacher.code).id)
    link = class_doors.spare("http://192.168.1.7:8501", "notes", teacher.code, key)
    assert drawn.content == qr.svg(link)
    assert drawn.headers["cache-control"] == "no-store"

    phone, path = Browser(address), link.removeprefix("http://192.168.1.7:8501")
    asked = get(phone, path)
    (form,) = re.findall(r'<form method="post" action="(/class/[^"]+)">(.*?)</form>', asked.text)
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form[1]))
    assert fields == {"key": parse_qs(urlsplit(link).query)["key"][0], "to": "notes"}
    assert told(get(phone, "/notes?plan=45", teacher.code))["class"] is None  # to have looked makes nobody a teacher
    came = phone.post(form[0], **fields)
    assert (came.status_code, came.headers["location"]) == (303, "/notes")
    assert f"{class_doors.COOKIE}={teacher.code}" in came.headers["set-cookie"]
    assert get(phone, "/notes", teacher.code).status_code == 200  # no plan is played
    assert phone.enter(teacher.code, "phone").steer("plan", id="45", stage="a", step=3, began=0)["ok"]
    played = get(phone, "/notes", teacher.code)
    assert (played.status_code, played.headers["location"]) == (303, "/notes?plan=45")
    own = told(get(phone, "/notes?plan=45", teacher.code))["class"]
    assert (own["socket"], own["phone"]) == (
        f"/class/{teacher.code}/socket",
        "",
    )  # whose key is another browser's shows no code


def test_a_wrong_key_or_another_hosts_page_makes_no_teacher(address, teacher):
    phone = Browser(address)
    assert phone.post(f"/class/{teacher.code}/return", key="k" * 22, to="notes").status_code == 403
    key = owners.key({OWNER: teacher.secret}, classes().find(teacher.code).id)
    assert phone.post(f"/class/{teacher.code}/return", origin="http://elsewhere.test", key=key, to="notes").status_code == 403
    assert phone.post(f"/class/{teacher.code}/return", key=key, to="//elsewhere.test").headers["location"] == "/classroom"


def test_where_no_phone_can_reach_this_machine_there_is_no_code(address, teacher, monkeypatch):
    monkeypatch.setattr(addresses, "reachable", lambda *_: [])
    assert get(teacher, "/notes/phone.svg", teacher.code).status_code == 404


def test_what_the_code_says_is_in_its_words_and_all_of_them_are_used():
    code = re.sub(r"(?m)^import .*$", "", modules()["explorer/plans/js/notes.js"])
    python = (words.ROOT / "explorer/plans/notes.py").read_text(encoding="utf-8")
    known = {block: words.load("explorer/plans").items(block) for block in notes.SAID}
    del known["notes-together"]
    for key in {key for said in known.values() for key in said}:
        stem = re.escape(re.sub(r"^key-.*", "key-", key).removesuffix("-one"))
        assert re.search(rf"""[."'`]{stem}["'`$?;,) \]]|^ *{stem}:|"{stem}\W""", code + python, re.MULTILINE), key
    said = set(re.findall(r"\bwords\.([a-z]+)\b(?! *[=(.\[])", code)) | set(re.findall(r'\bwords\["([a-z-]+)"\]', code))
    assert said - {key for each in known.values() for key in each} == {"notes", "ballot"}


def test_what_a_class_makes_together_has_its_line_for_all_that_a_plan_may_say():
    written = [
        key.replace("-", " ").replace("drawings", "drawings 4") for key in words.load("explorer/plans").items("notes-together")
    ]
    plan = "# A plan\nminutes: 1\n\n## A step\nminutes: 1\nopen: home\ntogether: {}\n"
    assert [parse(plan.format(each)).steps[0].together for each in written] == written
    named = re.findall(
        r"[a-z]+ [a-z]+|[a-z]+", words.load("explorer/plans").item("troubles", "together", found="").partition("Write")[2]
    )
    assert {each for each in written if each != "drawings 4"} <= set(named)
