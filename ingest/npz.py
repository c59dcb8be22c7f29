"""NumPy files, .npz and .npy. The header of an array is checked against the size of the file before the array is read; pickles are refused.

Arrays are read block by block. `numpy.load` would allocate all the memory that a header claims.
"""

import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import prod
from pathlib import PurePosixPath
from typing import BinaryIO

import numpy as np
from numpy.lib import format as npy

from ingest.archive import Archive
from ingest.arrays import Layout
from ingest.files import File
from ingest.labels import flat, may_label
from ingest.limits import MOST_AT_ONCE, Refused
from ingest.parts import part_of, without_part
from ingest.stack import Block, Stack

MARK = b"\x93NUMPY"
HEADER_BYTES = 10_000
BLOCK_BYTES = 4 * 2**20
IMAGES = ("images", "image", "imgs", "x", "data", "features", "inputs", "arr_0", "")  # usual names, the most likely first
LABELS = ("labels", "label", "y", "targets", "target", "classes", "arr_1")
LONGEST_LABEL = 400  # bytes


@dataclass(frozen=True)
class Array:
    """An array in a file, of which only the header has been read."""

    file: File
    dtype: np.dtype
    shape: tuple[int, ...]
    fortran: bool
    start: int  # where its numbers begin

    @property
    def name(self) -> str:
        return _name(self.file)

    def blocks(self) -> Iterator[np.ndarray]:
        """The array in blocks of a few megabytes along its first axis; in one block if it is stored column by column."""
        one = prod(self.shape[1:]) * self.dtype.itemsize
        with self.file.open() as file:
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


def owns(file: File) -> bool:
    """Whether a file is an array, or says so."""
    return file.suffix == ".npy" or file.start(len(MARK)) == MARK


def stacks(files: Sequence[File]) -> list[Stack]:
    """The images in the arrays of one or more .npz files, and their labels; a stack for each file and part of a data set."""
    arrays = [_header(file) for file in files]
    groups: dict[tuple[str, str], list[Array]] = {}
    for array in arrays:
        groups.setdefault(_place(array.file), []).append(array)
    found, used = [], []
    for (home, part), group in groups.items():
        images = _pick(group, IMAGES, lambda array: array.dtype.kind in "biuf" and Layout.fits(array.shape) is not None)
        images = images or _pick(group, IMAGES, lambda array: array.dtype.kind in "biuf" and len(array.shape) >= 2)
        if images is None and len(arrays) == 1:
            (images,) = arrays
        if images is None:
            continue
        near = [array for array in arrays if array is not images and _place(array.file) in ((home, part), (home, ""))]
        labels = _pick(near, LABELS, _labels_of(images))
        found.append(_stack(images, labels, part))
        used += [images, labels]
    if not found:
        raise Refused(f"No array in the file holds images: {', '.join(map(_described, arrays)) or 'there are none'}.")
    if others := [array.name for array in arrays if array not in used]:
        told = f"Left aside: {', '.join(others[:6])}{', ...' if len(others) > 6 else ''}."
        found[-1] = replace(found[-1], told=(*found[-1].told, told))
    return found


def _labels_of(images: Array) -> Callable[[Array], bool]:
    return lambda array: may_label(array.shape, images.shape[0]) and array.dtype.kind in "biufSU"


def _stack(images: Array, labels: Array | None, part: str) -> Stack:
    if images.dtype.kind not in "biuf":
        raise Refused(f"{images.name} holds {images.dtype}, not numbers.")
    layout = Layout.of(images.shape, images.name)
    if images.fortran and prod(images.shape) * images.dtype.itemsize > MOST_AT_ONCE:
        raise Refused(
            f"{images.name} is stored column by column, and too large to rearrange. Save numpy.ascontiguousarray(images)."
        )
    found, told = None, []
    if labels is not None:
        if prod(labels.shape) * labels.dtype.itemsize > MOST_AT_ONCE:
            raise Refused(f"{labels.name} is too large for labels. Save whole numbers instead.")
        found = flat(np.concatenate(list(labels.blocks())))
        if found is None:
            told.append(f"{_described(labels)} has rows that are not 0 but for a single 1, so they were not taken for labels.")

    def blocks() -> Iterator[Block]:
        done = 0
        for block in images.blocks():
            names = [] if found is None else found[done : done + len(block)].tolist()
            yield layout.block(block, names)
            done += len(block)

    return Stack(images.name, part, found is not None, blocks, tuple(told))


def _pick(arrays: list[Array], names: tuple[str, ...], fits: Callable[[Array], bool]) -> Array | None:
    """The array with the most likely name; otherwise the only one that fits."""
    fitting = [array for array in arrays if fits(array)]
    by_name = {without_part(array.file.path): array for array in reversed(fitting)}
    named = next((by_name[name] for name in names if name in by_name), None)
    return named if named is not None else fitting[0] if len(fitting) == 1 else None


def _name(file: File) -> str:
    """What sentences call an array: its name within its file."""
    return PurePosixPath(file.name.replace("\\", "/")).stem or "The array"


def _place(file: File) -> tuple[str, str]:
    """The .npz file that an array is from, "" for arrays that lie beside each other; and its part of a data set."""
    return file.path.rpartition(".npz/")[0], part_of(file.path)


def _header(file: File) -> Array:
    """Read only the header, and check it against the size of the member."""
    name, size = _name(file), file.size
    start = file.start(12)
    version = tuple(start[6:8])
    if not start.startswith(MARK) or version not in ((1, 0), (2, 0)):
        raise Refused(f"{name} is not a NumPy array, or its version is unknown.")
    length = int.from_bytes(start[8:10] if version == (1, 0) else start[8:12], "little")
    begin = (10 if version == (1, 0) else 12) + length
    if length > HEADER_BYTES or begin > size:
        raise Refused(f"{name} has a damaged header.")
    whole = io.BytesIO(file.start(begin))
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
    return Array(file, dtype, tuple(shape), bool(fortran) and len(shape) > 1, begin)


def _exactly(file: BinaryIO, count: int, name: str) -> bytes:
    contents = file.read(count)
    if len(contents) != count:
        raise Refused(f"{name} is cut short.")
    return contents


def _described(array: Array) -> str:
    return f"{array.name} ({array.dtype}, {_words(array.shape)})"


def _words(shape: tuple[int, ...]) -> str:
    return " \u00d7 ".join(map(str, shape))[:60] or "one value"


def are_arrays(archive: Archive) -> bool:
    """Whether a zip archive is an .npz file."""
    return bool(archive.files) and all(re.fullmatch(r".*\.npy", file.path, re.IGNORECASE) for file in archive.files)
