"""Workers elsewhere: a Dask scheduler and two workers as processes of their own, found by address, the runs in PostgreSQL."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import postgres
import pytest
from an_app import ROOT, free_port
from at_work import FOR_EVER, PATIENCE, alone, current, ended, environment, pair, same, under_way, until

from explorer.runs.dispatcher import Dispatcher
from explorer.runs.store import Store, store


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory) -> Iterator[tuple[str, list[subprocess.Popen]]]:
    """The address of a scheduler, and its workers, with nothing of the project but its folder on their path."""
    folder: Path = tmp_path_factory.mktemp("dask")
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    common = {"cwd": folder, "env": environment(PYTHONPATH=str(ROOT), OMP_NUM_THREADS="1", LATENT_EXPLORER_NICE="0")}

    def start(*command: str) -> subprocess.Popen:
        log = (folder / "log").open("ab")
        return subprocess.Popen([sys.executable, "-m", *command, "--no-dashboard"], stdout=log, stderr=log, **common)

    worker = ("distributed.cli.dask_worker", address, "--nthreads=1", "--no-nanny", "--host=127.0.0.1", "--local-directory=.")
    parts = [start("distributed.cli.dask_scheduler", "--host=127.0.0.1", f"--port={port}", "--dashboard-address=127.0.0.1:0")]
    parts += [start(*worker), start(*worker)]
    yield address, parts[1:]
    for part in reversed(parts):
        part.kill()
        part.wait()


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    with postgres.server() as running:
        yield running


def test_runs_go_to_the_cluster_at_an_address_and_outlast_their_database(scheduler, server):
    address, workers = scheduler
    url = server.database()
    dispatcher = Dispatcher(url, address)
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

        both = [under_way(kept, kept.create("bob", pair(FOR_EVER))) for _ in range(2)]
        assert current(kept, both[0]).state == "running", "one on each worker"
        workers[0].kill()
        until(
            lambda: {current(kept, run).state for run in both} == {"running", "queued"}, "the death of a worker to be noticed"
        )
    finally:
        dispatcher.stop()
    (left,) = kept.at_work()
    moments = len(kept.records(left.id))
    until(
        lambda: len(kept.records(left.id)) > moments + 1, "a run on a shared cluster to go on when the app has ended", PATIENCE
    )
