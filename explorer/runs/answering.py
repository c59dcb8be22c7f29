"""Answers on their way into the store and out of it, in a thread of their own, so that no page waits for a database.

They go one after the other: whoever reads finds what was written before in this process. Where the database is away, answers that come
meanwhile are not recorded, and the log says so; the pages go on with what the process remembers (explorer/page/remembered.py).
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from typing import Any

from explorer.runs.store import StoreError
from explorer.runs.store.answers import Given, answers
from explorer.runs.store.errors import BUSY

LOG = logging.getLogger("explorer")
PATIENCE = 0.5  # seconds that a page waits for what was answered before
_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="answers")


def read(owner: str) -> dict[str, str]:
    """What this browser answered before, by question; StoreError where the database does not say so at once."""
    return {question: given.answer for question, given in given_by(owner).items()}


def given_by(owner: str) -> dict[str, Given]:
    """The same, with the times."""
    asked = _thread.submit(lambda: answers().of(owner))
    try:
        return asked.result(PATIENCE)
    except Late as error:
        asked.cancel()
        raise StoreError(BUSY) from error


def write(owner: str, question: str, answer: str | None) -> None:
    """Have an answer recorded, or with None forgotten; returns at once."""
    if answer is None:
        _later(lambda: answers().forget(owner, question))
    else:
        _later(lambda: answers().keep(owner, question, answer))


def delete(owner: str) -> int:
    """Delete all that this browser answered, and wait for it; StoreError where that fails."""
    return _thread.submit(lambda: answers().delete(owner)).result()


def _later(act: Callable[[], Any]) -> None:
    _thread.submit(act).add_done_callback(_heard)


def _heard(done: "Future[Any]") -> None:
    if (error := done.exception()) is not None:
        LOG.warning("An answer is not recorded: %s", error)
