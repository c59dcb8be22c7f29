"""What happens in a class: events with numbers.

`emit` numbers and stores an event in the transaction that makes it true, so it happened if and only if it is told. The number is taken first,
which lets a class's events happen one after another; on PostgreSQL other processes hear of it when the transaction is committed. A word that
comes again, with its old id, changes nothing and is answered as before.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from explorer.runs.store.class_tables import classes, events, snapshots
from explorer.runs.store.database import Database
from explorer.runs.store.errors import Gone

CHANNEL = "latent_class"
ENDED = "This class has ended."

Body = dict[str, Any]


class Event(NamedTuple):
    """What happened: its number in its class, its kind, and what it says."""

    n: int
    kind: str
    body: Body


class Again(Exception):
    """The word that asks for this was obeyed before, or there is nothing to do."""


class Events:
    """What happened in the classes of a database."""

    def __init__(self, base: Database):
        self.base = base

    def emit(
        self, class_id: str, kind: str, body: Mapping[str, Any] | Callable[[Connection], Body], word: str | None = None
    ) -> int:
        """Store an event of the open class, and return the number of its newest one.

        A function makes its changes in the same transaction and returns the event's body. `word` is the id of the word that asks for it.
        """
        try:
            with self.base.writing() as connection:
                this = update(classes).where(classes.c.id == class_id, classes.c.ended.is_(None))
                n = connection.execute(this.values(seq=classes.c.seq + 1).returning(classes.c.seq)).scalar()
                if n is None:
                    raise Gone(ENDED)
                if (
                    word
                    and connection.execute(
                        select(events.c.seq).where(events.c.class_id == class_id, events.c.word == word)
                    ).first()
                ):
                    raise Again
                made = body(connection) if callable(body) else dict(body)
                connection.execute(insert(events).values(event_row(class_id, n, kind, made, word)))
                tell(connection, f"{class_id} {n}")
                return int(n)
        except Again:
            return self.numbers([class_id]).get(class_id, 0)

    def events(self, class_id: str, since: int) -> list[Event]:
        """What happened after that number, in order."""
        asked = select(events.c.seq, events.c.kind, events.c.body)
        asked = asked.where(events.c.class_id == class_id, events.c.seq > since).order_by(events.c.seq)
        with self.base.reading() as connection:
            return [Event(*row) for row in connection.execute(asked)]

    def numbers(self, class_ids: Sequence[str]) -> dict[str, int]:
        """The number of the newest event of each of these classes that is there."""
        with self.base.reading() as connection:
            asked = select(classes.c.id, classes.c.seq).where(classes.c.id.in_(class_ids))
            return {class_id: int(n) for class_id, n in connection.execute(asked)}

    def snapshot(self, class_id: str) -> tuple[int, Body | None]:
        """The newest state that was kept, and the number of its event; (0, None) where there is none."""
        with self.base.reading() as connection:
            asked = select(snapshots.c.seq, snapshots.c.state).where(snapshots.c.class_id == class_id)
            row = connection.execute(asked).one_or_none()
        return (0, None) if row is None or row.state is None else (int(row.seq), row.state)

    def keep_snapshot(self, class_id: str, n: int, state: Mapping[str, Any]) -> None:
        """Keep the state after event `n`, unless a newer one is kept."""
        with self.base.writing() as connection:
            kept = upsert(connection, snapshots).values(class_id=class_id, seq=n, state=dict(state))
            new = {"seq": kept.excluded.seq, "state": kept.excluded.state}
            connection.execute(
                kept.on_conflict_do_update(index_elements=["class_id"], set_=new, where=snapshots.c.seq < kept.excluded.seq)
            )

    def say(self, said: str) -> None:
        """Let other processes on the same PostgreSQL hear what has no number."""
        with self.base.writing() as connection:
            tell(connection, said)

    def heard(self, class_id: str, word: str) -> bool:
        """Whether a word with that id was obeyed."""
        with self.base.reading() as connection:
            asked = select(events.c.seq).where(events.c.class_id == class_id, events.c.word == word)
            return connection.execute(asked).first() is not None


def tell(connection: Connection, said: str) -> None:
    """Let other processes on the same PostgreSQL hear this once the transaction is committed."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_notify(:channel, :said)"), {"channel": CHANNEL, "said": said})


def event_row(class_id: str, n: int, kind: str, body: Mapping[str, Any], word: str | None = None) -> Body:
    return {"class_id": class_id, "seq": n, "kind": kind, "body": dict(body), "word": word, "at": datetime.now(UTC)}


def upsert(connection: Connection, table: Table) -> Any:
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)
