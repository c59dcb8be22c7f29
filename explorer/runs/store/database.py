"""Where the runs are: SQLite in a data folder, or PostgreSQL; connections, transactions, and the schema.

SQLite runs in WAL mode: readers never wait, writers take turns, and a transaction that writes says so when it begins
(BEGIN IMMEDIATE), so that it waits for its turn at once instead of failing half-way. In PostgreSQL the few transactions that must
not overlap take one advisory lock. In both the schema is created or migrated in one transaction of that kind, by whichever
process comes first.
"""

import logging
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Row, create_engine, event, exc, make_url, text
from sqlalchemy.engine import URL

from explorer.runs.store.errors import StoreError, explained
from explorer.runs.store.tables import HEAD

WAIT_SECONDS = 5  # for a lock or a connection, then it is an error that a page can show
SCHEMA_WAIT_SECONDS = 60  # for another process that migrates
MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
_TURN = 0x4C6174656E74  # key of the advisory lock: "Latent" in ASCII
NEWER = (
    "The runs at {place} were written by a newer version of Latent Explorer (schema {version}, this one knows {head}). "
    "Update the app, or choose another place with DATABASE_URL or LATENT_EXPLORER_DATA."
)


Item = TypeVar("Item")


class Database:
    """Connections to the run store at a URL (sqlite:///path, postgresql://...), whose schema is this version's."""

    def __init__(self, url: str):
        self.url = url
        address = _address(url)
        self.place = (
            str(Path(address.database or "").resolve())
            if _is_sqlite(address)
            else f"{address.host or 'localhost'}:{address.port or 5432}"
        )
        with explained(self.place):
            self.engine = _engine(address)
            self._reader = self.engine.execution_options(**({"reading": True} if _is_sqlite(address) else _AUTOCOMMIT))
            self._bring_up_to_date()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection whose statements each see the newest data and lock nobody out."""
        with explained(self.place), self._reader.connect() as connection:
            yield connection

    def _undamaged(self, asked: Any, read: Callable[[Row], Item], what: str) -> list[Item]:
        """The rows that are asked for as `read` makes them. One that is damaged must not hide the others: it is left out and named in the log."""
        with self.reading() as connection:
            rows = connection.execute(asked).all()
        found = []
        for row in rows:
            try:
                found.append(read(row))
            except StoreError:
                logging.getLogger("explorer.store").warning("Left out the damaged %s %s", what, row.id)
        return found

    @contextmanager
    def writing(self, alone: bool = False, patience: int | None = None) -> Iterator[Connection]:
        """A transaction: all of it or nothing. Alone: no other such one runs at the same time, in any process.

        Patience: seconds to wait for its turn, and for each of its statements, where that is not WAIT_SECONDS.
        """
        engine = self.engine if patience is None else self.engine.execution_options(patience=patience)
        with explained(self.place), engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                if patience is not None:
                    for limit in ("lock_timeout", "statement_timeout"):
                        connection.execute(text(f"SET LOCAL {limit} = '{patience}s'"))
                if alone:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _TURN})
            yield connection

    def close(self) -> None:
        """Close every connection that is not in use."""
        self.engine.dispose()

    def _bring_up_to_date(self) -> None:
        with self.reading() as connection:
            if _version(connection) == HEAD:
                return
        with self.writing(alone=True, patience=SCHEMA_WAIT_SECONDS) as connection:
            _migrate(connection, self.place)


def _migrate(connection: Connection, place: str) -> None:
    from alembic import command  # slow to import, and not needed when the schema is there
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS))
    version = _version(connection)  # again: another process may have come first
    if version is not None and version not in {
        script.revision for script in ScriptDirectory.from_config(config).walk_revisions()
    }:
        raise StoreError(NEWER.format(place=place, version=version, head=HEAD))
    command.upgrade(config, "head")


def _version(connection: Connection) -> str | None:
    """The schema's version; None where there is no schema yet."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _address(url: str) -> URL:
    """The URL with the driver that is installed; postgres:// is what many hosts give out."""
    try:
        address = make_url(url)
    except exc.ArgumentError as error:
        raise StoreError(
            "DATABASE_URL is not an address of a database, such as postgresql://user:password@host/name."
        ) from error
    if address.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return address.set(drivername="postgresql+psycopg")
    if address.drivername == "sqlite" and address.database not in (None, "", ":memory:"):
        return address
    raise StoreError(
        f"DATABASE_URL begins with {address.drivername}://; the runs can be kept in sqlite:///path/to/file or postgresql://."
    )


def _is_sqlite(address: URL) -> bool:
    return address.drivername == "sqlite"


_AUTOCOMMIT: dict[str, Any] = {"isolation_level": "AUTOCOMMIT"}


def _engine(address: URL) -> Engine:
    pool: dict[str, Any] = {"pool_size": 24, "max_overflow": 0, "pool_timeout": WAIT_SECONDS}  # opened as needed, and kept
    if not _is_sqlite(address):
        limits = f"-c lock_timeout={WAIT_SECONDS}s -c statement_timeout={6 * WAIT_SECONDS}s -c idle_in_transaction_session_timeout=60s"
        arguments = {"connect_timeout": WAIT_SECONDS, "options": limits}
        return create_engine(address, pool_pre_ping=True, hide_parameters=True, connect_args=arguments, **pool)
    Path(address.database or "").resolve().parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, hide_parameters=True, connect_args={"timeout": WAIT_SECONDS}, **pool)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: Any) -> None:
    """On every new connection. The driver's own transactions are off: it would begin them without saying that they write."""
    connection.isolation_level = None
    for pragma in ("synchronous = normal", "foreign_keys = on"):
        connection.execute(f"PRAGMA {pragma}")
    patience = time.monotonic() + SCHEMA_WAIT_SECONDS  # another process may be making the tables
    while connection.execute("PRAGMA journal_mode").fetchone() != (
        "wal",
    ):  # setting it, even to what it is, takes the write lock
        try:
            for pragma in ("auto_vacuum = incremental", "journal_mode = wal"):
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.OperationalError:
            if time.monotonic() > patience:
                raise
            time.sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock, asking for it every few milliseconds.

    SQLite's own waiting falls asleep for up to 100 ms between two looks, and among busy writers one of them misses its turn for seconds.
    """
    options = connection.get_execution_options()
    if options.get("reading"):
        return
    patience = time.monotonic() + options.get("patience", WAIT_SECONDS)
    connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                return
            except exc.OperationalError as error:
                if "locked" not in str(error.orig) or time.monotonic() > patience:
                    raise
                time.sleep(random.uniform(0.001, 0.006))
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {1000 * WAIT_SECONDS}")
