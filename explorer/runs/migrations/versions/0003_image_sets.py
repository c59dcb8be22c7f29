"""Images that visitors brought, and which of them a run is trained on."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "image_sets",
        sa.Column("id", sa.String(22), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("classes", sa.Text, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("pixels", sa.LargeBinary, nullable=False),
        sa.Column("labels", sa.LargeBinary, nullable=False),
    )
    op.create_index("image_sets_of_owner", "image_sets", ["owner", "created"])
    # In words of its own, which both databases know: SQLite adds no constraint to a table that is there.
    op.execute("ALTER TABLE runs ADD COLUMN image_set VARCHAR(22) REFERENCES image_sets (id)")
    op.create_index("runs_of_images", "runs", ["image_set"])


def downgrade() -> None:
    op.drop_index("runs_of_images", "runs")
    op.drop_column("runs", "image_set")
    op.drop_table("image_sets")
