"""Answers in the store, on both databases: the newest counts, one browser's are its own, and they go after a while or when asked."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from explorer.runs.store import answers as kept_answers
from explorer.runs.store import plan_tables
from explorer.runs.store.answers import KEPT, Answers
from explorer.runs.tidying import Tidying


@pytest.fixture
def answers(store) -> Answers:
    return Answers(store)


def told(answers: Answers, owner: str) -> dict[str, str]:
    return {question: given.answer for question, given in answers.of(owner).items()}


def test_the_newest_answer_counts_and_outlives_the_process(answers, another):
    began = datetime.now(UTC)
    for answer in ("ae", "vae"):
        answers.keep("ann", "home_predicted", answer)
    answers.keep("ann", "kl_check", 'nothing {"kl":0.5}')
    answers.keep("bob", "home_predicted", "ae")
    assert told(Answers(another()), "ann") == {"home_predicted": "vae", "kl_check": 'nothing {"kl":0.5}'}
    assert began <= answers.of("ann")["home_predicted"].at <= datetime.now(UTC)


def test_one_answer_is_forgotten_or_all_of_a_browser_and_nobody_elses(answers):
    for owner in ("ann", "bob"):
        for question in ("a", "b", "c"):
            answers.keep(owner, question, "yes")
    answers.forget("ann", "b")
    answers.forget("ann", "never asked")
    assert set(told(answers, "ann")) == {"a", "c"}
    assert answers.delete("ann") == 2
    assert (told(answers, "ann"), len(told(answers, "bob")), answers.delete("ann")) == ({}, 3, 0)


def test_the_oldest_answers_of_a_browser_give_way_to_new_ones(answers, monkeypatch):
    monkeypatch.setattr(kept_answers, "MOST", 3)
    for question in ("a", "b", "c", "a", "d"):
        answers.keep("ann", question, "yes")
        answers.keep("bob", f"{question} of bob", "yes")
    assert set(told(answers, "ann")) == {"c", "a", "d"}
    assert len(told(answers, "bob")) == 3


@pytest.mark.parametrize(("question", "answer"), [("q" * 65, "yes"), ("q", "y" * 201)])
def test_what_the_store_does_not_take_is_refused_with_a_sentence(answers, question, answer):
    with pytest.raises(ValueError, match=r"characters; (64|200) is the most"):
        answers.keep("ann", question, answer)
    assert told(answers, "ann") == {}


def test_two_windows_that_answer_at_once_leave_one_answer(answers):
    with ThreadPoolExecutor(8) as windows:
        list(windows.map(lambda n: answers.keep("ann", "home_predicted", f"answer {n}"), range(24)))
    assert told(answers, "ann").keys() == {"home_predicted"}


def test_answers_go_after_400_days_when_somebody_tidies_up(answers, url, monkeypatch):
    monkeypatch.setattr("explorer.runs.tidying.TIDYING", 0.0)
    for question, days in (("old", 401), ("young", 399)):
        answers.keep("ann", question, "yes")
        with answers.base.writing() as connection:
            this = update(plan_tables.answers).where(plan_tables.answers.c.question == question)
            connection.execute(this.values(at=datetime.now(UTC) - timedelta(days=days)))
    assert timedelta(days=400) == KEPT
    tidying = Tidying(url)
    tidying.start()
    patience = time.monotonic() + 10
    while "old" in told(answers, "ann") and time.monotonic() < patience:
        time.sleep(0.02)
    tidying.stop()
    assert told(answers, "ann") == {"young": "yes"}
