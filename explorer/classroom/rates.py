"""How much of something is too much: words of one connection, wrong codes and new classes of one address. Pure, with the clock given."""

from collections import OrderedDict, deque


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


class Recent:
    """How often each address has done something lately; of many addresses those that did it longest ago are forgotten."""

    ADDRESSES = 4_096

    def __init__(self, most: int, seconds: float):
        self.most, self.seconds = most, seconds
        self._of: OrderedDict[str, deque[float]] = OrderedDict()

    def room(self, address: str, now: float) -> bool:
        """Whether that address may do it once more."""
        return sum(1 for each in self._of.get(address, ()) if now - each < self.seconds) < self.most

    def note(self, address: str, now: float) -> None:
        """It has done it."""
        self._of.setdefault(address, deque(maxlen=self.most)).append(now)
        self._of.move_to_end(address)
        while len(self._of) > self.ADDRESSES:
            self._of.popitem(last=False)

    def __len__(self) -> int:
        return len(self._of)


class Guesses:
    """Wrong codes: so many a minute from one address and from all. Right ones do not count, since a school is one address.

    Over its limit an address learns nothing: a right code from it is refused like a wrong one, or the limit would be none. So it is wide enough
    for a hall full of people who mistype. What comes over the limit is not counted, neither for the address, which may try again within a
    minute however long somebody goes on there, nor for the whole, so no single address shuts out the others.
    """

    MINUTE, OF_ONE, OF_ALL = 60.0, 60, 300

    def __init__(self) -> None:
        self._of, self._all = Recent(self.OF_ONE, self.MINUTE), Recent(self.OF_ALL, self.MINUTE)

    def open(self, address: str, now: float) -> bool:
        """Whether somebody whom the class does not know may try a code from that address."""
        return self._of.room(address, now) and self._all.room("", now)

    def wrong(self, address: str, now: float) -> None:
        """Note a wrong code."""
        if self._of.room(address, now):
            self._of.note(address, now)
            self._all.note("", now)
