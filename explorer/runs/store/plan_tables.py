"""The tables of plans, in the same schema as tables.py. Each row is its owner's, and none of them needs another.

plans    lesson plans that a teacher wrote, as text (explorer/plans/grammar.py)
views    addresses that somebody kept, with a note and a picture
answers  what somebody answered on the pages of the course: a question's newest answer
"""

from sqlalchemy import Boolean, Column, Index, LargeBinary, String, Table, Text

from explorer.runs.store.tables import Utc, metadata

plans = Table(
    "plans",
    metadata,
    Column("id", String(22), primary_key=True),
    Column("owner", String(64), nullable=False),
    Column("title", String(120), nullable=False),
    Column("text", Text, nullable=False),
    Column("created", Utc, nullable=False),
    Column("changed", Utc, nullable=False),
    Index("plans_of_owner", "owner", "changed"),
)

views = Table(
    "views",
    metadata,
    Column("id", String(22), primary_key=True),
    Column("owner", String(64), nullable=False),
    Column("title", String(120), nullable=False),
    Column("address", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("picture", LargeBinary),
    Column("kind", String(16)),  # of the picture, such as image/webp; none where there is no picture
    Column("published", Boolean, nullable=False),
    Column("created", Utc, nullable=False),
    Index("views_of_owner", "owner", "created"),
)

answers = Table(
    "answers",
    metadata,
    Column("owner", String(64), primary_key=True),
    Column("question", String(64), primary_key=True),
    Column("answer", String(200), nullable=False),
    Column("at", Utc, nullable=False),
)
