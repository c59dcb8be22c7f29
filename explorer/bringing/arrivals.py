"""Files that are sent lie on disk until they are kept or sent anew: one file without a name for each sending.

A file without a name is gone with the process that opened it, however that ends, so nothing is ever left behind. A page hands out a ticket,
an unguessable word that its browser alone knows; whoever sends must show it.
"""

import itertools
import secrets
import shutil
import tempfile
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import IO

from explorer.bringing.readings import Reading
from explorer.runs.store import StoreError, data_folder
from ingest import Choices, most_bytes
from ingest.choices import AS_FOUND

MOST_TICKETS = 2_000  # pages that may send; the oldest go first
MOST_FILES = 8  # of one sending
AT_ONCE = 8  # sendings that may be under way at once
HELD = 12  # times the largest sending: what all files together may take on disk
KEPT_SECONDS = 3_600  # without anybody asking for them
SPARE = 200 * 2**20  # bytes that stay free on the disk


@dataclass
class Arrival:
    """What one page has sent."""

    owner: str
    file: IO[bytes] | None = None
    parts: list[tuple[str, int]] = field(default_factory=list)  # names and sizes, one after another in the file
    reading: Reading | None = None
    number: int = 0  # tells this sending from every other one
    used: float = field(default_factory=time.monotonic)

    @property
    def size(self) -> int:
        return sum(size for _, size in self.parts)

    def begin(self) -> None:
        """Make room for a new sending."""
        self.clear()
        self.number = next(_numbers)
        self.file = tempfile.TemporaryFile(dir=_folder())  # noqa: SIM115  open for as long as it is needed

    def clear(self) -> None:
        """Let go of the files and of what was read."""
        if self.reading is not None:
            self.reading.stop()
        if self.file is not None:
            self.file.close()
        self.file, self.parts, self.reading = None, [], None

    def read(self, choices: Choices = AS_FOUND) -> Reading:
        """Have the files read, with these choices; what was read of them before is let go."""
        assert self.file is not None
        if self.reading is not None:
            self.reading.stop()
        self.reading = Reading(self.owner, self.file, self.parts, choices)
        return self.reading


_numbers = itertools.count(1)
_arrivals: OrderedDict[str, Arrival] = OrderedDict()  # ticket -> what came with it, the oldest first
_sending: set[str] = set()  # owners whose files are under way
_lock = threading.Lock()


def open_for(owner: str) -> str:
    """A ticket for a page of this owner."""
    ticket = secrets.token_urlsafe(16)
    with _lock:
        _arrivals[ticket] = Arrival(owner)
        while len(_arrivals) > MOST_TICKETS:
            _arrivals.popitem(last=False)[1].clear()
    return ticket


def of(ticket: str) -> Arrival | None:
    """What has come with a ticket; None where this process knows no such ticket."""
    with _lock:
        arrival = _arrivals.get(ticket)
    if arrival is not None:
        arrival.used = time.monotonic()
    return arrival


def may_send(owner: str) -> bool:
    """Take the turn of an owner to send a file; False while another is under way, or too many of others are."""
    with _lock:
        if owner in _sending or len(_sending) >= AT_ONCE:
            return False
        _sending.add(owner)
        return True


def has_sent(owner: str) -> None:
    """Give the turn back."""
    with _lock:
        _sending.discard(owner)


def room_for(size: int) -> bool:
    """Whether so many bytes may come. Files that nobody asks for any more go, and the longest unused where there are too many."""
    with _lock:
        held = sorted((each for each in _arrivals.values() if each.file is not None), key=lambda each: each.used)
    together = sum(each.size for each in held) + size
    for each in held:
        idle = each.reading is None or not each.reading.active
        if idle and (time.monotonic() - each.used > KEPT_SECONDS or together > HELD * most_bytes()):
            together -= each.size
            each.clear()
    return together <= HELD * most_bytes() and shutil.disk_usage(_folder() or tempfile.gettempdir()).free > size + SPARE


def _folder() -> str | None:
    """Where files lie: beside the runs, since a system's own folder for such files is often in memory."""
    try:
        return str(data_folder())
    except StoreError:
        return None
