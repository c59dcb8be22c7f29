"""Files are made beside the pages, by few threads: nobody who moves a hand waits for a file. What was made is kept as long as there is room."""

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from explorer.page import words
from vae.errors import VaeError

AT_ONCE, WAITING = (
    2,
    100,
)  # files that are made at the same time, and browsers that wait for theirs: a class that asks at one word
SECONDS = 60.0  # for which a browser waits
LARGEST = 12_000_000  # bytes of one file
ROOM = 48_000_000  # bytes of all that are kept
T = TypeVar("T")


class Refused(VaeError):
    """A file cannot be given now, or not at all; a sentence of the block `refused`."""

    def __init__(self, sentence: str, status: int):
        super().__init__(words.load("explorer/takehome").item("refused", sentence))
        self.status = status


class Maker:
    """What makes files."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="take-home")
        self._asked = 0
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()

    async def do(self, work: Callable[[], T]) -> T:
        """What `work` gives, or raises, in one of the threads. Refused where too many wait, or where it takes too long."""
        with self._lock:
            if self._asked >= AT_ONCE + WAITING:
                raise Refused("many", 503)
            self._asked += 1
        coming = self._pool.submit(work)
        coming.add_done_callback(self._done)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(coming), SECONDS)  # one that has not begun is given up
        except TimeoutError:
            raise Refused("slow", 503) from None

    def _done(self, _: object) -> None:
        with self._lock:
            self._asked -= 1

    def kept(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """The file of that key, as it was made before or is made now; Refused where it is too large."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        if len(made) > LARGEST:
            raise Refused("large", 413)
        with self._lock:
            self._kept[key] = made
            while sum(map(len, self._kept.values())) > ROOM:
                self._kept.popitem(last=False)
        return made
