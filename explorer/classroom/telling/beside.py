"""What is done beside the event loop: the store is asked in threads of the class's own, and tasks that nobody waits for are watched."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from explorer.runs.store import StoreError
from explorer.runs.store.classes import Classes

LOG = logging.getLogger("explorer.class")
THREADS = 8


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

    def stop(self) -> None:
        """Leave off, whatever is being done."""
        for task in tuple(self._tasks):
            task.cancel()
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
        self._loop = self._pool = None

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
