"""The tables of the run store, as the newest migration leaves them (explorer/runs/migrations; a test compares the two).

runs       one row a run: what to train, whose it is, how it stands, what its owner has ordered
moments    one row a record: the losses of every model at one moment, and what was changed at it
snapshots  codes, pictures and float16 weights of a few moments, for the replay
weights    the run's newest weights, float32, and Adam's moments: what it is resumed from
image_sets images that a visitor brought; runs trained on them go with them
models     models that a visitor brought

Those of classes are in class_tables.py, those of plans in plan_tables.py.
"""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

HEAD = "0007"  # the newest migration


class Utc(TypeDecorator):
    """Aware datetimes in UTC, also in SQLite, which knows no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value if value is None or dialect.name != "sqlite" else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator):
    """JSON as text. What cannot be read comes back as None: one damaged row must not keep a query from its others."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        return json.dumps(value, allow_nan=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        try:
            return json.loads(value or "")
        except ValueError:
            return None


def _of_run(**options: Any) -> Column:
    return Column("run_id", String(22), ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True, **options)


metadata = MetaData()

runs = Table(
    "runs",
    metadata,
    Column("id", String(22), primary_key=True),
    Column("owner", String(64), nullable=False),
    Column("name", String(120), nullable=False),
    Column("recipes", Json, nullable=False),
    Column("state", String(16), nullable=False),
    Column("images_seen", BigInteger, nullable=False),
    Column("attempt", Integer, nullable=False),  # how often it was given to a worker; never the same number twice
    Column("retries", Integer, nullable=False),  # how often since it was queued by its owner
    Column("error", Text, nullable=False),
    Column("created", Utc, nullable=False),
    Column("queued", Utc, nullable=False),  # since when it waits; the queue's order
    Column("started", Utc),
    Column("ended", Utc),
    Column("heartbeat", Utc),
    Column("watched", Utc, nullable=False),  # when a page last looked
    Column("worker", String(200), nullable=False),
    # orders, polled by the worker
    Column("wanted", String(8), nullable=False),
    Column("steps", Integer, nullable=False),  # single steps asked for since the run began
    Column("beta", Double),
    Column("learning_rate", Double),
    Column("image_set", String(22), ForeignKey("image_sets.id")),  # of its owner; none for other data
    Index("runs_of_owner", "owner", "created"),
    Index("runs_in_state", "state", "queued"),
    Index("runs_of_images", "image_set"),
)

moments = Table(
    "moments",
    metadata,
    _of_run(),
    Column("moment", Integer, primary_key=True, autoincrement=False),
    Column("images_seen", BigInteger, nullable=False),
    Column("records", Json, nullable=False),
    Column("note", Text, nullable=False),
    Column("steps", Json, nullable=False),  # what a single step did to each model; usually []
)

snapshots = Table(
    "snapshots",
    metadata,
    _of_run(),
    Column("moment", Integer, primary_key=True, autoincrement=False),
    Column("images_seen", BigInteger, nullable=False),
    Column("views", LargeBinary, nullable=False),  # codes and pictures, safetensors
    Column("weights", LargeBinary),  # float16, safetensors; last, so that the columns before it are read without it
)

weights = Table(
    "weights",
    metadata,
    _of_run(),
    Column("moment", Integer, nullable=False),
    Column("images_seen", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),  # float32, safetensors
    Column("adam", LargeBinary),  # Adam's moments, float32, safetensors; none where the run is over
)

image_sets = Table(
    "image_sets",
    metadata,
    Column("id", String(22), primary_key=True),
    Column("owner", String(64), nullable=False),
    Column("name", String(120), nullable=False),
    Column("created", Utc, nullable=False),
    Column("count", Integer, nullable=False),
    Column("classes", Json, nullable=False),
    Column("told", Json, nullable=False),  # sentences on how the images were made of what was sent
    Column(
        "pixels", LargeBinary, nullable=False
    ),  # grey levels (N, 28, 28), zlib; last, so that the columns before are read without
    Column("labels", LargeBinary, nullable=False),  # indices of classes (N,), a byte each, zlib
    Column("apart", Integer, nullable=False, server_default="0"),  # how many of the last images came as a test set
    Column("class_id", String(22), ForeignKey("classes.id")),  # of the class that drew them, with which they go
    Index("image_sets_of_owner", "owner", "created"),
)

models = Table(
    "models",
    metadata,
    Column("id", String(22), primary_key=True),
    Column("owner", String(64), nullable=False),
    Column("name", String(120), nullable=False),
    Column("created", Utc, nullable=False),
    Column("recipe", Json, nullable=False),  # what it is, and how it was trained
    Column("weights", LargeBinary, nullable=False),  # float32, safetensors; last, so that the columns before are read without
    Index("models_of_owner", "owner", "created"),
)
