"""Models that visitors brought."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "models",
        sa.Column("id", sa.String(22), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recipe", sa.Text, nullable=False),
        sa.Column("weights", sa.LargeBinary, nullable=False),
    )
    op.create_index("models_of_owner", "models", ["owner", "created"])


def downgrade() -> None:
    op.drop_table("models")
