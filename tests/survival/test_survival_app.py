"""The app's process ends, politely or not; what was being trained is there when it comes back."""

import asyncio
import signal
import sqlite3

import psutil
import pytest
from an_app import App
from at_work import FOR_EVER, alone, current, ended, pair, same, seen, time_passes, under_way, until
from own_loop import complete

from benchmarks.session import PageError, Session
from explorer.runs.store import Store


@pytest.fixture
def settings(tmp_path) -> dict[str, str]:
    return {"LATENT_EXPLORER_DATA": str(tmp_path), "LATENT_EXPLORER_WORKERS": "1", "LATENT_EXPLORER_NICE": "0"}


def test_runs_outlive_the_app(settings, tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'runs.db'}")
    with App(tmp_path / "log", **settings) as app:
        whole = ended(store, store.create("ann", pair()))
        run = under_way(store, store.create("ann", pair(FOR_EVER)))
        waiting = store.create("ann", pair())
        workers = app.workers()
        assert workers
        app.end(signal.SIGKILL)
    psutil.wait_procs(workers, timeout=10)
    assert not [worker for worker in workers if worker.is_running() and worker.status() != psutil.STATUS_ZOMBIE]
    _intact(tmp_path)

    time_passes(store, run, "heartbeat", minutes=1)
    with App(tmp_path / "log", **settings) as app:
        until(lambda: not current(store, run).active, "somebody to notice that the run is not trained any more")
        left = current(store, run)
        assert (left.state, left.error) == (
            "interrupted",
            "The app or its worker went away while this run was training. It can be resumed from its newest weights.",
        )
        assert same(store.weights(whole.id), alone(pair())), "what had ended is whole"
        assert same(store.weights(ended(store, waiting).id), alone(pair())), "what had waited is trained"
        store.resume(run.id, "ann")
        again = under_way(store, run, moments=len(seen(store, run)) + 1, attempt=2)
        assert seen(store, again) == sorted(set(seen(store, again)))
        for worker in app.workers():
            worker.send_signal(signal.SIGINT)  # as Ctrl-C in a terminal does; only the app heeds it

        seconds = complete(_terminate_while_somebody_looks(app))
    assert seconds < 10
    assert app.process.returncode in (0, -signal.SIGTERM)
    left = current(store, run)
    assert (left.state, left.attempt) == ("interrupted", 2)
    assert store.weights(run.id) is not None
    assert left.images_seen == seen(store, run)[-1]
    assert not psutil.pid_exists(app.process.pid) or app.process.poll() is not None
    assert "Traceback" not in (tmp_path / "log").read_text()
    _intact(tmp_path)
    store.close()


async def _terminate_while_somebody_looks(app: App) -> float:
    tab = Session(app.address, "compare")
    await tab.open()
    return await asyncio.to_thread(app.end, signal.SIGTERM)


def test_without_its_database_the_app_says_so_and_shows_the_other_pages(settings, tmp_path):
    async def visit(page: str) -> None:
        tab = Session(app.address, page)
        try:
            await tab.open()
        finally:
            await tab.close()

    nowhere = {"DATABASE_URL": "postgresql://nobody:nothing@127.0.0.1:1/nothing"}
    with App(tmp_path / "log", **settings, **nowhere) as app:
        complete(visit("compare"))
        with pytest.raises(PageError, match=r"The run store at 127\.0\.0\.1:1 cannot be reached\. See that the database is up"):
            complete(visit("runs"))


def _intact(folder) -> None:
    with sqlite3.connect(folder / "runs.db") as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []
