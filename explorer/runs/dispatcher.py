"""Which run comes next, on which worker, and what happens when a worker is lost: one thread of the app.

Runs are served in the order in which they came, but for owners who have their share at work already. The store decides who gets a
run: claiming and beginning one are single transactions, so several apps may serve one queue and share one cluster. A run whose worker is
gone starts again from its last saved weights, once. What this thread knows may be lost at any moment: the queue, the claims and
the attempts are in the store.
"""

import logging
import os
import threading
import time
from typing import NamedTuple

from distributed import Future

from explorer.runs.certificate import ClusterError
from explorer.runs.cluster import Cluster, cores
from explorer.runs.store import StoreError, store
from vae.errors import VaeError

LOG = logging.getLogger("explorer")
ROUND = 0.5  # seconds between two looks at the queue, when nobody wakes the dispatcher
AGAIN = 2.0  # seconds before a cluster or a store that could not be reached is tried again
MISSING = 120.0  # seconds that a worker may be away before the cluster, once it is idle, is opened afresh
HALTING = 5.0  # seconds that runs have to save their weights when the app ends
UNREACHABLE = "The workers {where} cannot be reached, so runs wait in the queue. The app keeps trying; its log says why."
NOBODY = "The scheduler at {address} has no workers, so runs wait in the queue until one is started."


def per_owner() -> int:
    """How many runs of one owner may be at work at once: RUNS_PER_OWNER, default 2."""
    chosen = os.environ.get("RUNS_PER_OWNER", "")
    return max(1, int(chosen)) if chosen.isdecimal() else 2


class Handed(NamedTuple):
    """A run in a worker's hands."""

    run_id: str
    worker: str
    attempt: int
    future: Future


class Dispatcher:
    """Serves the queue of a store with the workers of a cluster, from `start` to `stop`."""

    def __init__(self, store_url: str, address: str = ""):
        self._store_url, self._address = store_url, address
        self._handed: list[Handed] = []
        self._awake, self._ending = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._serve, name="dispatcher", daemon=True)
        self.workers = 0 if address else cores()  # how many there are, or are about to be
        self.ready = threading.Event()  # the cluster is open
        self._said = ""
        self.trouble = ""  # a sentence while workers cannot be reached, are missing, or cannot train

    def start(self) -> None:
        """Return at once: the cluster opens in the background."""
        self._thread.start()

    def wake(self) -> None:
        """Look at the queue now."""
        self._awake.set()

    def stop(self) -> None:
        """End. Runs on workers of our own save their weights and are marked interrupted; it takes up to about eight seconds."""
        self._ending.set()
        self.wake()
        self._thread.join(HALTING + 3)

    def _serve(self) -> None:
        while not self._ending.is_set():
            cluster = None
            try:
                cluster = Cluster(self._address, self._store_url)
                self._look_after(cluster)
                self._halt(cluster)
            except ClusterError as error:
                self._say(str(error))
            except Exception as error:  # whatever a cluster may raise, another one is opened
                where = f"at {self._address}" if self._address else "of this machine"
                self._say(UNREACHABLE.format(where=where), f" {type(error).__name__}: {error}")
            finally:
                self.ready.clear()
                self.workers = 0
                if cluster is not None:
                    cluster.close()
            self._ending.wait(AGAIN)

    def _look_after(self, cluster: Cluster) -> None:
        complete = time.monotonic()
        while not self._ending.is_set():
            self._awake.clear()
            staff = cluster.workers()
            alive = staff.ready
            self.workers = cores() if cluster.own else len(alive) + len(staff.starting)
            self._say(next(iter(staff.unfit.values()), "" if self.workers else NOBODY.format(address=self._address)))
            if alive:
                self.ready.set()
            if not cluster.own or len(alive) == self.workers:
                complete = time.monotonic()
            elif not self._handed and time.monotonic() - complete > MISSING:
                raise RuntimeError(f"only {len(alive)} of {self.workers} workers are left")
            try:
                self._sort_out(alive)
                self._hand_out(cluster, alive)
            except StoreError as error:
                LOG.warning("The queue waits: %s", error)
                self._ending.wait(AGAIN)
            self._awake.wait(ROUND)

    def _say(self, trouble: str, cause: str = "") -> None:
        """Let the pages know what is wrong, or "" when nothing is; the log, with its cause, when it changes."""
        if trouble + cause != self._said:
            self._said = trouble + cause
            LOG.warning("%s%s", trouble or "The workers are well.", cause)
        self.trouble = trouble

    def _sort_out(self, alive: dict[str, str]) -> None:
        """Forget what is over; a run whose worker is gone is queued again, or has failed the second time."""
        runs = store(self._store_url)
        for handed in list(self._handed):
            if handed.worker not in alive:
                handed.future.cancel()
                again = runs.lost(handed.run_id, handed.attempt)
                LOG.warning("Run %s lost its worker %s; %s", *handed[:2], "it is queued again" if again else "it has failed")
            elif handed.future.status == "error":
                error = handed.future.exception()
                LOG.error("Run %s failed on its worker", handed.run_id, exc_info=error)
                runs.fail(handed.run_id, handed.attempt, _reason(error))
            elif not handed.future.done():
                continue
            self._handed.remove(handed)

    def _hand_out(self, cluster: Cluster, alive: dict[str, str]) -> None:
        at_work = {handed.worker for handed in self._handed}
        if at_work >= alive.keys():
            return
        busy = cluster.busy()  # with runs of other apps too
        for name, address in alive.items():
            if name in at_work or address in busy:
                continue
            run = store(self._store_url).claim(name, per_owner())
            if run is not None:
                try:
                    future = cluster.submit(address, run)
                except Exception:
                    store(self._store_url).lost(run.id, run.attempt)
                    raise
                future.add_done_callback(lambda _: self.wake())
                self._handed.append(Handed(run.id, name, run.attempt, future))

    def _halt(self, cluster: Cluster) -> None:
        """The app ends: runs on workers of our own are to save their weights; those on a shared cluster go on."""
        if not cluster.own or not self._handed:
            return
        cluster.halt()
        deadline = time.monotonic() + HALTING
        while not all(handed.future.done() for handed in self._handed) and time.monotonic() < deadline:
            time.sleep(0.05)
        for handed in self._handed:
            store(self._store_url).interrupt(handed.run_id, handed.attempt)  # changes nothing where the worker did so


def _reason(error: BaseException | None) -> str:
    """Why a worker could not even begin, for the owner of the run."""
    words = str(error) if isinstance(error, VaeError) else f"{type(error).__name__}: {error}"
    return f"The worker could not train this run. {words}"
