"""How one process hears what another has told of a class: PostgreSQL's NOTIFY, on a connection and a thread of its own.

On SQLite nobody is told, and on PostgreSQL behind a pool that shares connections between transactions nobody hears it: then a class is known
from being looked at once a second (explorer/classroom/hub.py). What has a number is in the store, so what is lost here is only late.
"""

import logging
import threading
from collections.abc import Callable
from typing import Any

import psycopg

from explorer.runs.store import StoreError
from explorer.runs.store.class_events import CHANNEL
from explorer.runs.store.classes import Classes

LOG = logging.getLogger("explorer.class")
SOONEST, LATEST = 0.5, 5.0  # seconds before a connection is tried again
ENDING = 0.25  # seconds between two looks whether to end
LAST = 5.0  # seconds that a connection which does not come about is waited for at the end


class Bus:
    """A thread that hears what is said, from `start` to `stop`."""

    def __init__(self, kept: Callable[[], Classes], heard: Callable[[str], None]):
        """`heard` is called in that thread with what was said, and with "" when it begins to hear: something may have been missed."""
        self._kept, self._heard = kept, heard
        self.hears = False
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._hear, name="class-bus", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for it."""
        self._ending.set()
        self._thread.join(LAST)

    def _hear(self) -> None:
        wait = SOONEST
        while not self._ending.is_set():
            try:
                place = self._kept().base.engine.url
                if place.get_backend_name() != "postgresql":
                    return
                plain = place.set(drivername="postgresql").render_as_string(hide_password=False)
                alive: dict[str, Any] = {
                    "connect_timeout": 5,
                    "keepalives_idle": 10,
                    "keepalives_interval": 5,
                    "keepalives_count": 2,
                }
                with psycopg.connect(plain, autocommit=True, **alive) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    self.hears = True
                    self._heard("")
                    wait = SOONEST
                    while not self._ending.is_set():
                        for note in connection.notifies(timeout=ENDING):
                            self._heard(note.payload)
            except (StoreError, psycopg.Error, OSError) as error:
                LOG.warning("The class does not hear other processes: %s", error)
                self.hears = False
                self._ending.wait(wait)
                wait = min(LATEST, 2 * wait)
