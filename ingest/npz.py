"""NumPy files, .npz and .npy. The header of an array is checked against the size of the file before the array is read; pickles are refused.

Arrays are read block by block. `numpy.load` would allocate all the memory that a header claims.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from math import prod
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from numpy.lib import format as npy

from ingest.archive import DAMAGE, Archive, shown
from ingest.arrays import Layout, gather
from ingest.brought import Brought, assemble
from ingest.limits import MOST_AT_ONCE, MOST_IMAGES, Refused

MARK = b"\x93NUMPY"
HEADER_BYTES = 10_000
BLOCK_BYTES = 4 * 2**20
IMAGES = ("images", "x", "data", "x_train", "train_images", "arr_0")  # usual names, the most likely first
LABELS = ("labels", "y", "target", "targets", "label", "y_train", "train_labels", "arr_1")
LONGEST_LABEL = 400  # bytes


@dataclass(frozen=True)
class Array:
    """An array in a file, of which only the header has been read."""

    name: str
    dtype: np.dtype
    shape: tuple[int, ...]
    fortran: bool
    start: int  # where its numbers begin
    source: Any  # opens it as a file of bytes

    def blocks(self) -> Iterator[np.ndarray]:
        """The array in blocks of a few megabytes along its first axis; in one block if it is stored column by column."""
        one = prod(self.shape[1:]) * self.dtype.itemsize
        with self.source() as file:
            _exactly(file, self.start, self.name)
            if self.fortran:
                yield self._array(_exactly(file, one * self.shape[0], self.name), self.shape)
                return
            step = max(1, BLOCK_BYTES // max(one, 1))
            for begin in range(0, self.shape[0], step):
                count = min(step, self.shape[0] - begin)
                yield self._array(_exactly(file, count * one, self.name), (count, *self.shape[1:]))

    def _array(self, contents: bytes, shape: tuple[int, ...]) -> np.ndarray:
        return np.frombuffer(contents, self.dtype).reshape(shape, order="F" if self.fortran else "C")


def read_archive(archive: Archive) -> Brought:
    """The images in an .npz file, and their labels if there are any."""
    arrays = [
        _header(PurePosixPath(info.filename).stem, partial(archive.open, info), info.file_size) for info in archive.members
    ]
    images = _pick(arrays, IMAGES, lambda array: array.dtype.kind in "biuf" and len(array.shape) >= 2)
    if images is None:
        raise Refused(f"No array in the file holds images: {', '.join(map(_described, arrays)) or 'there are none'}.")
    labels = _pick(arrays, LABELS, lambda array: array.shape == images.shape[:1] and array.dtype.kind in "biufSU")
    return _read(images, labels, [array.name for array in arrays if array not in (images, labels)])


def read_array(contents: bytes) -> Brought:
    """The images in an .npy file."""
    return _read(_header("The array", partial(io.BytesIO, contents), len(contents)), None, [])


def _read(images: Array, labels: Array | None, others: list[str]) -> Brought:
    layout = Layout.of(images.shape, images.name)
    if images.dtype.kind not in "biuf":
        raise Refused(f"{images.name} holds {images.dtype}, not numbers.")
    if images.fortran and prod(images.shape) * images.dtype.itemsize > MOST_AT_ONCE:
        raise Refused(
            f"{images.name} is stored column by column, and too large to rearrange. Save numpy.ascontiguousarray(images)."
        )
    pixels, told = gather(layout, images.blocks, images.name)
    if others:
        told.append(f"Left alone: {', '.join(others[:6])}.")
    return assemble(pixels, None if labels is None else np.concatenate(list(labels.blocks())).tolist(), told)


def _pick(arrays: list[Array], names: tuple[str, ...], fits: Any) -> Array | None:
    """The array with the most likely name; otherwise the only one that fits."""
    fitting = [array for array in arrays if fits(array)]
    by_name = {array.name.lower(): array for array in fitting}
    named = next((by_name[name] for name in names if name in by_name), None)
    return named if named is not None else fitting[0] if len(fitting) == 1 else None


def _header(name: str, source: Any, size: int) -> Array:
    """Read only the header, and check it against the size of the member."""
    name = shown(name)
    with source() as file:
        start = _some(file, 12)
        version = tuple(start[6:8])
        if not start.startswith(MARK) or version not in ((1, 0), (2, 0)):
            raise Refused(f"{name} is not a NumPy array, or its version is unknown.")
        length = int.from_bytes(start[8:10] if version == (1, 0) else start[8:12], "little")
        begin = (10 if version == (1, 0) else 12) + length
        if length > HEADER_BYTES or begin > size:
            raise Refused(f"{name} has a damaged header.")
        whole = io.BytesIO(start + _some(file, begin - 12))
    npy.read_magic(whole)
    reader = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    try:
        shape, fortran, dtype = reader(whole, max_header_size=HEADER_BYTES)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError) as error:
        raise Refused(f"{name} has a damaged header.") from error
    if dtype.hasobject:
        raise Refused(
            f"{name} holds Python objects, which are not read: they could run code here. Save numbers, such as images.astype('uint8')."
        )
    if dtype.names or dtype.subdtype:
        raise Refused(f"{name} holds records, not numbers.")
    if any(side < 0 for side in shape) or (dtype.kind in "SU" and not 0 < dtype.itemsize <= LONGEST_LABEL):
        raise Refused(f"{name} has a damaged header.")
    if prod(shape) * dtype.itemsize != size - begin:
        raise Refused(
            f"{name} claims to be {dtype} of shape {_words(shape)}, {prod(shape) * dtype.itemsize:,} bytes; the file "
            f"has {size - begin:,}. It is cut short or damaged."
        )
    return Array(name, dtype, tuple(shape), bool(fortran) and len(shape) > 1, begin, source)


def _some(file: Any, count: int) -> bytes:
    try:
        return file.read(max(count, 0))
    except DAMAGE as error:
        raise Refused("The file is damaged or cut short.") from error


def _exactly(file: Any, count: int, name: str) -> bytes:
    contents = _some(file, count)
    if len(contents) != count:
        raise Refused(f"{name} is cut short.")
    return contents


def _described(array: Array) -> str:
    return f"{array.name} ({array.dtype}, {_words(array.shape)})"


def _words(shape: tuple[int, ...]) -> str:
    return " \u00d7 ".join(map(str, shape))[:60] or "one value"


def is_archive_of_arrays(archive: Archive) -> bool:
    """Whether a zip archive is an .npz file."""
    return bool(archive.members) and all(re.fullmatch(r".*\.npy", info.filename, re.IGNORECASE) for info in archive.members)


assert MOST_IMAGES * LONGEST_LABEL < MOST_AT_ONCE  # labels are read at once
