"""How much of something is too much: words of one connection, wrong codes of one address. Pure, with the clock given."""

from collections import OrderedDict, deque
from typing import Any


class Rate:
    """So many words a second, and as many at once; what is over is too much."""

    def __init__(self, a_second: float, at_once: float):
        self.a_second, self.at_once, self._left, self._when = a_second, at_once, at_once, 0.0

    def takes(self, now: float) -> bool:
        """Whether there is room for one more at that time, in seconds of a clock that never goes back."""
        self._left = min(self.at_once, self._left + self.a_second * (now - self._when))
        self._when = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Guesses:
    """Wrong codes: so many a minute from one address and from all. Right ones do not count, since a school is one address."""

    MINUTE, OF_ONE, OF_ALL, ADDRESSES = 60.0, 30, 300, 4_096

    def __init__(self) -> None:
        self._of: OrderedDict[str, deque[float]] = OrderedDict()
        self._all: deque[float] = deque(maxlen=self.OF_ALL)

    def open(self, address: str, now: float) -> bool:
        """Whether somebody whom the class does not know may try a code from that address."""
        own = self._of.get(address, ())
        return self._recent(own, now) < self.OF_ONE and self._recent(self._all, now) < self.OF_ALL

    def wrong(self, address: str, now: float) -> None:
        """Note a wrong code."""
        self._all.append(now)
        self._of.setdefault(address, deque(maxlen=self.OF_ONE)).append(now)
        self._of.move_to_end(address)
        while len(self._of) > self.ADDRESSES:
            self._of.popitem(last=False)

    def _recent(self, times: Any, now: float) -> int:
        return sum(1 for each in times if now - each < self.MINUTE)
