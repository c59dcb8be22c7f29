"""Classes in the store: who is in them, what happened, votes, drawings, runs, and how long they are kept.

Everything that happens in a class is an event. `emit` numbers and stores it in the transaction that makes it true, so it happened if and only
if it is told. The number is taken first, which lets a class's events happen one after another; on PostgreSQL other processes hear it when
the transaction is committed. A word that comes again, with its old id, changes nothing and is answered as before.
"""

import base64
import hashlib
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, delete, func, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from explorer.runs.store import store
from explorer.runs.store.class_tables import ballots, class_runs, drawings, events, members, snapshots, votes
from explorer.runs.store.class_tables import classes as _classes
from explorer.runs.store.database import Database
from explorer.runs.store.errors import Denied, Gone, StoreError
from explorer.runs.store.limits import keep_class_days
from explorer.runs.store.run import State
from explorer.runs.store.tables import image_sets, moments, runs

CHANNEL = "latent_class"
ALPHABET = "BCDFGHJKMNPQRSTVWXZ23456789"  # no vowels, so no words; nothing that looks like something else
LENGTH = 6
MOST_OPEN, MOST_OF_ONE = 200, 3  # classes that are open: of all, of one browser
MOST_MEMBERS, MOST_DRAWINGS = 800, 30  # of a class; of a member
WITHOUT_TEACHER, AFTER_END = timedelta(hours=12), timedelta(hours=24)

GONE_CLASS = "There is no such class, or no longer. See that the code is right."
ENDED = "This class has ended."
REMOVED = "The teacher has taken you out of this class."
FULL_CLASS = f"This class has {MOST_MEMBERS} members, the most that it can have."
TOO_MANY = "This server has as many classes open as it can serve. Try again later."
TOO_MANY_OF_ONE = f"You have {MOST_OF_ONE} classes open, the most that one browser can have. End one first."
NOT_YOURS = "Only the teacher of this class can do this."
WRONG_KEY = "This link does not open the class: its key is not the class's."
NO_BALLOT = "There is no such vote, or no longer."
SHUT = "This vote is shut."
OTHER_ROUND = "This round of the vote is over."
NO_CHOICE = "This answer is not among those of the vote."
NOT_NOW = "The vote cannot do this now."
TOO_MANY_DRAWINGS = f"You have sent {MOST_DRAWINGS} drawings, the most that are kept. Take one back first."
GONE_DRAWING = "This drawing is not there, or no longer."

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

Body = dict[str, Any]


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
        return self.ended + (timedelta(days=keep_class_days()) if self.kept else AFTER_END)


class Member(NamedTuple):
    """A browser in a class."""

    member: str
    no: int
    nick: str
    teacher: bool
    removed: bool


class Event(NamedTuple):
    """What happened: its number in its class, its kind, and what it says."""

    n: int
    kind: str
    body: Body


class Vote(NamedTuple):
    """A choice of a member in a round of a ballot."""

    ballot: str
    round: int
    member: str
    choice: str


class Standing(NamedTuple):
    """How a run of the class stands: its state, and its newest records as JSON, None before it has any."""

    run_id: str
    member: str
    state: State
    records: Any


class _Again(Exception):
    """The word that asks for this was obeyed before."""


