"""What a store does when its surroundings fail: a sentence, nothing half-done, and work again as soon as it can."""

import os
import resource
import signal
import socket
import sqlite3
import subprocess
import time
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from threading import Thread

import postgres
import pytest
import torch
from disk import small_disk
from material import PAIR, at_work, moment, weights
from sqlalchemy import text

import explorer.runs.store
from explorer.runs.store import Store, StoreError, address, database
from explorer.runs.store.errors import BUSY, DAMAGED, DAMAGED_RUN, FULL, READ_ONLY, REFUSED, UNREACHABLE

NOBODY = 65_534


def says(sentence: str, place: object = "") -> str:
    return f"^{sentence.format(place=place).replace('.', '[.]').replace('(', '[(]').replace(')', '[)]')}$"


def forked(work, *arguments) -> int:
    """Run in a child process; its exit status, 0 if all went well."""
    process = get_context("fork").Process(target=work, args=arguments)
    process.start()
    process.join(60)
    assert process.exitcode is not None
    return process.exitcode


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(database, "WAIT_SECONDS", 1)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_locked_file_is_a_sentence_for_writers_and_nothing_to_readers(impatient, url, tmp_path):
    store = Store(url)
    run = at_work(store)
    store.write(run.id, moment(0))
    with closing(sqlite3.connect(tmp_path / "runs.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=says(BUSY)):
            store.write(run.id, moment(256))
        assert store.get(run.id).images_seen == 0
        assert len(store.records(run.id)) == 1
        other.execute("ROLLBACK")
    assert store.write(run.id, moment(256)) == 1
    store.close()


def test_a_locked_row_is_a_sentence(impatient, server):
    store = Store(server.database())
    run = at_work(store)
    with store.engine.begin() as other:
        other.execute(text("SELECT * FROM runs FOR UPDATE"))
        with pytest.raises(StoreError, match=says(BUSY)):
            store.write(run.id, moment(0))
        assert store.get(run.id) == run
    assert store.write(run.id, moment(0)) == 0
    store.close()


def fill(store: Store) -> None:
    """Write until the disk is full: the sentence says so, all that was said to be written is there, and no half moment."""
    run = at_work(store)
    big = [torch.randn(200_000) for _ in PAIR]  # random, so that no database compresses it
    written: list[int] = []

    def write_on() -> None:
        while len(written) < 100:
            kept = [{"bias": torch.full((9,), float(len(written))), "weight": weight} for weight in big]
            written.append(store.write(run.id, moment(256 * len(written), snapshot=True), kept))

    with pytest.raises(StoreError, match=says(FULL)):
        write_on()
    assert len(written) > 1
    assert [m.index for m in store.records(run.id)] == written
    assert store.snapshots(run.id)[-1] == written[-1]
    assert store.weights(run.id)[1]["bias"].unique().tolist() == [written[-1]]


def test_a_full_disk_costs_the_moment_that_did_not_fit_and_nothing_else(tmp_path):
    with small_disk(tmp_path / "disk", 16):
        store = Store(f"sqlite:///{tmp_path / 'disk' / 'runs.db'}")
        fill(store)
        (run,) = store.runs("ann")
        with sqlite3.connect(tmp_path / "disk" / "runs.db") as file:
            assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        subprocess.run(["mount", "-o", "remount,size=64m", tmp_path / "disk"], check=True)
        store.write(run.id, moment(99_999), weights(0.5))
        assert store.get(run.id).images_seen == 99_999
        store.close()


def test_a_full_disk_under_postgresql_is_the_same_sentence(server):
    disk = server.folder / "disk"
    with small_disk(disk, 20):
        postgres.give(disk)
        server.database()
        server.execute(f"CREATE TABLESPACE small LOCATION '{disk}'")
        server.execute("CREATE DATABASE small TABLESPACE small")
        store = Store(server.url("small"))
        try:
            fill(store)
        finally:
            store.close()
            server.execute("DROP DATABASE small WITH (FORCE)")
            server.execute("DROP TABLESPACE small")


def _write_beyond(url: str, limit: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    fill(Store(url))


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_quota_is_a_full_disk(url, tmp_path):
    Store(url).close()
    assert forked(_write_beyond, url, 8_000_000) == 0
    store = Store(url)
    assert store.records(store.runs("ann")[0].id)
    with sqlite3.connect(tmp_path / "runs.db") as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    store.close()


def test_a_server_that_is_away_is_a_sentence_and_its_return_is_noticed(server):
    store = Store(server.database())
    run = at_work(store)
    server.stop()
    for act in (lambda: store.get(run.id), lambda: store.write(run.id, moment(0)), lambda: Store(store.url)):
        with pytest.raises(StoreError, match=says(UNREACHABLE, f"127.0.0.1:{server.port}")):
            act()
    server.start()
    assert store.get(run.id) == run
    assert store.write(run.id, moment(0)) == 0
    store.close()


def test_a_server_that_never_answers_keeps_one_visitor_waiting_not_each_in_turn(monkeypatch):
    monkeypatch.setattr(database, "WAIT_SECONDS", 2)
    with closing(socket.create_server(("127.0.0.1", 0))) as mute:  # accepts, and says nothing
        port = mute.getsockname()[1]
        began, said = time.monotonic(), []

        def look() -> None:
            with pytest.raises(StoreError, match=says(UNREACHABLE, f"127.0.0.1:{port}")) as error:
                explorer.runs.store.store(f"postgresql://ann:x@127.0.0.1:{port}/runs").runs("ann")
            said.append(error)

        looks = [Thread(target=look) for _ in range(12)]
        for each in looks:
            each.start()
        for each in looks:
            each.join()
    assert len(said) == 12
    assert time.monotonic() - began < 6 * database.WAIT_SECONDS


def test_a_wrong_password_is_said_without_the_password(server):
    with pytest.raises(StoreError, match=says(REFUSED, f"127.0.0.1:{server.port}")) as refused:
        Store(server.url("postgres", "not-the-password"))
    assert "not-the-password" not in repr(refused.value)


def test_every_way_to_write_the_same_address(server):
    url = server.database()
    run = Store(url.replace("postgresql://", "postgres://")).create("ann", PAIR)
    assert Store(url.replace("postgresql://", "postgresql+psycopg://")).get(run.id) == run


@pytest.mark.parametrize(
    "wrong", ["mysql://root@localhost/runs", "runs.db", "sqlite://", "sqlite:///:memory:", "postgresql+asyncpg://h/d"]
)
def test_an_address_of_something_else_is_named(wrong):
    with pytest.raises(StoreError, match=r"^DATABASE_URL .*postgresql://"):
        Store(wrong)


@pytest.mark.parametrize("damage", ["head", "middle"])
@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_damaged_file_is_a_sentence(url, tmp_path, damage):
    store = Store(url)
    run = at_work(store)
    store.write(run.id, moment(0), weights(1.0, 2_000))
    store.close()
    file = tmp_path / "runs.db"
    content = bytearray(file.read_bytes())
    start = 0 if damage == "head" else 4_096
    content[start : start + 40_000] = os.urandom(40_000)
    file.write_bytes(content)
    with pytest.raises(StoreError, match=says(DAMAGED)):
        Store(url).get(run.id)


def test_a_damaged_run_is_a_sentence_and_hides_no_other(store):
    bad, good = at_work(store), store.create("ann", PAIR)
    store.write(bad.id, moment(0, snapshot=True), weights(1.0))
    with store.writing() as connection:
        empty = {"bad": bad.id}
        connection.execute(text("UPDATE runs SET recipes = '[{\"model\": 3}]' WHERE id = :bad"), empty)
        connection.execute(text("UPDATE moments SET records = '[7]'"))
        for table, column in (("snapshots", "views"), ("snapshots", "weights"), ("weights", "data")):
            cut = {"cut": b"\x10\0\0\0\0\0\0\0{not json"}
            connection.execute(text(f"UPDATE {table} SET {column} = :cut"), cut)
    for read in (
        lambda: store.get(bad.id),
        lambda: store.records(bad.id),
        lambda: store.snapshot(bad.id, 0),
        lambda: store.weights(bad.id),
        lambda: store.weights(bad.id, 0),
    ):
        with pytest.raises(StoreError, match=says(DAMAGED_RUN)):
            read()
    assert store.runs("ann") == [good]
    store.delete(bad.id, "ann")
    assert store.get(bad.id) is None


def test_text_that_is_no_json_is_a_sentence(store):
    run = at_work(store)
    store.write(run.id, moment(0))
    with store.writing() as connection:
        connection.execute(text("UPDATE moments SET records = '[{'"))
        connection.execute(text("UPDATE runs SET recipes = '[{'"))
    for read in (lambda: store.get(run.id), lambda: store.records(run.id)):
        with pytest.raises(StoreError, match=says(DAMAGED_RUN)):
            read()
    assert store.runs("ann") == []


def _as_nobody(work, *arguments) -> None:
    if os.geteuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    work(*arguments)


def _refused(url: str, place: str) -> None:
    with pytest.raises(StoreError, match=says(READ_ONLY, place)):
        Store(url).create("ann", PAIR)


@pytest.fixture
def open_folder(tmp_path_factory):
    """A folder that another account can reach."""
    folder = tmp_path_factory.mktemp("open")
    for part in (folder, *(above for above in folder.parents if above.name.startswith(("pytest-", "popen-")))):
        part.chmod(0o755)
    yield folder
    folder.chmod(0o755)


@pytest.mark.parametrize("there", [False, True], ids=["empty", "with-runs"])
def test_a_folder_that_cannot_be_written_is_named(open_folder, there):
    file = open_folder / "runs.db"
    if there:
        Store(f"sqlite:///{file}").close()
        file.chmod(0o444)
    open_folder.chmod(0o555)
    assert forked(_as_nobody, _refused, f"sqlite:///{file}", str(file)) == 0


def _addresses(first: str, then: str) -> None:
    explorer.runs.store.HOME = Path(first) / "runs"
    os.environ["XDG_CACHE_HOME"] = then
    assert address() == f"sqlite:///{then}/latent-explorer/runs.db"
    os.environ["LATENT_EXPLORER_DATA"] = first
    with pytest.raises(StoreError, match=says(READ_ONLY, first)):
        address()


def test_runs_are_kept_beside_the_app_or_in_a_cache_but_where_one_was_chosen_nowhere_else(open_folder, monkeypatch):
    monkeypatch.delenv("LATENT_EXPLORER_DATA")
    monkeypatch.setattr(explorer.runs.store, "HOME", open_folder / "runs")
    assert address() == f"sqlite:///{open_folder}/runs/runs.db"
    monkeypatch.setenv("LATENT_EXPLORER_DATA", str(open_folder / "chosen"))
    assert address() == f"sqlite:///{open_folder}/chosen/runs.db"
    monkeypatch.setenv("DATABASE_URL", "postgresql://host/name")
    assert address() == "postgresql://host/name"
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("LATENT_EXPLORER_DATA")
    (cache := open_folder / "cache").mkdir()
    cache.chmod(0o777)
    (locked := open_folder / "locked").mkdir()
    locked.chmod(0o555)
    assert forked(_as_nobody, _addresses, str(locked), str(cache)) == 0


def _write_for_ever(url: str, number: int) -> None:
    store = Store(url)
    run = at_work(store, worker=f"w{number}")
    for i in range(1_000_000):
        store.write(run.id, moment(256 * i, snapshot=True), weights(float(i), 3_000))


def test_a_writer_that_is_killed_leaves_whole_moments(url):
    reader = Store(url)
    for number in range(4):
        process = get_context("fork").Process(target=_write_for_ever, args=(url, number))
        process.start()
        while not (found := reader.at_work()) or found[0].images_seen < 256 * (3 + number):
            assert process.is_alive()
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        (run,) = reader.at_work()
        written = reader.records(run.id)
        assert [m.index for m in written] == list(range(len(written)))
        assert [m.records[0].images_seen for m in written] == [256 * i for i in range(len(written))]
        assert run.images_seen == 256 * (len(written) - 1)
        assert reader.snapshots(run.id)[-1] == len(written) - 1
        for model in reader.weights(run.id):
            assert all(torch.equal(w, torch.full_like(w, float(len(written) - 1))) for w in model.values())
        assert reader.interrupted(-1) == [run.id]
    reader.close()


def test_a_process_has_one_store_for_each_address(tmp_path, monkeypatch):
    monkeypatch.setenv("LATENT_EXPLORER_DATA", str(tmp_path / "one"))
    one = explorer.runs.store.store()
    assert explorer.runs.store.store() is one
    assert explorer.runs.store.store(one.url) is one
    monkeypatch.setenv("LATENT_EXPLORER_DATA", str(tmp_path / "two"))
    assert explorer.runs.store.store() is not one
    one.close()
