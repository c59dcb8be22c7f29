"""Plans that teachers write, views that somebody kept, and answers of those who take the course alone."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "plans",
        sa.Column("id", sa.String(22), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("created", UTC, nullable=False),
        sa.Column("changed", UTC, nullable=False),
    )
    op.create_index("plans_of_owner", "plans", ["owner", "changed"])
    op.create_table(
        "views",
        sa.Column("id", sa.String(22), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("picture", sa.LargeBinary),
        sa.Column("kind", sa.String(16)),
        sa.Column("published", sa.Boolean, nullable=False),
        sa.Column("created", UTC, nullable=False),
    )
    op.create_index("views_of_owner", "views", ["owner", "created"])
    op.create_table(
        "answers",
        sa.Column("owner", sa.String(64), primary_key=True),
        sa.Column("question", sa.String(64), primary_key=True),
        sa.Column("answer", sa.String(200), nullable=False),
        sa.Column("at", UTC, nullable=False),
    )


def downgrade() -> None:
    for name in ("answers", "views", "plans"):
        op.drop_table(name)
