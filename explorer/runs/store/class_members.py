"""Who is in a class: browsers, each with a number and perhaps a name, and no person."""

import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from explorer.runs.store.class_events import Again, Body, Events, blank
from explorer.runs.store.class_tables import class_runs, classes, drawings, members
from explorer.runs.store.errors import Denied, Gone, StoreError

MOST_MEMBERS = 800
REMOVED = "The teacher has taken you out of this class."
FULL_CLASS = f"This class has {MOST_MEMBERS} members, the most that it can have."
GONE_MEMBER = "This member is not in the class, or no longer."
WRONG_KEY = "This link does not open the class: its key is not the class's."


class Member(NamedTuple):
    """A browser in a class."""

    member: str
    no: int
    nick: str
    teacher: bool
    removed: bool


class Members(Events):
    """Joining, names, and taking a member out."""

    def member(self, class_id: str, owner: str) -> Member | None:
        """This browser as a member of the class; None where it has not joined."""
        with self.base.reading() as connection:
            return _member(connection, class_id, member_id(class_id, owner))

    def members(self, class_id: str) -> list[Member]:
        """All who joined, in the order of joining."""
        asked = select(*_MEMBER).where(members.c.class_id == class_id).order_by(members.c.no)
        with self.base.reading() as connection:
            return [Member(*row) for row in connection.execute(asked)]

    def join(self, class_id: str, owner: str, named: Callable[[set[str]], str]) -> Member:
        """This browser as a member of the open class, joined now or before. Denied where it was removed.

        `named` makes a name that is none of those that are taken.
        """
        member = member_id(class_id, owner)

        def make(connection: Connection) -> Body:
            if _member(connection, class_id, member) is not None:
                raise Again
            there = select(func.count()).select_from(members).where(members.c.class_id == class_id, ~members.c.removed)
            if connection.execute(there).scalar_one() >= MOST_MEMBERS:
                raise StoreError(FULL_CLASS)
            no, taken = _next_number(connection, class_id), _names(connection, class_id)
            joined = Member(member, no, named(taken), False, False)
            connection.execute(insert(members).values(class_id=class_id, joined=datetime.now(UTC), **joined._asdict()))
            return {"no": no, "name": joined.nick}

        if (found := self.member(class_id, owner)) is None:
            self.emit(class_id, "member", make)
            found = self.member(class_id, owner)
        if found is None or found.removed:
            raise Denied(REMOVED)
        return found

    def teach(self, class_id: str, owner: str, key: str) -> None:
        """Make this browser a teacher of the class, by the key of its spare link; Denied where it is another's key."""
        member = member_id(class_id, owner)
        with self.base.writing(alone=True) as connection:
            if connection.execute(select(classes.c.key_hash).where(classes.c.id == class_id)).scalar() != key_hash(key):
                raise Denied(WRONG_KEY)
            if _member(connection, class_id, member) is None:
                joined = Member(member, _next_number(connection, class_id), "", True, False)
                connection.execute(insert(members).values(class_id=class_id, joined=datetime.now(UTC), **joined._asdict()))
            connection.execute(update(members).where(*_is(class_id, member)).values(teacher=True, removed=False))

    def rename(self, class_id: str, no: int, named: Callable[[set[str]], str], word: str | None = None) -> int:
        """Give a member the name that `named` makes, which knows the names of the others; Gone where there is no such member any more."""

        def make(connection: Connection) -> Body:
            this = (members.c.class_id == class_id, members.c.no == no, ~members.c.removed)
            nick = named(_names(connection, class_id, but=no))
            if not connection.execute(update(members).where(*this).values(nick=nick)).rowcount:
                raise Gone(GONE_MEMBER)
            return {"no": no, "name": nick}

        return self.emit(class_id, "member", make, word)

    def remove(self, class_id: str, no: int, word: str | None = None) -> int:
        """Take a member out, with what it drew; Gone where there is none of that number."""

        def make(connection: Connection) -> Body:
            this = (members.c.class_id == class_id, members.c.no == no)
            if (member := connection.execute(select(members.c.member).where(*this)).scalar()) is None:
                raise Gone(GONE_MEMBER)
            connection.execute(update(members).where(*this).values(removed=True))
            own = select(drawings.c.id).where(drawings.c.class_id == class_id, drawings.c.member == member)
            blank(connection, class_id, connection.execute(own).scalars().all())
            for table in (drawings, class_runs):
                connection.execute(delete(table).where(table.c.class_id == class_id, table.c.member == member))
            return {"no": no}

        return self.emit(class_id, "member-gone", make, word)


def member_id(class_id: str, owner: str) -> str:
    """A browser as a member: a hash that says nothing of it in another class."""
    return base64.urlsafe_b64encode(hashlib.blake2b(owner.encode(), key=class_id.encode(), digest_size=16).digest()).decode()[
        :22
    ]


def key_hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


_MEMBER = [members.c[name] for name in Member._fields]


def _is(class_id: str, member: str) -> tuple[Any, Any]:
    return members.c.class_id == class_id, members.c.member == member


def _member(connection: Connection, class_id: str, member: str) -> Member | None:
    row = connection.execute(select(*_MEMBER).where(*_is(class_id, member))).one_or_none()
    return None if row is None else Member(*row)


def _next_number(connection: Connection, class_id: str) -> int:
    highest = select(func.max(members.c.no)).where(members.c.class_id == class_id)
    return int(connection.execute(highest).scalar() or 0) + 1


def _names(connection: Connection, class_id: str, but: int = 0) -> set[str]:
    asked = select(members.c.nick).where(members.c.class_id == class_id, members.c.no != but)
    return set(connection.execute(asked).scalars())
