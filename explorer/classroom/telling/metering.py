"""Who may move now, when a class is led to another page: a few at a time, so that the first are there soon. Pure, with the clock given.

Led all at once, full pages are ready for everybody only when they are ready for all; two at a time halve the median (docs/measurements.md).
"""

from collections.abc import Iterable
from typing import Any

AT_ONCE = 2  # full pages that one process makes at a time
PATIENCE = 1.0  # seconds for one that does not say that it has arrived


class Meter:
    """Those who wait to be led to event `n`, and those who are on their way."""

    def __init__(self) -> None:
        self.n = 0
        self._waiting: dict[Any, None] = {}
        self._moving: dict[Any, float] = {}  # until when each is waited for

    def lead(self, n: int, everybody: Iterable[Any]) -> None:
        """Lead all of these to event `n`, in this order; whoever waits for an earlier one need not go there any more."""
        self.n, self._waiting = n, dict.fromkeys(everybody)

    def add(self, who: Any) -> None:
        """Lead one more, after the others."""
        self._waiting[who] = None

    def leave(self, who: Any) -> None:
        """Forget one."""
        self._waiting.pop(who, None)
        self._moving.pop(who, None)

    def arrived(self, who: Any) -> None:
        """Make room for the next."""
        self._moving.pop(who, None)

    def next(self, now: float) -> list[Any]:
        """Who may go now, at that time in seconds."""
        self._moving = {who: until for who, until in self._moving.items() if until > now}
        going = []
        while self._waiting and len(self._moving) < AT_ONCE:
            who = next(iter(self._waiting))
            del self._waiting[who]
            self._moving[who] = now + PATIENCE
            going.append(who)
        return going

    def due(self) -> float | None:
        """When to look again at the latest; None where nobody waits."""
        return min(self._moving.values()) if self._waiting and self._moving else None
