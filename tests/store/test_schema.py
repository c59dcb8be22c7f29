"""The schema comes about by migrations alone, once, however many processes start at the same moment."""

import sqlite3
import time
from multiprocessing import get_context
from threading import Timer

import numpy as np
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from material import PAIR, at_work, moment, weights
from sqlalchemy import inspect, text

from explorer.runs.store import Store, StoreError, database
from explorer.runs.store.tables import HEAD, metadata


def test_the_migrations_make_the_tables_that_the_code_declares(store):
    with store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata) == []


def test_the_code_knows_the_newest_migration():
    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


@pytest.mark.parametrize("round_", range(3))
def test_processes_that_start_at_once_make_one_schema(url, round_):
    context = get_context("fork")
    gate = context.Barrier(6)
    processes = [context.Process(target=_open, args=(url, gate)) for _ in range(6)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 6
    kept = Store(url)
    with kept.reading() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).all() == [(HEAD,)]
    kept.close()


def _open(url, gate):
    gate.wait(30)
    assert Store(url).runs("ann") == []


def test_whoever_comes_while_another_process_migrates_waits_longer_than_for_a_run(url, monkeypatch):
    monkeypatch.setattr(database, "WAIT_SECONDS", 1)
    context = get_context("fork")
    migrating = context.Event()
    slow = context.Process(target=_migrate_slowly, args=(url, migrating))
    slow.start()
    assert migrating.wait(30)
    kept = Store(url)
    assert kept.runs("ann") == []
    kept.close()
    slow.join(30)
    assert slow.exitcode == 0


def _migrate_slowly(url, migrating):
    migrate = database._migrate

    def slowly(*arguments):
        migrating.set()
        time.sleep(1.6)
        migrate(*arguments)

    database._migrate = slowly
    Store(url)


def test_a_new_database_that_another_process_writes_to_is_waited_for_longer_than_for_a_run(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "WAIT_SECONDS", 0.1)
    place = tmp_path / "runs.db"
    other = sqlite3.connect(place, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    other.execute("CREATE TABLE something (id)")
    release = Timer(0.4, other.execute, ("COMMIT",))
    release.start()
    kept = Store(f"sqlite:///{place}")
    assert kept.runs("ann") == []
    kept.close()
    release.join()
    other.close()


def test_an_older_schema_is_brought_up_to_date_and_loses_nothing(store, url):
    run = at_work(store)
    store.write(run.id, moment(0, snapshot=True), weights(0.5))
    before = store.get(run.id), store.records(run.id)
    config = Config(attributes={"connection": None})
    config.set_main_option("script_location", str(database.MIGRATIONS))
    with store.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
    assert "adam" not in {column["name"] for column in inspect(store.engine).get_columns("weights")}
    newer = Store(url)
    assert (newer.get(run.id), newer.records(run.id)) == before
    assert newer.weights(run.id)[0]["decoder.0.bias"].unique().tolist() == [0.5]
    assert newer.adam(run.id) is None
    newer.close()


def test_images_that_were_kept_before_there_were_classes_are_kept(store, url):
    images = store.keep_images("ann", "sevens", np.full((20, 28, 28), 7, np.uint8), np.zeros(20), ["seven"], apart=5)
    run = store.create("ann", PAIR)
    config = Config(attributes={"connection": None})
    config.set_main_option("script_location", str(database.MIGRATIONS))
    with store.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0004")
    assert not [name for name in inspect(store.engine).get_table_names() if name.startswith("class")]
    newer = Store(url)
    assert newer.get(run.id) == run
    assert newer.image_sets("ann") == [images]
    assert newer.images(images.id, "ann").pixels.tolist() == np.full((20, 28, 28), 7).tolist()
    newer.close()


def test_a_store_that_is_up_to_date_is_left_alone(store, url, monkeypatch):
    run = store.create("ann", PAIR)
    monkeypatch.setattr(database, "_migrate", lambda *_: pytest.fail("migrated what needs no migration"))
    again = Store(url)
    assert again.get(run.id) == run
    again.close()


def test_what_a_newer_version_wrote_is_not_touched(store, url):
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(
        StoreError, match=r"written by a newer version of Latent Explorer \(schema 9999, this one knows .*Update"
    ):
        Store(url)
    with store.reading() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"


def test_a_migration_that_fails_leaves_nothing_behind(url, monkeypatch):
    from alembic import op

    create = op.create_table
    monkeypatch.setattr(op, "create_table", lambda name, *a, **k: 1 / 0 if name == "weights" else create(name, *a, **k))
    with pytest.raises(ZeroDivisionError):
        Store(url)
    monkeypatch.undo()
    kept = Store(url)
    assert kept.runs("ann") == []
    kept.close()