class Classes:
    """The classes in a store."""

    def __init__(self, base: Database):
        self.base = base

    # --- opening, finding, joining

    def open(self, owner: str, key: Callable[[str], str], settings: Body) -> Class:
        """A new class of this owner with a free code. The key that is made of its id lets another browser teach it."""
        now, class_id = datetime.now(UTC), secrets.token_urlsafe(16)
        with self.base.writing(alone=True) as connection:
            codes = set(connection.execute(select(_classes.c.code).where(_classes.c.ended.is_(None))).scalars())
            own = select(func.count()).select_from(_classes).where(_classes.c.owner == owner, _classes.c.ended.is_(None))
            if len(codes) >= MOST_OPEN:
                raise StoreError(TOO_MANY)
            if connection.execute(own).scalar_one() >= MOST_OF_ONE:
                raise StoreError(TOO_MANY_OF_ONE)
            values = {
                "id": class_id,
                "code": _new_code(codes),
                "owner": owner,
                "key_hash": _hashed(key(class_id)),
                "created": now,
            }
            connection.execute(insert(_classes).values(**values, taught=now, ended=None, kept=False, seq=1))
            connection.execute(insert(events).values(_event(class_id, 1, "settings", settings)))
        return self.get(class_id)

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

    def member(self, class_id: str, owner: str) -> Member | None:
        """This browser as a member of the class; None where it has not joined."""
        with self.base.reading() as connection:
            return _member(connection, class_id, member_id(class_id, owner))

    def members(self, class_id: str) -> list[Member]:
        """All who joined, in the order of joining."""
        asked = select(*_MEMBER).where(members.c.class_id == class_id).order_by(members.c.no)
        with self.base.reading() as connection:
            return [Member(*row) for row in connection.execute(asked)]

    def join(self, class_id: str, owner: str, named: Callable[[int, set[str]], str]) -> Member:
        """This browser as a member of the open class, joined now or before. Denied where it was removed.

        `named` makes a name of the member's number and of the names that are taken.
        """
        member = member_id(class_id, owner)

        def make(connection: Connection) -> Body:
            if _member(connection, class_id, member) is not None:
                raise _Again
            no, taken = _next_number(connection, class_id), _names(connection, class_id)
            if no > MOST_MEMBERS:
                raise StoreError(FULL_CLASS)
            joined = Member(member, no, named(no, taken), False, False)
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
            if connection.execute(select(_classes.c.key_hash).where(_classes.c.id == class_id)).scalar() != _hashed(key):
                raise Denied(WRONG_KEY)
            if _member(connection, class_id, member) is None:
                joined = Member(member, _next_number(connection, class_id), "", True, False)
                connection.execute(insert(members).values(class_id=class_id, joined=datetime.now(UTC), **joined._asdict()))
            connection.execute(update(members).where(*_is(class_id, member)).values(teacher=True, removed=False))

    def rename(self, class_id: str, no: int, named: Callable[[set[str]], str], word: str | None = None) -> int:
        """Give a member the name that `named` makes, which knows the names of the others."""

        def make(connection: Connection) -> Body:
            this = (members.c.class_id == class_id, members.c.no == no)
            nick = named(_names(connection, class_id, but=no))
            connection.execute(update(members).where(*this).values(nick=nick))
            return {"no": no, "name": nick}

        return self.emit(class_id, "member", make, word)

    def remove(self, class_id: str, no: int, word: str | None = None) -> int:
        """Take a member out, with what it drew."""

        def make(connection: Connection) -> Body:
            this = (members.c.class_id == class_id, members.c.no == no)
            member = connection.execute(select(members.c.member).where(*this)).scalar()
            connection.execute(update(members).where(*this).values(removed=True))
            for table in (drawings, class_runs):
                connection.execute(delete(table).where(table.c.class_id == class_id, table.c.member == member))
            return {"no": no}

        return self.emit(class_id, "member-gone", make, word)

    # --- events

    def emit(
        self, class_id: str, kind: str, body: Mapping[str, Any] | Callable[[Connection], Body], word: str | None = None
    ) -> int:
        """Store an event of the open class, and return the number of its newest one.

        A function makes its changes in the same transaction and returns the event's body. `word` is the id of the word that asks for it.
        """
        try:
            with self.base.writing() as connection:
                this = update(_classes).where(_classes.c.id == class_id, _classes.c.ended.is_(None))
                n = connection.execute(this.values(seq=_classes.c.seq + 1).returning(_classes.c.seq)).scalar()
                if n is None:
                    raise Gone(ENDED)
                if (
                    word
                    and connection.execute(
                        select(events.c.seq).where(events.c.class_id == class_id, events.c.word == word)
                    ).first()
                ):
                    raise _Again
                made = body(connection) if callable(body) else dict(body)
                connection.execute(insert(events).values(_event(class_id, n, kind, made, word)))
                tell(connection, f"{class_id} {n}")
                return int(n)
        except _Again:
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
            asked = select(_classes.c.id, _classes.c.seq).where(_classes.c.id.in_(class_ids))
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
            kept = _upsert(connection, snapshots).values(class_id=class_id, seq=n, state=dict(state))
            new = {"seq": kept.excluded.seq, "state": kept.excluded.state}
            connection.execute(
                kept.on_conflict_do_update(index_elements=["class_id"], set_=new, where=snapshots.c.seq < kept.excluded.seq)
            )

    # --- votes

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
        """Count these votes, all in one transaction; a member's newest vote of a round counts. A sentence for each: "" where it counts."""
        newest = {vote[:3]: vote for vote in given}
        said: dict[tuple, str] = {}
        with self.base.writing() as connection:
            asked = select(ballots).where(ballots.c.id.in_({vote.ballot for vote in given}))
            asked_for = {row.id: row for row in connection.execute(asked.with_for_update(read=True))}
            now, good = datetime.now(UTC), []
            for key, vote in sorted(newest.items()):
                said[key] = _refusal(asked_for.get(vote.ballot), vote)
                if not said[key]:
                    values = {"ballot_id": vote.ballot, "round": vote.round, "member": vote.member}
                    good.append({**values, "choice": vote.choice, "at": now})
            if good:
                put = _upsert(connection, votes)
                new = {"choice": put.excluded.choice, "at": put.excluded.at}
                connection.execute(put.on_conflict_do_update(index_elements=["ballot_id", "round", "member"], set_=new), good)
            for class_id in {row.class_id for row in asked_for.values()}:
                tell(connection, f"{class_id} votes")
        return [said[vote[:3]] for vote in given]

    def counts(self, ballot: str, round_: int) -> dict[str, int]:
        """How often each answer was given in a round; answers that nobody gave are left out."""
        with self.base.reading() as connection:
            return _counted(connection, ballot, round_)

    def choices(self, ballot: str, member: str) -> dict[str, str]:
        """What a member chose, by round as text."""
        asked = select(votes.c.round, votes.c.choice).where(votes.c.ballot_id == ballot, votes.c.member == member)
        with self.base.reading() as connection:
            return {str(round_): choice for round_, choice in connection.execute(asked)}

    # --- drawings and runs

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
                raise _Again
            if connection.execute(select(func.count()).select_from(drawings).where(*mine)).scalar_one() >= MOST_DRAWINGS:
                raise StoreError(TOO_MANY_DRAWINGS)
            kept = {"id": drawing, "label": label, "shown": shown}
            row = {**kept, "class_id": class_id, "member": by.member, "strokes": strokes, "image": image}
            connection.execute(insert(drawings).values(**row, at=datetime.now(UTC)))
            seen = {"codes": {name: list(code) for name, code in codes.items()}, "image": base64.b64encode(image).decode()}
            return {**kept, **seen, "member": by.no}

        return self.emit(class_id, "drawing", make, word)

    def undraw(self, class_id: str, drawing: str, member: str | None = None, word: str | None = None) -> int:
        """Delete a drawing; of this member, if one is given."""

        def make(connection: Connection) -> Body:
            which = [drawings.c.class_id == class_id, drawings.c.id == drawing]
            if member is not None:
                which.append(drawings.c.member == member)
            if not connection.execute(delete(drawings).where(*which)).rowcount:
                raise _Again if member is None else Gone(GONE_DRAWING)
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

    def heard(self, class_id: str, word: str) -> bool:
        """Whether a word with that id was obeyed."""
        with self.base.reading() as connection:
            asked = select(events.c.seq).where(events.c.class_id == class_id, events.c.word == word)
            return connection.execute(asked).first() is not None

    # --- the end

    def taught(self, class_id: str) -> None:
        """Note that the teacher is there now."""
        with self.base.writing() as connection:
            connection.execute(update(_classes).where(_classes.c.id == class_id).values(taught=datetime.now(UTC)))

    def end(self, class_id: str, word: str | None = None) -> int:
        """End the class; its code is free again, and it is deleted after a day unless it is kept."""
        now = datetime.now(UTC)

        def make(connection: Connection) -> Body:
            connection.execute(update(_classes).where(_classes.c.id == class_id).values(ended=now, code=None))
            return {"until": round(1000 * (now + AFTER_END).timestamp())}

        return self.emit(class_id, "end", make, word)

    def keep(self, class_id: str, kept: bool = True) -> Class:
        """Keep what is stored of the class for longer after its end."""
        with self.base.writing() as connection:
            connection.execute(update(_classes).where(_classes.c.id == class_id).values(kept=kept))
        return self.get(class_id)

    def delete(self, class_id: str) -> None:
        """Delete the class at once with all that is stored of it, the images that it drew and the runs that were trained on them."""
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


