"""Votes of a class: a question, one or two rounds, and what every member chose in each.

What the class is told of a vote holds no more than its state allows: counts once they are shown, the right answer once it is revealed.
"""

import secrets
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from explorer.runs.store.class_events import Body, Events, tell, upsert
from explorer.runs.store.class_tables import ballots, members, votes
from explorer.runs.store.errors import StoreError

NO_BALLOT = "There is no such vote, or no longer."
NOT_A_MEMBER = "Only members of the class vote in it. Join it first."
SHUT = "This vote is shut."
OTHER_ROUND = "This round of the vote is over."
NO_CHOICE = "This answer is not among those of the vote."
NOT_NOW = "The vote cannot do this now."
# What the teacher does to a vote -> the states in which it can be done, and the state that follows.
STEPS: dict[str, tuple[tuple[str, ...], str]] = {
    "shut": (("open",), "shut"),
    "show": (("open", "shut"), "shown"),
    "discuss": (("shut", "shown"), "discuss"),
    "again": (("shut", "shown", "discuss"), "open"),
    "reveal": (("open", "shut", "shown", "discuss"), "revealed"),
    "close": (("open", "shut", "shown", "discuss", "revealed"), "closed"),
}
ONCE = ("discuss", "again")  # only in the first of two rounds


class Vote(NamedTuple):
    """A choice of a member in a round of a ballot."""

    ballot: str
    round: int
    member: str
    choice: str


class Votes(Events):
    """Putting a question, its rounds, and counting."""

    def put(self, class_id: str, topic: str, question: str, options: list[Body], right: str, word: str | None = None) -> int:
        """Put a question to the vote; the one before is closed."""

        def make(connection: Connection) -> Body:
            connection.execute(update(ballots).where(ballots.c.class_id == class_id).values(state="closed"))
            values = {"id": secrets.token_urlsafe(16), "topic": topic, "question": question, "options": options}
            new = {**values, "right": right, "round": 1, "state": "open"}
            connection.execute(insert(ballots).values(**new, class_id=class_id, created=datetime.now(UTC)))
            return _told(connection, new, None)

        return self.emit(class_id, "ballot", make, word)

    def step(self, class_id: str, do: str, seconds: float = 0, word: str | None = None) -> int:
        """Go on with the class's vote: shut, show, discuss for so many seconds, again, reveal or close."""
        allowed, state = STEPS[do]

        def make(connection: Connection) -> Body:
            this = select(ballots).where(ballots.c.class_id == class_id, ballots.c.state != "closed")
            row = connection.execute(this.with_for_update()).one_or_none()
            if row is None:
                raise StoreError(NO_BALLOT)
            if row.state not in allowed or (do in ONCE and row.round > 1):
                raise StoreError(NOT_NOW)
            new = {**row._mapping, "state": state, "round": 2 if do == "again" else row.round}
            connection.execute(update(ballots).where(ballots.c.id == row.id).values(state=new["state"], round=new["round"]))
            return _told(connection, new, round(1000 * (time.time() + seconds)) if do == "discuss" else None)

        return self.emit(class_id, "ballot", make, word)

    def vote(self, given: Sequence[Vote]) -> list[str]:
        """Count these votes of the classes' members, all in one transaction; a member's newest vote of a round counts.

        A sentence for each: "" where it counts.
        """
        newest = {vote[:3]: vote for vote in given}
        said: dict[tuple, str] = {}
        with self.base.writing() as connection:
            asked = select(ballots).where(ballots.c.id.in_({vote.ballot for vote in given}))
            asked_for = {row.id: row for row in connection.execute(asked.with_for_update(read=True))}
            within = {row.class_id for row in asked_for.values()}
            there = select(members.c.class_id, members.c.member).where(members.c.class_id.in_(within), ~members.c.removed)
            there = there.where(members.c.member.in_({vote.member for vote in given}))
            present = {tuple(row) for row in connection.execute(there)}
            now, good = datetime.now(UTC), []
            for key, vote in sorted(newest.items()):
                said[key] = _refusal(asked_for.get(vote.ballot), vote, present)
                if not said[key]:
                    values = {"ballot_id": vote.ballot, "round": vote.round, "member": vote.member}
                    good.append({**values, "choice": vote.choice, "at": now})
            if good:
                put = upsert(connection, votes)
                new = {"choice": put.excluded.choice, "at": put.excluded.at}
                connection.execute(put.on_conflict_do_update(index_elements=["ballot_id", "round", "member"], set_=new), good)
            for class_id in within:
                tell(connection, f"{class_id} votes")
        return [said[vote[:3]] for vote in given]

    def counts(self, ballot: str, round_: int) -> dict[str, int]:
        """How often each answer was given in a round; answers that nobody gave are left out."""
        with self.base.reading() as connection:
            return _counted(connection, ballot, round_)

    def right(self, ballot: str) -> str:
        """The key of the right answer, for who teaches; "" where there is none."""
        with self.base.reading() as connection:
            return connection.scalar(select(ballots.c.right).where(ballots.c.id == ballot)) or ""

    def choices(self, ballot: str, member: str) -> dict[str, str]:
        """What a member chose, by round as text."""
        asked = select(votes.c.round, votes.c.choice).where(votes.c.ballot_id == ballot, votes.c.member == member)
        with self.base.reading() as connection:
            return {str(round_): choice for round_, choice in connection.execute(asked)}


def _refusal(ballot: Any, vote: Vote, present: set[tuple[Any, ...]]) -> str:
    """Why a vote does not count; `present` has the class and the member of those who may vote."""
    if ballot is None or ballot.state == "closed":
        return NO_BALLOT
    if (ballot.class_id, vote.member) not in present:
        return NOT_A_MEMBER
    if ballot.round != vote.round:
        return OTHER_ROUND
    if ballot.state != "open":
        return SHUT
    return "" if vote.choice in {option["key"] for option in ballot.options} else NO_CHOICE


def _counted(connection: Connection, ballot: str, round_: int) -> dict[str, int]:
    asked = select(votes.c.choice, func.count()).where(votes.c.ballot_id == ballot, votes.c.round == round_)
    return {choice: int(count) for choice, count in connection.execute(asked.group_by(votes.c.choice))}


def _told(connection: Connection, ballot: Mapping[str, Any], until: int | None) -> Body:
    """What the class is told of a ballot: of its counts and its right answer no more than its state allows."""
    if ballot["state"] == "closed":
        return {}
    told = {name: ballot[name] for name in ("id", "topic", "question", "options", "round", "state")}
    rounds = range(1, ballot["round"] + 1) if ballot["state"] in ("shown", "revealed") else ()
    counts = {str(round_): _counted(connection, ballot["id"], round_) for round_ in rounds}
    revealed = ballot["state"] == "revealed"
    moved = _moved(connection, ballot["id"]) if revealed else {}
    return {**told, "until": until, "right": (ballot["right"] or None) if revealed else None, "counts": counts, "moved": moved}


def _moved(connection: Connection, ballot: str) -> dict[str, int]:
    """How many members went from one answer to another between the rounds, those who stayed among them."""
    first, second = votes.alias(), votes.alias()
    both = (first.c.ballot_id == ballot, second.c.ballot_id == ballot, first.c.round == 1, second.c.round == 2)
    asked = select(first.c.choice, second.c.choice, func.count()).where(*both, first.c.member == second.c.member)
    return {f"{a}>{b}": int(count) for a, b, count in connection.execute(asked.group_by(first.c.choice, second.c.choice))}
