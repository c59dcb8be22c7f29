"""Answers on their way to the store: pages do not wait for it, and what a database that is away costs is the record alone."""

import logging
import subprocess
import sys
import time
from pathlib import Path

import pytest

from explorer.page import owners, remembered
from explorer.runs import answering
from explorer.runs.store import StoreError
from explorer.runs.store.answers import answers

ROOT = Path(__file__).resolve().parents[2]
SAY = "from explorer.runs import answering; print(answering.read('{owner}'))"


@pytest.fixture
def a_browser(monkeypatch):
    """Somebody who keeps cookies, in a process that has just started; returns a function that starts it again."""
    monkeypatch.setattr(owners, "owner", lambda: "ann")
    monkeypatch.setattr(owners, "asks", lambda cookies: "ann")
    monkeypatch.setattr(remembered, "_answers", type(remembered._answers)())
    monkeypatch.setattr(remembered, "_keepers", [answering])
    session = {}
    monkeypatch.setattr(remembered.st, "session_state", session)

    def anew() -> None:
        session.clear()
        remembered._answers.clear()

    yield anew
    answers().delete("ann")


def test_answers_come_back_in_a_process_that_never_heard_them(a_browser):
    remembered.keep("kl_check", "nothing", {"kl": 0.123456789, "model": "VAE"})
    remembered.keep("kl_predicted", "home-zero")
    assert answering.read("ann")["kl_check"] == 'nothing {"kl":0.123457,"model":"VAE"}'
    done = subprocess.run([sys.executable, "-c", SAY.format(owner="ann")], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(answering.read("ann"))
    a_browser()
    assert (remembered.recall("kl_check"), remembered.recall("kl_predicted")) == ("nothing", "home-zero")
    remembered.keep("kl_predicted", None)
    a_browser()
    assert remembered.recall("kl_predicted") is None


def test_a_session_asks_the_store_once_however_often_its_page_runs(a_browser, monkeypatch):
    asked = []
    monkeypatch.setattr(answering, "given_by", lambda owner: asked.append(owner) or {})
    for _ in range(5):
        assert remembered.recall("kl_check") is None
    assert asked == ["ann"]
    a_browser()
    remembered.recall("kl_check")
    assert asked == ["ann", "ann"]


def test_a_store_that_was_late_is_asked_again_and_its_old_answer_replaces_no_newer_one(a_browser, monkeypatch):
    answers().keep("ann", "kl_check", "nothing")
    answers().keep("ann", "kl_predicted", "home-zero")

    def late(owner):
        raise StoreError("It is late.")

    real = answering.given_by
    monkeypatch.setattr(answering, "given_by", late)
    assert remembered.recall("kl_check") is None
    monkeypatch.setattr(answering, "write", lambda *args: None)  # what is answered now does not get there
    remembered.keep("kl_predicted", "stays-zero")
    monkeypatch.setattr(answering, "given_by", real)
    monkeypatch.setattr(remembered, "AGAIN", 0.0)
    remembered.st.session_state[remembered._ASK_FROM] = 0.0
    assert (remembered.recall("kl_check"), remembered.recall("kl_predicted")) == ("nothing", "stays-zero")


def test_of_a_browser_without_cookies_and_of_a_vote_nothing_is_recorded(a_browser, monkeypatch):
    remembered.keep("kl_predicted", "home-zero", lasting=False)
    monkeypatch.setattr(owners, "asks", lambda cookies: None)
    remembered.keep("kl_check", "nothing")
    assert (remembered.recall("kl_check"), remembered.recall("kl_predicted")) == ("nothing", "home-zero")
    assert answering.read("ann") == {}


def test_a_database_that_does_not_answer_keeps_nobody_waiting_and_costs_only_the_record(a_browser, monkeypatch, caplog):
    class Away:
        def __getattr__(self, name):
            time.sleep(0.3)
            raise StoreError("It is away.")

    monkeypatch.setattr(answering, "answers", Away)
    monkeypatch.setattr(answering, "PATIENCE", 0.05)
    with caplog.at_level(logging.WARNING, "explorer"):
        remembered.keep("kl_check", "nothing")
        assert remembered.recall("kl_check") == "nothing"
        with pytest.raises(StoreError):
            answering.read("ann")
        answering._thread.submit(lambda: None).result()  # what was waiting has been told
    assert "An answer is not recorded: It is away." in caplog.text


def test_an_answer_and_its_numbers_are_read_as_they_were_written():
    numbers = {"before": 0.8461538, "count": 5, "who": "the VAE"}
    assert remembered.answered(remembered.record("as-before", numbers)) == (
        "as-before",
        {"before": 0.846154, "count": 5, "who": "the VAE"},
    )
    assert remembered.answered(remembered.record("one", {})) == ("one", {})
