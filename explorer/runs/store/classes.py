"""Classes in the store: opened, found by their code, ended, kept, deleted.

classes().open, find, get, of_owner        a teacher's browser, and whoever has a code
join, member, members, rename, remove      who is in it (class_members.py)
emit, events, snapshot                     what happens (class_events.py)
put, step, vote, counts, choices           votes (class_votes.py)
draw, undraw, show_drawing, add_run        what members make (class_works.py)
end, keep, delete, retain                  the end
"""

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, exists, func, insert, select, update

from explorer import public
from explorer.runs.store import store
from explorer.runs.store.class_events import Body, event_row, tell
from explorer.runs.store.class_members import Member, Members, key_hash, member_id
from explorer.runs.store.class_tables import classes as _classes
from explorer.runs.store.class_tables import events, members
from explorer.runs.store.class_votes import Vote, Votes
from explorer.runs.store.class_works import Works
from explorer.runs.store.errors import Denied, Gone, StoreError
from explorer.runs.store.limits import keep_class_days
from explorer.runs.store.tables import image_sets, runs

__all__ = ["ALPHABET", "LENGTH", "Class", "Classes", "Member", "Vote", "classes", "is_code", "member_id", "plain_code"]

ALPHABET = "BCDFGHJKMNPQRSTVWXZ23456789"  # no vowels, so no words; nothing that looks like something else
LENGTH = 6
MOST_OPEN, MOST_OF_ONE = 200, 3  # classes that are open: of all, of one browser
WITHOUT_TEACHER, AFTER_END = timedelta(hours=12), timedelta(hours=24)
FORSAKEN = timedelta(hours=1)  # without its teacher, and without members: such a class ends where another one needs its place

GONE_CLASS = "There is no such class, or no longer. See that the code is right."
TOO_MANY = "This server has as many classes open as it can serve. Try again later."
TOO_MANY_OF_ONE = f"You have {MOST_OF_ONE} classes open, the most that one browser can have. End one first."
NOT_YOURS = "Only the teacher of this class can do this."


class Full(StoreError):
    """As many classes are open as the server can serve."""


@dataclass(frozen=True)
class Class:
    """A class as the store knows it."""

    id: str  # 22 characters, unguessable
    code: str | None  # what students type; none once it has ended
    owner: str
    created: datetime  # aware, UTC
    taught: datetime
    ended: datetime | None
    kept: bool
    seq: int

    @property
    def until(self) -> datetime | None:
        """When it will be deleted; None while it is open."""
        if self.ended is None:
            return None
        return self.ended + after_end(self.kept)


