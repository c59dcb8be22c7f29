"""Runs, their moments, snapshots and weights."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    when = sa.DateTime(timezone=True)
    op.create_table(
        "runs",
        sa.Column("id", sa.String(22), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("recipes", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("images_seen", sa.BigInteger, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("retries", sa.Integer, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("created", when, nullable=False),
        sa.Column("queued", when, nullable=False),
        sa.Column("started", when),
        sa.Column("ended", when),
        sa.Column("heartbeat", when),
        sa.Column("watched", when, nullable=False),
        sa.Column("worker", sa.String(200), nullable=False),
        sa.Column("wanted", sa.String(8), nullable=False),
        sa.Column("steps", sa.Integer, nullable=False),
        sa.Column("beta", sa.Double),
        sa.Column("learning_rate", sa.Double),
    )
    op.create_index("runs_of_owner", "runs", ["owner", "created"])
    op.create_index("runs_in_state", "runs", ["state", "queued"])
    op.create_table(
        "moments",
        _of_run(),
        sa.Column("moment", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("images_seen", sa.BigInteger, nullable=False),
        sa.Column("records", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("steps", sa.Text, nullable=False),
    )
    op.create_table(
        "snapshots",
        _of_run(),
        sa.Column("moment", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("images_seen", sa.BigInteger, nullable=False),
        sa.Column("views", sa.LargeBinary, nullable=False),
        sa.Column("weights", sa.LargeBinary),
    )
    op.create_table(
        "weights",
        _of_run(),
        sa.Column("moment", sa.Integer, nullable=False),
        sa.Column("images_seen", sa.BigInteger, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )


def _of_run() -> sa.Column:
    return sa.Column("run_id", sa.String(22), sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)


def downgrade() -> None:
    for table in ("weights", "snapshots", "moments", "runs"):
        op.drop_table(table)
