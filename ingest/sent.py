"""What was sent: files that are read where they lie on the disk, never as a whole."""

import io
import os
from dataclasses import dataclass
from typing import BinaryIO


@dataclass(frozen=True)
class Sent:
    """A file that was sent. Whoever reads `file` seeks first: several readers may share it."""

    name: str
    file: BinaryIO
    size: int  # bytes

    @classmethod
    def of(cls, name: str, contents: "bytes | BinaryIO") -> "Sent":
        """From bytes, or from an open file that can seek."""
        file = io.BytesIO(contents) if isinstance(contents, bytes | bytearray) else contents
        return cls(name, file, file.seek(0, os.SEEK_END))

    def at(self, place: int, count: int) -> bytes:
        """At most so many bytes from that place on."""
        self.file.seek(place)
        return self.file.read(max(0, min(count, self.size - place)))

    def start(self, count: int) -> bytes:
        """The first bytes, at most so many."""
        return self.at(0, count)

    def opened(self) -> BinaryIO:
        """The file from its beginning. Closing it leaves the file itself open, so that it can be read once more."""
        return io.BufferedReader(Part(self.file, 0, self.size), 2**18)


class Part(io.RawIOBase):
    """So many bytes of an open file, from a place on, as a file of its own."""

    def __init__(self, file: BinaryIO, begin: int, size: int):
        self._file, self._begin, self._size, self._at = file, begin, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, place: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, start + place)
        return self._at

    def readinto(self, buffer) -> int:  # type: ignore[override]
        count = max(0, min(len(buffer), self._size - self._at))
        self._file.seek(self._begin + self._at)
        contents = self._file.read(count)
        buffer[: len(contents)] = contents
        self._at += len(contents)
        return len(contents)
