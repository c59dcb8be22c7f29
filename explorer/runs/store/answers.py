"""What browsers answered on the pages of the course: the newest answer to each question, and nothing of the person.

A question is a name of a page's, such as kl_predicted; an answer is a text of the page's making. Neither is ever what somebody typed.
"""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select

from explorer.runs.store import store
from explorer.runs.store.class_events import upsert
from explorer.runs.store.database import Database
from explorer.runs.store.plan_tables import answers as _answers

MOST = 500  # answers of one browser; the oldest give way
KEPT = timedelta(days=400)  # after the last change, as long as a browser keeps the cookie that says whose they are
LONGEST = {"question": 64, "answer": 200}  # characters


class Given(NamedTuple):
    """An answer, and when it was given (aware, UTC)."""

    answer: str
    at: datetime


class Answers:
    """The answers in a store."""

    def __init__(self, base: Database):
        self.base = base

    def of(self, owner: str) -> dict[str, Given]:
        """What this browser answered, by question, the oldest first."""
        asked = select(_answers.c.question, _answers.c.answer, _answers.c.at).where(_answers.c.owner == owner)
        with self.base.reading() as connection:
            found = connection.execute(asked.order_by(_answers.c.at, _answers.c.question))
            return {row.question: Given(row.answer, row.at) for row in found}

    def keep(self, owner: str, question: str, answer: str) -> None:
        """Keep an answer in place of the one before; ValueError where question or answer is longer than the store takes."""
        for name, text in (("question", question), ("answer", answer)):
            if len(text) > LONGEST[name]:
                raise ValueError(f"The {name} has {len(text)} characters; {LONGEST[name]} is the most.")
        with self.base.writing() as connection:
            put = upsert(connection, _answers).values(owner=owner, question=question, answer=answer, at=datetime.now(UTC))
            new = {"answer": put.excluded.answer, "at": put.excluded.at}
            connection.execute(put.on_conflict_do_update(index_elements=["owner", "question"], set_=new))
            own = select(_answers.c.question).where(_answers.c.owner == owner)
            over = list(connection.execute(own.order_by(_answers.c.at.desc(), _answers.c.question).offset(MOST)).scalars())
            if over:
                connection.execute(delete(_answers).where(_answers.c.owner == owner, _answers.c.question.in_(over)))

    def forget(self, owner: str, question: str) -> None:
        """Delete one answer, if there is one."""
        with self.base.writing() as connection:
            connection.execute(delete(_answers).where(_answers.c.owner == owner, _answers.c.question == question))

    def delete(self, owner: str) -> int:
        """Delete all that this browser answered; how many answers there were."""
        with self.base.writing() as connection:
            return connection.execute(delete(_answers).where(_answers.c.owner == owner)).rowcount

    def retain(self, now: datetime | None = None) -> int:
        """Delete what was kept long enough; how many answers."""
        before = (now or datetime.now(UTC)) - KEPT
        with self.base.writing() as connection:
            return connection.execute(delete(_answers).where(_answers.c.at < before)).rowcount


def answers(url: str | None = None) -> Answers:
    """The answers in the process's store at that URL, by default the app's."""
    return Answers(store(url))
