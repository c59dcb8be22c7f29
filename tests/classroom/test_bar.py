"""What the document of the full app brings along for a browser that is in a class, and that nobody learns a code by it."""

import secrets

import pytest
from own_loop import complete
from starlette.requests import Request

from explorer.classroom import bar
from explorer.classroom.doors import COOKIE
from explorer.classroom.room import EMPTY
from explorer.page import owners
from explorer.runs.store.classes import Class, classes


@pytest.fixture
def found(tmp_path, monkeypatch) -> Class:
    monkeypatch.setenv("LATENT_EXPLORER_DATA", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(bar, "_found", {})
    return classes().open(owner("teacher" + "x" * 15), str, dict(EMPTY["settings"]))


def owner(secret: str) -> str:
    return owners.asks({owners.COOKIE: secret}) or ""


def head(secret: str, code: str) -> str:
    """What stands in the head of a page for that browser."""
    cookies = f"{owners.COOKIE}={secret}; {COOKIE}={code}"
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "server": ("127.0.0.1", 8501),
        "path": "/",
        "query_string": b"",
        "headers": [(b"cookie", cookies.encode()), (b"host", b"127.0.0.1:8501")],
    }
    return complete(bar.head(Request(scope)))


def test_teacher_and_members_get_their_bar_and_a_stranger_learns_nothing_of_a_code(found):
    member, stranger = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
    classes().join(found.id, owner(member), lambda taken: "")
    assert '"role":"teacher"' in head("teacher" + "x" * 15, found.code)
    assert '"role":"member"' in head(member, found.code)
    assert head(stranger, found.code) == head(stranger, "BBBBBB") == ""
