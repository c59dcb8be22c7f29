"""Where runs are trained: a Dask cluster of our own on this machine, or the one at DASK_SCHEDULER_ADDRESS.

Dask carries a run to a worker and says which workers are alive. Which run comes next, on which worker, and what happens when a
worker is lost is decided by explorer/runs/dispatcher.py, from the run store: Dask's own retries and queues know neither owners nor weights.
"""

import logging
import operator
import os
from collections.abc import Callable
from multiprocessing import spawn
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, NamedTuple

import dask
from dask.system import CPU_COUNT
from distributed import Client, Future, LocalCluster, fire_and_forget

from explorer.runs import certificate, versions, worker
from explorer.runs.store import Run

OPENING = 10  # seconds to wait for a scheduler before trying again
CLOSING = 3
LOG = logging.getLogger("explorer")

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
        # Ctrl-C in a terminal is told to every process there. Workers leave it to the app, which ends them.
        "distributed.worker.preload": ["import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"],
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


class Staff(NamedTuple):
    """The workers that are connected, by name. One that starts again gets another name at its old address."""

    ready: dict[str, str]  # name -> Dask's address
    starting: set[str]
    unfit: dict[str, str]  # name -> why it gets no run, a sentence


class Cluster:
    """An open cluster. Its workers go by names that no other worker will ever have, here or elsewhere."""

    def __init__(self, address: str, store_url: str):
        self._store_url = store_url
        certificate.use(address)
        self._local = None if address else _local_cluster()
        self._client = Client(address or self._local, timeout=OPENING, set_as_default=False, name="latent-explorer")
        self._greeted: dict[str, Future] = {}
        self._unfit: dict[str, str] = {}

    @property
    def own(self) -> bool:
        """Whether its workers end with this process."""
        return self._local is not None

    def workers(self) -> Staff:
        """Who is there. Each new worker is greeted once; it is ready when it has answered that it runs on the same versions as this app."""
        # Asked directly: Client.scheduler_info shares its answer with a periodic question that leaves the workers out.
        if (scheduler := self._client.scheduler) is None:
            raise ConnectionError("the scheduler is gone")
        found = self._client.sync(scheduler.identity, n_workers=-1)["workers"]
        alive = {f"{address}/{Path(about['local_directory']).name}": address for address, about in found.items()}
        for name in alive.keys() - self._greeted.keys():
            self._greeted[name] = self._call(alive[name], worker.greet)
        for name in self._greeted.keys() - alive.keys():
            del self._greeted[name]
            self._unfit.pop(name, None)
        for name, answer in self._greeted.items():
            if answer.status in ("finished", "error") and name not in self._unfit:
                self._unfit[name] = self._judge(alive[name], answer)
        unfit = {name: why for name, why in self._unfit.items() if why}
        ready = {name: alive[name] for name in self._unfit.keys() - unfit.keys()}
        return Staff(ready, alive.keys() - self._unfit.keys(), unfit)

    def _judge(self, address: str, answer: Future) -> str:
        """Why a worker that has answered can have no run, or ""; the log gets the cause."""
        if answer.status != "finished":
            error = answer.exception()
            LOG.error("The worker at %s cannot train", address, exc_info=error)
            return versions.lacking(address, error)
        why = "" if self.own else versions.unlike(address, answer.result())
        if why:
            LOG.error("%s", why)
        return why

    def busy(self) -> set[str]:
        """Addresses of the workers that have something to do, whoever gave it to them."""
        return {address for address, tasks in self._client.processing().items() if tasks}

    def submit(self, address: str, run: Run) -> Future:
        """Train the run on the worker at that address and on no other: Dask is not to start it elsewhere by itself."""
        future = self._call(address, worker.train_run, run.id, run.attempt, self._store_url)
        if not self.own:
            fire_and_forget(future)  # it goes on when this app ends
        return future

    def _call(self, address: str, function: Callable, *arguments: Any) -> Future:
        """Have that worker, and no other, call a function of its own project.

        It looks for it by name. A scheduler then need not know the project, and a worker that lacks it can say so: one that
        cannot read a task dies.
        """
        place: dict[str, Any] = {"workers": [address], "allow_other_workers": False, "pure": False}
        found = self._client.submit(resolve_name, f"{function.__module__}:{function.__name__}", **place)
        return self._client.submit(operator.call, found, *arguments, **place)

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
                LOG.debug("The cluster did not close in order: %r", error)


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
