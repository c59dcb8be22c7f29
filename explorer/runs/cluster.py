"""Where runs are trained: a Dask cluster of our own on this machine, or the one at DASK_SCHEDULER_ADDRESS.

Dask carries a run to a worker and says which workers are alive. Which run comes next, on which worker, and what happens when a
worker is lost is decided by explorer/runs/dispatcher.py, from the run store: Dask's own retries and queues know neither owners nor weights.
"""

import logging
import os
from multiprocessing import spawn
from pathlib import Path
from typing import Any

import dask
from dask.system import CPU_COUNT
from distributed import Client, Future, LocalCluster, fire_and_forget

from explorer.runs import worker
from explorer.runs.store import Run

OPENING = 10  # seconds to wait for a scheduler before trying again
CLOSING = 3

dask.config.set(
    {
        # Nothing listens but for workers: no dashboard, no pages of Dask's own.
        "distributed.scheduler.http.routes": [],
        "distributed.worker.http.routes": [],
        # A worker that was killed starts again, and may need a while on a busy machine. After 15 seconds Dask would end its nanny.
        "distributed.deploy.lost-worker-timeout": "1 day",
        # Dask's own profiler looks a hundred times a second, its clock fifty times, in every process: nobody reads either.
        "distributed.worker.profile.enabled": False,
        "distributed.admin.tick.interval": "1s",
        "distributed.admin.tick.limit": "1 minute",
    }
)


def _without_main(name: str, usual: Any = spawn.get_preparation_data) -> dict[str, Any]:
    """What a new process is told, but for the main module, which it would run: Streamlit puts a visitor's script there."""
    return {key: value for key, value in usual(name).items() if not key.startswith("init_main")}


spawn.get_preparation_data = _without_main  # also for a worker that is started again while visitors are there


def cores() -> int:
    """Workers of a cluster of our own: LATENT_EXPLORER_WORKERS, or one for each core this process may use."""
    chosen = os.environ.get("LATENT_EXPLORER_WORKERS", "")
    return max(1, int(chosen)) if chosen.isdecimal() else CPU_COUNT


class Cluster:
    """An open cluster. Its workers go by names that no other worker will ever have, here or elsewhere."""

    def __init__(self, address: str, store_url: str):
        self._store_url = store_url
        self._local = None if address else _local_cluster()
        self._client = Client(address or self._local, timeout=OPENING, set_as_default=False, name="latent-explorer")
        self._greeted: dict[str, Future] = {}
        self._client.register_plugin(worker.Warm(), name="latent-explorer")

    @property
    def own(self) -> bool:
        """Whether its workers end with this process."""
        return self._local is not None

    def workers(self) -> dict[str, str]:
        """The workers that are alive and warm: name -> Dask's address. One that starts again gets another name at its old address."""
        # Asked directly: Client.scheduler_info shares its answer with a periodic question that leaves the workers out.
        if (scheduler := self._client.scheduler) is None:
            raise ConnectionError("the scheduler is gone")
        found = self._client.sync(scheduler.identity, n_workers=-1)["workers"]
        alive = {f"{address}/{Path(about['local_directory']).name}": address for address, about in found.items()}
        for name in alive.keys() - self._greeted.keys():
            self._greeted[name] = self._client.submit(worker.greet, pure=False, workers=[alive[name]])
        for name in self._greeted.keys() - alive.keys():
            del self._greeted[name]
        return {name: address for name, address in alive.items() if self._greeted[name].status == "finished"}

    def busy(self) -> set[str]:
        """Addresses of the workers that have something to do, whoever gave it to them."""
        return {address for address, tasks in self._client.processing().items() if tasks}

    def submit(self, address: str, run: Run) -> Future:
        """Train the run on the worker at that address and on no other: Dask is not to start it elsewhere by itself."""
        place = {"workers": [address], "allow_other_workers": False}
        future = self._client.submit(worker.train_run, run.id, run.attempt, self._store_url, pure=False, **place)
        if not self.own:
            fire_and_forget(future)  # it goes on when this app ends
        return future

    def halt(self) -> None:
        """Ask every worker to end its run as soon as it can, its weights saved."""
        self._client.run(worker.halt, wait=True)

    def close(self) -> None:
        """Let go of the workers; those of our own end."""
        for part in (self._client, self._local):
            if part is None:
                continue
            try:
                part.close(timeout=CLOSING)
            except (TimeoutError, OSError, RuntimeError) as error:
                logging.getLogger("explorer").debug("The cluster did not close in order: %r", error)


def _local_cluster() -> LocalCluster:
    quiet = logging.ERROR
    return LocalCluster(
        n_workers=cores(),
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address=None,
        scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
        silence_logs=quiet,
        env={"OMP_WAIT_POLICY": "PASSIVE", "OMP_NUM_THREADS": "1"},
    )
