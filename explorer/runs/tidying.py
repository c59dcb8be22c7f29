"""Comes by every now and then: marks runs whose workers are silent, ends classes that nobody teaches, deletes what need not be kept.

One a process; several apps on one store may do the same work, each step of which is a transaction.
"""

import logging
import threading
import time

from explorer.runs.store import StoreError, store
from explorer.runs.store.answers import answers
from explorer.runs.store.classes import classes
from explorer.runs.store.plans import plans
from explorer.runs.store.views import views

LOG = logging.getLogger("explorer")
ROUND = 3.0  # seconds between two looks for silent runs
SILENT = 15.0  # seconds without a sign of life: workers give one every two seconds
TIDYING = 600.0  # seconds between two looks for what is to be deleted


class Tidying:
    """A thread from `start` to `stop`."""

    def __init__(self, store_url: str):
        self._store_url = store_url
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._tidy, name="tidying", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End; what is being deleted is deleted to the end."""
        self._ending.set()
        self._thread.join(3)

    def _tidy(self) -> None:
        tidied = -TIDYING
        while not self._ending.is_set():
            try:
                store(self._store_url).interrupted(SILENT)
                if time.monotonic() - tidied > TIDYING:
                    tidied = time.monotonic()
                    for kept in (store, classes, plans, views, answers):
                        kept(self._store_url).retain()
            except StoreError as error:
                LOG.warning("The store is not tidied: %s", error)
            self._ending.wait(ROUND)
