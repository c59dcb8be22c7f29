"""What is done beside the event loop: the store is asked in threads of the class's own, and tasks that nobody waits for are watched."""

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from explorer.runs.store import StoreError
from explorer.runs.store.classes import Classes

LOG = logging.getLogger("explorer.class")
THREADS = 8
LAST = 5.0  # seconds that what is being asked is waited for at the end: a database that is away may never answer


class Beside:
    """Threads and tasks, from `start` to `stop`."""

    def __init__(self, kept: Callable[[], Classes]):
        self.kept = kept  # the classes; only threads call it, since it may have to wait for the database
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._tasks: set[asyncio.Task] = set()

    def start(self) -> None:
        """Serve the event loop that runs now."""
        self._loop, self._pool = asyncio.get_running_loop(), ThreadPoolExecutor(THREADS, "class")

    async def stop(self) -> None:
        """Leave off, when what is being asked of the store has been answered. What waits for its turn is not asked any more."""
        for task in tuple(self._tasks):
            task.cancel()
        loop, pool, self._loop, self._pool = asyncio.get_running_loop(), self._pool, None, None
        if pool is None:
            return
        pool.shutdown(wait=False, cancel_futures=True)
        ended = asyncio.Event()

        def wait() -> None:
            pool.shutdown()
            with suppress(RuntimeError):  # nobody waits any more
                loop.call_soon_threadsafe(ended.set)

        threading.Thread(target=wait, name="ending", daemon=True).start()  # one that the event loop does not wait for
        with suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), LAST)

    async def ask(self, work: Callable[..., Any], *given: Any) -> Any:
        """What a function says that takes the classes first, in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: work(self.kept(), *given))

    def do(self, work: Coroutine[Any, Any, Any]) -> None:
        """Begin something that nobody waits for."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def from_thread(self, work: Callable[..., None], *given: Any) -> None:
        """Have the event loop do something soon; nothing where none is served."""
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):  # it has just ended
                loop.call_soon_threadsafe(work, *given)

    def _done(self, task: asyncio.Task) -> None:
        self._tasks.discard(task)
        if task.cancelled() or (error := task.exception()) is None or isinstance(error, StoreError):
            return  # the store's troubles are logged where they happen
        LOG.error("The class failed", exc_info=error)
