"""What happens in a class: events with numbers.

`emit` numbers and stores an event in the transaction that makes it true, so it happened if and only if it is told. The number is taken first,
which lets a class's events happen one after another; on PostgreSQL other processes hear of it when the transaction is committed. A word that
comes again, with its old id, changes nothing and is answered as before.
"""

import base64
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, Text, insert, or_, select, text, type_coerce, update
from sqlalchemy.dialects import postgresql, sqlite

from explorer.runs.store.class_tables import classes, events, snapshots
from explorer.runs.store.database import Database
from explorer.runs.store.errors import Gone, StoreError

CHANNEL = "latent_class"
ENDED = "This class has ended."
MOST_EVENTS = 50_000  # of a class; then it can only end
FULL_CLASS = f"In this class {MOST_EVENTS:,} things have happened, the most that are kept. End it, and open another one."
BLANK = {"codes": {}, "image": base64.b64encode(bytes(784)).decode()}  # of a drawing that was deleted

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
                if n > MOST_EVENTS and kind != "end":
                    raise StoreError(FULL_CLASS)
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

    def change(self, class_id: str, kind: str, changed: Callable[[Body], Body], word: str | None = None) -> int:
        """Tell what has a whole state anew: what `changed` makes of the one that was told last, {} if none was.

        Nothing is told in between, so two who change different parts at once lose neither.
        """

        def make(connection: Connection) -> Body:
            asked = select(events.c.body).where(events.c.class_id == class_id, events.c.kind == kind)
            last = connection.execute(asked.order_by(events.c.seq.desc()).limit(1)).scalar()
            return changed(last or {})

        return self.emit(class_id, kind, make, word)

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
        """Keep the state after event `n`, without drawings that were deleted since, unless a newer one is kept."""
        with self.base.writing() as connection:
            connection.execute(select(classes.c.id).where(classes.c.id == class_id).with_for_update())  # nobody deletes one now
            kept = upsert(connection, snapshots).values(
                class_id=class_id, seq=n, state=_as_left(connection, class_id, n, state)
            )
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


def blank(connection: Connection, class_id: str, deleted: Collection[str]) -> None:
    """Take the pictures of drawings out of what happened; that somebody drew stays, or numbers would be missing."""
    if not deleted:
        return
    body = type_coerce(events.c.body, Text)
    said = or_(*(body.contains(f'"id": "{each}"', autoescape=True) for each in deleted))
    this = (events.c.class_id == class_id, events.c.kind == "drawing")
    for row in connection.execute(select(events.c.seq, events.c.body).where(*this, said)).all():
        connection.execute(update(events).where(*this, events.c.seq == row.seq).values(body={**row.body, **BLANK}))
    kept = connection.execute(select(snapshots.c.state).where(snapshots.c.class_id == class_id)).scalar()
    if kept and not kept.get("drawings", {}).keys().isdisjoint(deleted):
        left = {each: drawn for each, drawn in kept["drawings"].items() if each not in deleted}
        new = update(snapshots).where(snapshots.c.class_id == class_id)
        connection.execute(new.values(state={**kept, "drawings": left}))


def _as_left(connection: Connection, class_id: str, n: int, state: Mapping[str, Any]) -> Body:
    """The state after event `n` without the drawings that were deleted after it."""
    asked = select(events.c.body).where(events.c.class_id == class_id, events.c.seq > n)
    gone = {body["id"] for body in connection.execute(asked.where(events.c.kind == "drawing-gone")).scalars()}
    left = {body["no"] for body in connection.execute(asked.where(events.c.kind == "member-gone")).scalars()}
    if not (gone or left):
        return dict(state)
    known = {each: drawn for each, drawn in state["drawings"].items() if each not in gone and drawn["member"] not in left}
    return {**state, "drawings": known}


def tell(connection: Connection, said: str) -> None:
    """Let other processes on the same PostgreSQL hear this once the transaction is committed."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_notify(:channel, :said)"), {"channel": CHANNEL, "said": said})


def event_row(class_id: str, n: int, kind: str, body: Mapping[str, Any], word: str | None = None) -> Body:
    return {"class_id": class_id, "seq": n, "kind": kind, "body": dict(body), "word": word, "at": datetime.now(UTC)}


def upsert(connection: Connection, table: Table) -> Any:
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)
