"""What is being read: one sending at a time for each owner, few at once for all, each in a process of its own."""

import itertools
import logging
import threading
import time
from collections.abc import Sequence
from typing import IO

from ingest import Brought, BroughtModel, Choices, Refused
from ingest.apart import ENDED, Apart
from ingest.choices import AS_FOUND

AT_ONCE = 2  # processes
UNWATCHED = 300  # seconds after which nobody seems to wait for it

_numbers = itertools.count()
_turns = threading.Condition()
_waiting: list["Reading"] = []  # and at work, in the order in which they came


class Reading:
    """A sending that waits for its turn, is read, and then was read, refused or stopped."""

    def __init__(self, owner: str, file: IO[bytes], parts: Sequence[tuple[str, int]], choices: Choices = AS_FOUND):
        """Queue it. It begins by itself."""
        self.owner, self.choices = owner, choices
        self._file, self._parts = file, parts
        self.number = next(_numbers)  # tells it from every other one
        self.done, self.of = 0, 0  # images that were read, and of how many; 0 while these are being counted
        self.brought: Brought | BroughtModel | None = None
        self.refused: Refused | None = None
        self.stopped = False
        self._apart: Apart | None = None
        self._over = threading.Event()
        self._asked = time.monotonic()
        with _turns:
            _waiting.append(self)
        threading.Thread(target=self._run, name="reading", daemon=True).start()

    @property
    def active(self) -> bool:
        """Whether it waits or is being read. Whoever asks keeps it alive."""
        self._asked = time.monotonic()
        return not self._over.is_set()

    @property
    def ahead(self) -> int:
        """How many others come first; 0 while it is being read."""
        with _turns:
            return 0 if self._apart is not None or self not in _waiting else _waiting.index(self)

    def wait(self, seconds: float) -> bool:
        """Wait for its end; whether it has come."""
        return self._over.wait(seconds)

    def stop(self) -> None:
        """End it. What was read already is let go."""
        with _turns:
            self.stopped, self.brought = True, None
            if self._apart is not None:
                self._apart.end()
            _turns.notify_all()

    def _may_begin(self) -> bool:
        first = next(each for each in _waiting if each.owner == self.owner)
        return self.stopped or (first is self and sum(each._apart is not None for each in _waiting) < AT_ONCE)

    def _run(self) -> None:
        try:
            with _turns:
                _turns.wait_for(self._may_begin)
                if self.stopped:
                    return
                self._apart = Apart(self._file, self._parts, self.choices)
            with self._apart as apart:
                brought = apart.follow(self._heard)
                self.brought = None if self.stopped else brought
        except Refused as error:
            self.refused = error
        except Exception:  # the process could not be started, or spoke nonsense
            logging.getLogger("explorer").exception("What was sent could not be read")
            self.refused = Refused(ENDED)
        finally:
            with _turns:
                _waiting.remove(self)
                self._apart = None
                _turns.notify_all()
            self._over.set()

    def _heard(self, done: int, of: int) -> None:
        self.done, self.of = done, of
        if time.monotonic() - self._asked > UNWATCHED:
            self.stop()


def stop_all() -> None:
    """End everything that is being read, as the app ends."""
    with _turns:
        for each in list(_waiting):
            each.stop()
