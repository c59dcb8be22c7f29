"""A worker's contact with the run store while it trains: what the owner wants, signs of life, and patience.

A thread of its own asks for orders and beats, so a long step does not look like a death and training never waits for an answer. A
store that is locked or away for a while costs nothing but time: writing waits for it, and the training with it.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Self, TypeVar

from explorer.runs.store import Denied, Gone, Lost, Orders, Store, StoreError

LOG = logging.getLogger("explorer")
ASKING = 0.2  # seconds between two looks at the orders
BEATING = 2.0  # between two signs of life
PATIENCE = 60.0  # seconds that a store may be away
T = TypeVar("T")


class Contact:
    """Orders of one run, always at hand. A context; `lost` when the run is no longer this worker's."""

    def __init__(self, store: Store, run_id: str):
        self._store, self._run_id = store, run_id
        self.orders: Orders = patiently(store.orders, run_id)
        self.paused = False  # said with every sign of life
        self.lost = False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=f"contact {run_id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def say_paused(self, paused: bool) -> None:
        """Let the pages know at once."""
        self.paused = paused
        patiently(self._store.beat, self._run_id, paused)

    def _keep(self) -> None:
        beaten = time.monotonic()
        while not self._over.wait(ASKING):
            try:
                self.orders = self._store.orders(self._run_id)
                if time.monotonic() - beaten > BEATING:
                    self._store.beat(self._run_id, self.paused)
                    beaten = time.monotonic()
            except Lost:
                self.lost = True
                return
            except StoreError as error:
                LOG.warning("No contact with the store: %s", error)


def patiently(call: Callable[..., T], *arguments, **named) -> T:
    """The call's result, however often it has to be tried while the store is away; its last StoreError after a minute."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return call(*arguments, **named)
        except (Lost, Gone, Denied):  # waiting would change nothing
            raise
        except StoreError:
            if time.monotonic() > deadline:
                raise
            time.sleep(ASKING)
