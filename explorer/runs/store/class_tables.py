"""The tables of classes, in the same schema as tables.py. All that belongs to a class goes with it.

classes          one row a class: its code while it is open, whose it is, how many events it has had
class_members    browsers that joined; `member` is a hash made with the class's id, so two classes cannot be joined to one person
class_events     what happened, numbered from 1 without a gap: a class's state is what its events make of an empty one
class_snapshots  that state at one number, so that whoever comes late reads few events
class_ballots    questions that were put to the vote, with the right answer
class_votes      the newest choice of each member in each round
class_drawings   what members drew
class_runs       runs that members train for the class
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from explorer.runs.store.tables import Json, Utc, metadata


def _of_class(**options) -> Column:
    return Column("class_id", String(22), ForeignKey("classes.id", ondelete="CASCADE"), nullable=False, **options)


classes = Table(
    "classes",
    metadata,
    Column("id", String(22), primary_key=True),
    Column("code", String(6), unique=True),  # none once it has ended
    Column("owner", String(64), nullable=False),
    Column("key_hash", String(64), nullable=False),  # of the spare link's key, with which another browser can teach
    Column("created", Utc, nullable=False),
    Column("taught", Utc, nullable=False),  # when its teacher was last there
    Column("ended", Utc),
    Column("kept", Boolean, nullable=False),  # for longer than a day after its end
    Column("seq", BigInteger, nullable=False),  # the number of its newest event
    Index("classes_of_owner", "owner", "created"),
)

members = Table(
    "class_members",
    metadata,
    _of_class(primary_key=True),
    Column("member", String(22), primary_key=True),
    Column("no", Integer, nullable=False),  # 1, 2, ... in the order of joining
    Column("nick", String(24), nullable=False),
    Column("teacher", Boolean, nullable=False),  # came by the spare link
    Column("removed", Boolean, nullable=False),
    Column("joined", Utc, nullable=False),
    UniqueConstraint("class_id", "no", name="class_member_numbers"),
)

events = Table(
    "class_events",
    metadata,
    _of_class(primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("body", Json, nullable=False),
    Column("word", String(22)),  # the id of the word that caused it: the same word again causes nothing
    Column("at", Utc, nullable=False),
    UniqueConstraint("class_id", "word", name="class_event_words"),
)

snapshots = Table(
    "class_snapshots",
    metadata,
    _of_class(primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("state", Json, nullable=False),
)

ballots = Table(
    "class_ballots",
    metadata,
    Column("id", String(22), primary_key=True),
    _of_class(),
    Column("topic", String(64), nullable=False),  # the parameter of the lesson's prediction; "" for a poll
    Column("question", Text, nullable=False),
    Column("options", Json, nullable=False),  # [{"key", "text"}]
    Column("right", String(64), nullable=False),  # the key of the right answer, "" where there is none
    Column("round", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("created", Utc, nullable=False),
    Index("class_ballots_of_class", "class_id", "created"),
)

votes = Table(
    "class_votes",
    metadata,
    Column("ballot_id", String(22), ForeignKey("class_ballots.id", ondelete="CASCADE"), primary_key=True),
    Column("round", Integer, primary_key=True, autoincrement=False),
    Column("member", String(22), primary_key=True),
    Column("choice", String(64), nullable=False),
    Column("at", Utc, nullable=False),
)

drawings = Table(
    "class_drawings",
    metadata,
    _of_class(primary_key=True),
    Column("id", String(22), primary_key=True),  # made by the phone
    Column("member", String(22), nullable=False),
    Column("label", Integer),  # the digit that was asked for
    Column("strokes", Json, nullable=False),
    Column("image", LargeBinary, nullable=False),  # 28 x 28 grey levels
    Column("shown", Boolean, nullable=False),
    Column("at", Utc, nullable=False),
)

class_runs = Table(
    "class_runs",
    metadata,
    _of_class(primary_key=True),
    Column("run_id", String(22), primary_key=True),
    Column("member", String(22), nullable=False),
)