def member_id(class_id: str, owner: str) -> str:
    """A browser as a member: a hash that says nothing of it in another class."""
    return base64.urlsafe_b64encode(hashlib.blake2b(owner.encode(), key=class_id.encode(), digest_size=16).digest()).decode()[
        :22
    ]


def plain_code(said: str) -> str:
    """A code as it is stored, of what somebody typed."""
    return "".join(letter for letter in said.upper() if letter.isalnum())[: LENGTH + 1]


def tell(connection: Connection, said: str) -> None:
    """Let other processes on the same PostgreSQL hear this once the transaction is committed."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_notify(:channel, :said)"), {"channel": CHANNEL, "said": said})


_MEMBER = [members.c[name] for name in Member._fields]


def _fields(row: Any) -> list[Any]:
    return [getattr(row, name) for name in Class.__dataclass_fields__]


def _new_code(taken: set[str]) -> str:
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if code not in taken:
            return code


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _event(class_id: str, n: int, kind: str, body: Mapping[str, Any], word: str | None = None) -> Body:
    return {"class_id": class_id, "seq": n, "kind": kind, "body": dict(body), "word": word, "at": datetime.now(UTC)}


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


def _upsert(connection: Connection, table: Table) -> Any:
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


def _refusal(ballot: Any, vote: Vote) -> str:
    if ballot is None or ballot.state == "closed":
        return NO_BALLOT
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
