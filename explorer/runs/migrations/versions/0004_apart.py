"""How many of the last images of a set that a visitor brought came as a test set of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("image_sets", sa.Column("apart", sa.Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("image_sets", "apart")
