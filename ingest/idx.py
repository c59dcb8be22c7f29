"""IDX, MNIST's own format, plain or gzipped: a magic number, big-endian sizes, then bytes (LeCun, Cortes & Burges, "The MNIST database")."""

import gzip
import io
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from math import prod
from typing import BinaryIO

import numpy as np

from ingest.archive import shown
from ingest.arrays import Layout, gather
from ingest.brought import Brought, assemble
from ingest.limits import Refused, check_count

GZIP = b"\x1f\x8b"
UNSIGNED_BYTES = 0x08
TYPES = (0x08, 0x09, 0x0B, 0x0C, 0x0D, 0x0E)
BLOCK_BYTES = 4 * 2**20
DAMAGE = (OSError, EOFError, zlib.error, struct.error)


@dataclass(frozen=True)
class Idx:
    """A file, of which only the header has been read."""

    name: str
    shape: tuple[int, ...]
    source: Callable[[], BinaryIO]

    @property
    def is_labels(self) -> bool:
        return len(self.shape) == 1

    def blocks(self) -> Iterator[np.ndarray]:
        """Its content, in blocks along the first axis; Refused if there are fewer bytes than the header says, or more."""
        one = prod(self.shape[1:])
        step = max(1, BLOCK_BYTES // max(one, 1))
        with self.source() as file:
            _read(file, 4 + 4 * len(self.shape), self.name)
            for begin in range(0, self.shape[0], step):
                count = min(step, self.shape[0] - begin)
                contents = _read(file, count * one, self.name)
                if len(contents) < count * one:
                    raise Refused(
                        f"{self.name} is cut short: its header says {self.shape[0]:,}, it ends after {begin + len(contents) // one:,}."
                    )
                yield np.frombuffer(contents, np.uint8).reshape(count, *self.shape[1:])
            if _read(file, 1, self.name):
                raise Refused(f"{self.name} goes on after the {self.shape[0]:,} that its header says. It is damaged.")


def is_idx(contents: bytes) -> bool:
    """Whether a file, gzipped or not, begins like IDX."""
    start = contents[:4]
    if contents.startswith(GZIP):
        try:
            start = zlib.decompressobj(31).decompress(contents[:1024], 4)
        except zlib.error:
            return False
    return len(start) == 4 and start[:2] == b"\0\0" and start[2] in TYPES and 1 <= start[3] <= 4


def header(contents: bytes, name: str) -> Idx:
    """Read the header; Refused unless it is for bytes in one to four dimensions."""
    name = shown(name)
    source: Callable[[], BinaryIO] = partial(io.BytesIO, contents)
    if contents.startswith(GZIP):
        source = partial(_unzipped, contents)
    with source() as file:
        _, kind, dimensions = struct.unpack(">HBB", _read(file, 4, name))
        sizes = _read(file, 4 * dimensions, name)
    if kind != UNSIGNED_BYTES:
        raise Refused(f"{name} holds numbers of another kind than unsigned bytes, which images are.")
    if len(sizes) != 4 * dimensions:
        raise Refused(f"{name} is cut short within its header.")
    return Idx(name, struct.unpack(f">{dimensions}I", sizes), source)


def read(images: Idx, labels: Idx | None) -> Brought:
    """The images, with their labels if there are any."""
    layout = Layout.of(images.shape, images.name)
    found = None
    if labels is not None:
        check_count(labels.shape[0])
        found = np.concatenate(list(labels.blocks())).tolist()
    pixels, told = gather(layout, images.blocks, images.name)
    return assemble(pixels, found, told)


def _unzipped(contents: bytes) -> BinaryIO:
    return gzip.GzipFile(fileobj=io.BytesIO(contents))  # type: ignore[return-value]  # a file of bytes in all that counts


def _read(file: BinaryIO, count: int, name: str) -> bytes:
    try:
        return file.read(count)
    except DAMAGE as error:
        raise Refused(f"{name} is damaged or cut short. Send it again.") from error
