"""What the document of the full app brings along for whom: nothing for who is in no class, a student's bar, a teacher's."""

import json
import re

import pytest
from in_class import Browser, opened
from own_loop import complete
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.testclient import TestClient

from explorer.browser.assets import build, modules
from explorer.classroom import bar, doors
from explorer.page import owners, words
from explorer.runs.store.classes import classes
from explorer.serving import entry


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    monkeypatch.setattr(bar, "_found", {})


@pytest.fixture
def teacher():
    return Browser()


@pytest.fixture
def found(teacher):
    return opened(teacher)


def asked(cookies: dict[str, str]) -> Request:
    said = "; ".join(f"{name}={value}" for name, value in cookies.items())
    headers = [(b"host", b"here"), *([(b"cookie", said.encode())] if said else [])]
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": headers}
    return Request({**scope, "scheme": "http", "server": ("here", 80), "path_params": {}})


def head(cookies: dict[str, str]) -> str:
    return complete(bar.head(asked(cookies)))


def told(cookies: dict[str, str]) -> dict:
    (said,) = re.findall(r"begin\((\{.*\})\)</script>", head(cookies))
    return json.loads(said)


def test_who_is_in_no_class_gets_the_same_document_to_the_byte(found):
    alone = complete(entry.document(asked({}))).body
    guesses = Browser(found.code)  # it knows the code, but it has not joined
    for cookies in ({}, {"latent_class": "BCDFGH"}, {"latent_class": found.code}, Browser("BCDFGH").cookies, guesses.cookies):
        assert complete(entry.document(asked(cookies))).body == alone


def test_a_member_gets_a_students_bar_and_who_opened_the_class_a_teachers(teacher, found):
    student = Browser(found.code)
    classes().join(found.id, student.owner, lambda taken: "")
    assert told(student.cookies)["role"] == "member"
    assert "bar-desk" not in told(student.cookies)["words"]
    said = told({**teacher.cookies, "latent_class": found.code})
    assert (said["role"], said["join"]["code"], said["build"]) == ("teacher", found.code, build())
    assert b"begin(" in complete(entry.document(asked(student.cookies))).body


def test_a_browser_that_becomes_a_teacher_or_is_removed_has_another_bar_at_once(teacher, found):
    student, other = Browser(found.code), Browser(found.code)
    for browser in (student, other):
        classes().join(found.id, browser.owner, lambda taken: "")
    assert told(student.cookies)["role"] == "member"
    key = owners.key(teacher.cookies, found.id)
    server = TestClient(Starlette(routes=doors.routes()), base_url="http://here", cookies=student.cookies)
    server.post(f"/class/{found.code}/return", data={"key": key}, headers={"Origin": "http://here"}, follow_redirects=False)
    assert told(student.cookies)["role"] == "teacher"
    classes().remove(found.id, 2)
    assert head(other.cookies) == ""


def test_a_class_that_has_ended_has_no_bar(teacher, found):
    classes().end(found.id)
    assert head({**teacher.cookies, "latent_class": found.code}) == ""


def test_every_word_of_the_bar_is_said():
    said = words.load("explorer/classroom")
    code = "".join(text for path, text in modules().items() if path.startswith("explorer/classroom/js/"))
    started = set(re.findall(r"\[`(\w+)-\$\{", code)) | {"follow", "pointer"}
    for block in ("bar", "bar-member", "bar-teacher", "bar-vote", "bar-desk"):
        unsaid = [
            key
            for key in said.items(block)
            if not re.search(rf"\b{key}\b", code) and not key.startswith(tuple(f"{name}-" for name in started))
        ]
        assert unsaid == [], block
