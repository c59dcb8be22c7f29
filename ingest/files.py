"""Files that were sent, and members of archives: opened alike, unpacked by gzip on the way, watched while they are read.

A file is read as a stream. Nothing is kept of it but what a reader keeps.
"""

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from ingest.limits import MOST_UNPACKED, Refused

GZIP = b"\x1f\x8b"
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error, NotImplementedError, RuntimeError)


def shown(name: str) -> str:
    """A name as it is shown in a sentence."""
    text = "".join(letter if letter.isprintable() else "?" for letter in name)
    return text if len(text) <= 60 else f"...{text[-57:]}"


@dataclass(frozen=True)
class File:
    """A file: its path, how many bytes it has where it lies, and what opens it there."""

    path: str
    size: int
    opened: Callable[[], BinaryIO]

    @classmethod
    def sent(cls, name: str, contents: bytes | Path) -> "File":
        """A file that was sent: its contents, or where they lie."""
        if isinstance(contents, Path):
            return cls(name, contents.stat().st_size, lambda: contents.open("rb"))
        return cls(name, len(contents), lambda: io.BytesIO(contents))

    @property
    def name(self) -> str:
        """The path as it is shown in sentences."""
        return shown(self.path)

    @property
    def suffix(self) -> str:
        """The end of the name, in lower case: ".csv"; of data.csv.gz ".csv" too."""
        return PurePosixPath(self.path.lower().removesuffix(".gz")).suffix

    @property
    def packed(self) -> bool:
        """Whether it is packed by gzip."""
        with _Watched(self.opened(), self.name) as raw:
            return raw.read(2) == GZIP

    def open(self) -> BinaryIO:
        """It as a binary file, unpacked if it is gzipped. Reading raises Refused if it is damaged, or unpacks to too much."""
        packed = self.packed
        raw = self.opened()
        return io.BufferedReader(_Watched(gzip.GzipFile(fileobj=raw) if packed else raw, self.name))  # type: ignore[arg-type]

    def start(self, count: int) -> bytes:
        """Its first bytes."""
        with self.open() as file:
            return file.read(count)


class _Watched(io.RawIOBase):
    """A file that says in a sentence what is wrong with it."""

    def __init__(self, file: BinaryIO, name: str):
        self._file, self._name, self._left = file, name, MOST_UNPACKED

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        try:
            contents = self._file.read(len(buffer))
        except DAMAGE as error:
            raise Refused(f"{self._name} is damaged or cut short. Send it again.") from error
        self._left -= len(contents)
        if self._left < 0:
            raise Refused(f"{self._name} unpacks to more than {MOST_UNPACKED / 2**20:,.0f} MB, which is the most.")
        buffer[: len(contents)] = contents
        return len(contents)

    def close(self) -> None:
        self._file.close()
        super().close()
