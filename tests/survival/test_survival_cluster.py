"""Workers elsewhere: a scheduler and workers as docs/deployment.md starts them, found by address, the runs in PostgreSQL."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import postgres
import pytest
from an_app import free_port
from at_work import FOR_EVER, alone, current, ended, environment, pair, same, under_way, until
from documented import Program, script

from explorer.runs import versions
from explorer.runs.dispatcher import Dispatcher
from explorer.runs.store import Store, store

CHAPTER = "Workers on other machines"


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory) -> Iterator[str]:
    """The address of a scheduler that has no workers yet."""
    address = f"127.0.0.1:{free_port()}"
    with _start("explorer scheduler tcp://", address, tmp_path_factory.mktemp("scheduler") / "log"):
        yield f"tcp://{address}"


@pytest.fixture(scope="module")
def workers(scheduler, tmp_path_factory) -> Iterator[list[Program]]:
    """Two workers of that scheduler, on machines of their own."""
    address, log = scheduler.removeprefix("tcp://"), tmp_path_factory.mktemp("workers") / "log"
    with ExitStack() as stack:
        yield [stack.enter_context(_start("explorer worker tcp://", address, log)) for _ in range(2)]


def _start(part: str, address: str, log: Path) -> Program:
    settings = environment(LATENT_EXPLORER_WORKERS="1", LATENT_EXPLORER_NICE="0")
    return Program(script(CHAPTER, part), log, settings, {"127.0.0.1:8786": address})


@pytest.fixture
def stranger(scheduler, tmp_path) -> Iterator[subprocess.Popen]:
    """A worker of Dask's own, without the project."""
    command = [sys.executable, "-m", "distributed.cli.dask_worker", scheduler]
    options = ["--nthreads=1", "--no-nanny", "--host=127.0.0.1", "--no-dashboard", "--dashboard-address=127.0.0.1:0"]
    with (tmp_path / "log").open("ab") as log:
        process = subprocess.Popen([*command, *options], cwd=tmp_path, env=environment(), stdout=log, stderr=log)
    yield process
    process.kill()
    process.wait()


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    with postgres.server() as running:
        yield running


def test_a_worker_that_cannot_train_is_told_from_one_that_is_not_there(scheduler, request, monkeypatch, caplog, tmp_path):
    dispatcher = Dispatcher(f"sqlite:///{tmp_path / 'runs.db'}", scheduler)
    dispatcher.start()
    try:
        until(lambda: dispatcher.trouble, "no worker")
        assert (
            dispatcher.trouble
            == f"The scheduler at {scheduler} has no workers, so runs wait in the queue until one is started."
        )
        stranger = request.getfixturevalue("stranger")
        until(lambda: "has no workers" not in dispatcher.trouble or stranger.poll(), "the stranger")
        until(lambda: dispatcher.trouble, "its answer")
        assert dispatcher.trouble.startswith("The worker at tcp://127.0.0.1:")
        assert dispatcher.trouble.endswith(
            " cannot train: it has no module explorer, which this app has. "
            "Give it the same folder of the project and the packages of requirements.txt, and start it again."
        )
        assert "ModuleNotFoundError: No module named 'explorer'" in caplog.text
        assert dispatcher.workers == 0
        assert stranger.poll() is None, "it lives to be told"
        stranger.kill()

        mine = versions.here()
        monkeypatch.setattr(versions, "here", lambda: {**mine, "Python": "3.99", "torch": "1.0"})
        request.getfixturevalue("workers")
        until(lambda: "has Python" in dispatcher.trouble, "a worker of other versions")
        both = f"Python {mine['Python']}, torch {mine['torch']}, and this app Python 3.99, torch 1.0"
        assert f" has {both}, so it is given no run. " in dispatcher.trouble
        assert dispatcher.trouble in caplog.text
    finally:
        dispatcher.stop()


def test_runs_go_to_the_cluster_at_an_address_and_outlast_their_database(scheduler, workers, server):
    url = server.database()
    dispatcher = Dispatcher(url, scheduler)
    dispatcher.start()
    try:
        kept: Store = store(url)
        until(lambda: dispatcher.workers == 2, f"two workers ({dispatcher.trouble})")
        first, second = (kept.create("ann", pair(40_000, seed=seed)) for seed in range(2))
        under_way(kept, first)
        server.stop()
        server.start()
        for seed, run in enumerate((first, second)):
            assert ended(kept, run).attempt == 1
            assert same(kept.weights(run.id), alone(pair(40_000, seed=seed)))

        both = [under_way(kept, kept.create("bob", pair(FOR_EVER)), moments=1) for _ in range(2)]
        assert current(kept, both[0]).state == "running", "one on each worker"
        workers[0].kill()
        until(
            lambda: {current(kept, run).state for run in both} == {"running", "queued"}, "the death of a worker to be noticed"
        )
    finally:
        dispatcher.stop()
    (left,) = kept.at_work()
    moments = len(kept.records(left.id))
    until(lambda: len(kept.records(left.id)) > moments, "a run on a shared cluster to go on when the app has ended")
