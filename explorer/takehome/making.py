"""Files are made by few threads, each file once, and kept as long as there is room: what is asked for again is there.

A page's session has no part in it, so nobody who moves a hand waits for a file.
"""

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor

from explorer.page import words
from vae.errors import VaeError

AT_ONCE, WAITING = 2, 6  # files that are made at the same time, and others that wait for it
SECONDS = 60.0  # for which a browser waits for its file
LARGEST = 12_000_000  # bytes of one file
ROOM = 48_000_000  # bytes of all that are kept


class Refused(VaeError):
    """A file cannot be given now, or not at all; a sentence of the block `refused`."""

    def __init__(self, sentence: str, status: int):
        super().__init__(words.load("explorer/takehome").item("refused", sentence))
        self.status = status


class Maker:
    """What makes files and keeps them."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="take-home")
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._coming: dict[Hashable, Future[bytes]] = {}
        self._lock = threading.Lock()

    async def file(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """The file of that key: kept, or made now by `make`, which may take its time and raise what it likes.

        Refused where too many wait, where it takes too long or is too large.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            coming = self._coming.get(key)
            if coming is None:
                if len(self._coming) >= AT_ONCE + WAITING:
                    raise Refused("many", 503)
                coming = self._coming[key] = self._pool.submit(self._made, key, make)
        try:  # who leaves off waiting stops nobody else, and finds the file the next time
            return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(coming)), SECONDS)
        except TimeoutError:
            raise Refused("slow", 503) from None

    def _made(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        try:
            made = make()
            if len(made) > LARGEST:
                raise Refused("large", 413)
            with self._lock:
                self._kept[key] = made
                while sum(map(len, self._kept.values())) > ROOM:
                    self._kept.popitem(last=False)
            return made
        finally:
            with self._lock:
                self._coming.pop(key, None)
