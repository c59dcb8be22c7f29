"""Browsers in a class, for tests of pages: each is its two cookies, with which the app's script is run in this process."""

import secrets
from contextlib import contextmanager
from unittest import mock

from app_driver import run, visit
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from explorer.classroom import doors
from explorer.classroom.room import EMPTY
from explorer.page import owners
from explorer.runs.store.classes import Class, classes


class Browser:
    """A browser; with a class's code it is in that class."""

    def __init__(self, code: str = ""):
        self.cookies = {owners.COOKIE: secrets.token_urlsafe(16)} | ({doors.COOKIE: code} if code else {})
        self.headers = {"Host": "localhost:8501"}
        self.app: AppTest | None = None

    @property
    def owner(self) -> str:
        return str(owners.asks(self.cookies))

    @contextmanager
    def here(self):
        """While this is entered, scripts run for this browser."""
        with (
            mock.patch.object(ContextProxy, "cookies", self.cookies),
            mock.patch.object(ContextProxy, "headers", self.headers),
        ):
            yield

    def visit(self, path: str, /, **link: str) -> AppTest:
        with self.here():
            self.app = visit(path, **link)
        return self.app

    def again(self) -> AppTest:
        """The page once more, as when the class has moved on."""
        with self.here():
            return run(self.app)

    def choose(self, key: str, value) -> AppTest:
        self.app.get_by_key(key).set_value(value)
        return self.again()

    def press(self, label: str) -> AppTest:
        (button,) = (b for b in self.app.button if b.label == label)
        button.click()
        return self.again()


def opened(teacher: Browser, **settings) -> Class:
    """A class that this browser opens."""
    found = classes().open(teacher.owner, lambda thing: owners.key(teacher.cookies, thing), {**EMPTY["settings"], **settings})
    teacher.cookies[doors.COOKIE] = str(found.code)
    return found


def joined(found: Class, name: str = "") -> Browser:
    """Another browser, which is a member of it."""
    browser = Browser(str(found.code))
    classes().join(found.id, browser.owner, lambda taken: name)
    return browser
