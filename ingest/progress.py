"""How far reading has come, for whoever listens."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[int, int], None]
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def heard_by(listener: Listener) -> Iterator[None]:
    """Within, the listener hears of each image how many there are so far, and of how many; 0 while these are being counted."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def tell(done: int, of: int) -> None:
    """Say how many images were read, and of how many."""
    if (listener := _listener.get()) is not None:
        listener(done, of)
