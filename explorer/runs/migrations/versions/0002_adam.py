"""Adam's moments beside the newest weights, so that a resumed run is the uninterrupted one."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("weights", sa.Column("adam", sa.LargeBinary))


def downgrade() -> None:
    op.drop_column("weights", "adam")
