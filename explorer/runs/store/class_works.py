"""What members make for their class: drawings, and runs that they train."""

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from explorer.runs.store.class_events import Again, Body, Events, blank
from explorer.runs.store.class_members import Member
from explorer.runs.store.class_tables import class_runs, drawings
from explorer.runs.store.errors import Gone, StoreError
from explorer.runs.store.run import State
from explorer.runs.store.tables import moments, runs

MOST_DRAWINGS = 30  # of a member
MOST_OF_CLASS = 2_000
TOO_MANY_DRAWINGS = f"You have sent {MOST_DRAWINGS} drawings, the most that are kept. Take one back first."
FULL_OF_DRAWINGS = f"The class has {MOST_OF_CLASS:,} drawings, the most that are kept. Its teacher can delete some."
GONE_DRAWING = "This drawing is not there, or no longer."


class Standing(NamedTuple):
    """How a run of the class stands: its state, and its newest records as JSON, None before it has any."""

    run_id: str
    member: str
    state: State
    records: Any


class Works(Events):
    """Drawings and runs."""

    def draw(
        self,
        class_id: str,
        by: Member,
        drawing: str,
        strokes: Any,
        label: int | None,
        image: bytes,
        codes: Mapping[str, Sequence[float]],
        shown: bool,
        word: str | None = None,
    ) -> int:
        """Keep a member's drawing, once however often it is sent."""

        def make(connection: Connection) -> Body:
            mine = (drawings.c.class_id == class_id, drawings.c.member == by.member)
            if connection.execute(
                select(drawings.c.id).where(drawings.c.class_id == class_id, drawings.c.id == drawing)
            ).first():
                raise Again
            if _count(connection, *mine) >= MOST_DRAWINGS:
                raise StoreError(TOO_MANY_DRAWINGS)
            if _count(connection, mine[0]) >= MOST_OF_CLASS:
                raise StoreError(FULL_OF_DRAWINGS)
            kept = {"id": drawing, "label": label, "shown": shown}
            row = {**kept, "class_id": class_id, "member": by.member, "strokes": strokes, "image": image}
            connection.execute(insert(drawings).values(**row, at=datetime.now(UTC)))
            seen = {"codes": {name: list(code) for name, code in codes.items()}, "image": base64.b64encode(image).decode()}
            return {**kept, **seen, "member": by.no}

        return self.emit(class_id, "drawing", make, word)

    def undraw(self, class_id: str, drawing: str, member: str | None = None, word: str | None = None) -> int:
        """Delete a drawing, also from what happened; of this member, if one is given."""

        def make(connection: Connection) -> Body:
            which = [drawings.c.class_id == class_id, drawings.c.id == drawing]
            if member is not None:
                which.append(drawings.c.member == member)
            if not connection.execute(delete(drawings).where(*which)).rowcount:
                raise Again if member is None else Gone(GONE_DRAWING)
            blank(connection, class_id, [drawing])
            return {"id": drawing}

        return self.emit(class_id, "drawing-gone", make, word)

    def show_drawing(self, class_id: str, body: Body, shown: bool, word: str | None = None) -> int:
        """Show a drawing to the class, or hide it; `body` is what its event said."""

        def make(connection: Connection) -> Body:
            this = update(drawings).where(drawings.c.class_id == class_id, drawings.c.id == body["id"])
            if not connection.execute(this.values(shown=shown)).rowcount:
                raise Gone(GONE_DRAWING)
            return {**body, "shown": shown}

        return self.emit(class_id, "drawing", make, word)

    def drawings(self, class_id: str) -> list[Any]:
        """Rows of all drawings, oldest first: id, member, label, strokes, image (784 bytes), shown, at."""
        asked = select(drawings).where(drawings.c.class_id == class_id).order_by(drawings.c.at, drawings.c.id)
        with self.base.reading() as connection:
            return list(connection.execute(asked))

    def add_run(self, class_id: str, by: Member, run_id: str, body: Body, word: str | None = None) -> int:
        """Tell the class of a run that a member trains for it."""

        def make(connection: Connection) -> Body:
            connection.execute(insert(class_runs).values(class_id=class_id, run_id=run_id, member=by.member))
            return {**body, "id": run_id, "member": by.no, "name": by.nick}

        return self.emit(class_id, "run", make, word)

    def runs(self, class_id: str) -> list[Standing]:
        """The runs that members train for the class, each with its state and its newest moment, in one question."""
        mine = select(class_runs.c.run_id).where(class_runs.c.class_id == class_id)
        last = select(moments.c.run_id, func.max(moments.c.moment).label("moment"))
        newest = last.where(moments.c.run_id.in_(mine)).group_by(moments.c.run_id).subquery()
        latest = (moments.c.run_id == newest.c.run_id) & (moments.c.moment == newest.c.moment)
        asked = select(runs.c.id, class_runs.c.member, runs.c.state, moments.c.records)
        tables = class_runs.join(runs, runs.c.id == class_runs.c.run_id)
        tables = tables.outerjoin(newest, newest.c.run_id == runs.c.id).outerjoin(moments, latest)
        with self.base.reading() as connection:
            rows = connection.execute(asked.select_from(tables).where(class_runs.c.class_id == class_id))
            return [Standing(*row) for row in rows]


def _count(connection: Connection, *which: Any) -> int:
    return int(connection.execute(select(func.count()).select_from(drawings).where(*which)).scalar_one())