class Classes(Members, Votes, Works):
    """The classes in a store."""

    def open(self, owner: str, key: Callable[[str], str], settings: Body) -> Class:
        """A new class of this owner with a free code; Denied on a public demo. The key that is made of its id lets another browser teach it.

        Where the server is full, the oldest class in which nobody is or was for long ends to make room.
        """
        if public.on():
            raise Denied(public.CLASSES)
        try:
            return self._open(owner, key, settings)
        except Full:
            if (left := self._forsaken()) is None:
                raise
            with suppress(Gone):  # ended meanwhile
                self.end(left)
            return self._open(owner, key, settings)

    def _open(self, owner: str, key: Callable[[str], str], settings: Body) -> Class:
        now, class_id = datetime.now(UTC), secrets.token_urlsafe(16)
        with self.base.writing(alone=True) as connection:
            codes = set(connection.execute(select(_classes.c.code).where(_classes.c.ended.is_(None))).scalars())
            own = select(func.count()).select_from(_classes).where(_classes.c.owner == owner, _classes.c.ended.is_(None))
            if connection.execute(own).scalar_one() >= MOST_OF_ONE:
                raise StoreError(TOO_MANY_OF_ONE)
            if len(codes) >= MOST_OPEN:
                raise Full(TOO_MANY)
            values = {
                "id": class_id,
                "code": _new_code(codes),
                "owner": owner,
                "key_hash": key_hash(key(class_id)),
                "created": now,
            }
            connection.execute(insert(_classes).values(**values, taught=now, ended=None, kept=False, seq=1))
            connection.execute(insert(events).values(event_row(class_id, 1, "settings", settings)))
        return self.get(class_id)

    def _forsaken(self) -> str | None:
        """The oldest open class without members whose teacher was not there for long."""
        there = exists().where(members.c.class_id == _classes.c.id, ~members.c.removed, ~members.c.teacher)
        left = (_classes.c.ended.is_(None), _classes.c.taught < datetime.now(UTC) - FORSAKEN, ~there)
        with self.base.reading() as connection:
            return connection.execute(select(_classes.c.id).where(*left).order_by(_classes.c.created).limit(1)).scalar()

    def find(self, code: str) -> Class:
        """The open class with that code, however it is written; Gone where there is none."""
        return self._one(_classes.c.code == plain_code(code))

    def get(self, class_id: str) -> Class:
        """The class with that id, open or kept; Gone."""
        return self._one(_classes.c.id == class_id)

    def of_owner(self, owner: str) -> list[Class]:
        """The classes that this browser opened, newest first."""
        asked = select(_classes).where(_classes.c.owner == owner).order_by(_classes.c.created.desc())
        with self.base.reading() as connection:
            return [Class(*_fields(row)) for row in connection.execute(asked)]

    def _one(self, which: Any) -> Class:
        with self.base.reading() as connection:
            row = connection.execute(select(_classes).where(which)).one_or_none()
        if row is None:
            raise Gone(GONE_CLASS)
        return Class(*_fields(row))

    def teaches(self, found: Class, owner: str) -> bool:
        """Whether this browser is a teacher of the class."""
        if found.owner == owner:
            return True
        member = self.member(found.id, owner)
        return member is not None and member.teacher

    def check_teacher(self, class_id: str, owner: str) -> Class:
        """The class; Denied where this browser is not its teacher."""
        found = self.get(class_id)
        if not self.teaches(found, owner):
            raise Denied(NOT_YOURS)
        return found

    def taught(self, class_id: str) -> None:
        """Note that the teacher is there now."""
        with self.base.writing() as connection:
            connection.execute(update(_classes).where(_classes.c.id == class_id).values(taught=datetime.now(UTC)))

    def end(self, class_id: str, word: str | None = None) -> int:
        """End the class; its code is free again, and it is deleted after a day, or later if it is kept."""
        now = datetime.now(UTC)

        def make(connection: Connection) -> Body:
            this = update(_classes).where(_classes.c.id == class_id).values(ended=now, code=None)
            kept = connection.execute(this.returning(_classes.c.kept)).scalar_one()
            return {"until": round(1000 * (now + after_end(kept)).timestamp())}

        return self.emit(class_id, "end", make, word)

    def keep(self, class_id: str, kept: bool = True) -> Class:
        """Keep what is stored of the class for longer after its end."""
        with self.base.writing() as connection:
            connection.execute(update(_classes).where(_classes.c.id == class_id).values(kept=kept))
        return self.get(class_id)

    def delete(self, class_id: str) -> None:
        """Delete the class at once with all that is stored of it, the images that it drew and the runs that were trained on them.

        Runs that members trained for its chart are theirs, and stay.
        """
        with self.base.writing() as connection:
            drawn = select(image_sets.c.id).where(image_sets.c.class_id == class_id)
            connection.execute(delete(runs).where(runs.c.image_set.in_(drawn)))
            connection.execute(delete(image_sets).where(image_sets.c.class_id == class_id))
            connection.execute(delete(_classes).where(_classes.c.id == class_id))
            tell(connection, f"{class_id} gone")

    def retain(self, now: datetime | None = None) -> tuple[list[str], list[str]]:
        """End classes whose teacher has not come for long, delete those that were kept long enough. Returns the ids of both."""
        now = now or datetime.now(UTC)
        with self.base.reading() as connection:
            known = [Class(*_fields(row)) for row in connection.execute(select(_classes))]
        left = [each.id for each in known if each.ended is None and each.taught < now - WITHOUT_TEACHER]
        over = [each.id for each in known if each.until is not None and each.until < now]
        for class_id in left:
            with suppress(Gone):  # ended meanwhile
                self.end(class_id)
        for class_id in over:
            self.delete(class_id)
        return left, over


def classes(url: str | None = None) -> Classes:
    """The classes in the process's store at that URL, by default the app's."""
    return Classes(store(url))


def after_end(kept: bool) -> timedelta:
    """How long a class is there after its end, whether or not its teacher keeps it."""
    return timedelta(days=keep_class_days()) if kept else AFTER_END


def plain_code(said: str) -> str:
    """A code as it is stored, of what somebody typed."""
    return "".join(letter for letter in said.upper() if letter.isalnum())[: LENGTH + 1]


def is_code(said: str) -> bool:
    """Whether this can be the code of a class, as it is stored."""
    return len(said) == LENGTH and set(said) <= set(ALPHABET)


def _fields(row: Any) -> list[Any]:
    return [getattr(row, name) for name in Class.__dataclass_fields__]


def _new_code(taken: set[str]) -> str:
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if code not in taken:
            return code
