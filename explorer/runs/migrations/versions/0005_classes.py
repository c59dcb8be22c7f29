"""Classes: who is in them, what happened, votes, drawings, runs; and image sets that belong to a class."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

UTC = sa.DateTime(timezone=True)


def _of_class(primary_key: bool = False) -> sa.Column:
    return sa.Column(
        "class_id", sa.String(22), sa.ForeignKey("classes.id", ondelete="CASCADE"), nullable=False, primary_key=primary_key
    )


def upgrade() -> None:
    op.create_table(
        "classes",
        sa.Column("id", sa.String(22), primary_key=True),
        sa.Column("code", sa.String(6), unique=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("created", UTC, nullable=False),
        sa.Column("taught", UTC, nullable=False),
        sa.Column("ended", UTC),
        sa.Column("kept", sa.Boolean, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
    )
    op.create_index("classes_of_owner", "classes", ["owner", "created"])
    op.create_table(
        "class_members",
        _of_class(primary_key=True),
        sa.Column("member", sa.String(22), primary_key=True),
        sa.Column("no", sa.Integer, nullable=False),
        sa.Column("nick", sa.String(24), nullable=False),
        sa.Column("teacher", sa.Boolean, nullable=False),
        sa.Column("removed", sa.Boolean, nullable=False),
        sa.Column("joined", UTC, nullable=False),
        sa.UniqueConstraint("class_id", "no", name="class_member_numbers"),
    )
    op.create_table(
        "class_events",
        _of_class(primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("word", sa.String(22)),
        sa.Column("at", UTC, nullable=False),
        sa.UniqueConstraint("class_id", "word", name="class_event_words"),
    )
    op.create_table(
        "class_snapshots",
        _of_class(primary_key=True),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
    )
    op.create_table(
        "class_ballots",
        sa.Column("id", sa.String(22), primary_key=True),
        _of_class(),
        sa.Column("topic", sa.String(64), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("options", sa.Text, nullable=False),
        sa.Column("right", sa.String(64), nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("created", UTC, nullable=False),
    )
    op.create_index("class_ballots_of_class", "class_ballots", ["class_id", "created"])
    op.create_table(
        "class_votes",
        sa.Column("ballot_id", sa.String(22), sa.ForeignKey("class_ballots.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("round", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("member", sa.String(22), primary_key=True),
        sa.Column("choice", sa.String(64), nullable=False),
        sa.Column("at", UTC, nullable=False),
    )
    op.create_table(
        "class_drawings",
        _of_class(primary_key=True),
        sa.Column("id", sa.String(22), primary_key=True),
        sa.Column("member", sa.String(22), nullable=False),
        sa.Column("label", sa.Integer),
        sa.Column("strokes", sa.Text, nullable=False),
        sa.Column("image", sa.LargeBinary, nullable=False),
        sa.Column("shown", sa.Boolean, nullable=False),
        sa.Column("at", UTC, nullable=False),
    )
    op.create_table(
        "class_runs",
        _of_class(primary_key=True),
        sa.Column("run_id", sa.String(22), primary_key=True),
        sa.Column("member", sa.String(22), nullable=False),
    )
    # In words of its own, which both databases know: SQLite adds no constraint to a table that is there.
    op.execute("ALTER TABLE image_sets ADD COLUMN class_id VARCHAR(22) REFERENCES classes (id)")


def downgrade() -> None:
    op.drop_column("image_sets", "class_id")
    for name in ("runs", "drawings", "votes", "ballots", "snapshots", "events", "members"):
        op.drop_table(f"class_{name}")
    op.drop_table("classes")
