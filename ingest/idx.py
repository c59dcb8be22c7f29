"""IDX, MNIST's own format, plain or gzipped: a magic number, big-endian sizes, then bytes (LeCun, Cortes & Burges, "The MNIST database").

Some programs write sizes, or the magic number too, in little-endian order. That is noticed, since a size read in the wrong order is a
multiple of 65,536 at least.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from ingest.arrays import Layout
from ingest.files import File
from ingest.limits import MOST_SIDE, Refused, check_most
from ingest.parts import part_of
from ingest.stack import Block, Stack

UNSIGNED_BYTES = 0x08
TYPES = (0x08, 0x09, 0x0B, 0x0C, 0x0D, 0x0E)
BLOCK_BYTES = 4 * 2**20
WANTED = (
    "Send one IDX file of images, and one of their labels if there are any; of a training and a test set, these two of each."
)


@dataclass(frozen=True)
class Idx:
    """A file, of which only the header has been read."""

    file: File
    shape: tuple[int, ...]
    swapped: bool  # its sizes are little-endian

    @property
    def is_labels(self) -> bool:
        return len(self.shape) == 1

    def blocks(self) -> Iterator[np.ndarray]:
        """Its content, in blocks along the first axis; Refused if there are fewer bytes than the header says, or more."""
        name, one = self.file.name, prod(self.shape[1:])
        step = max(1, BLOCK_BYTES // max(one, 1))
        with self.file.open() as file:
            file.read(4 + 4 * len(self.shape))
            for begin in range(0, self.shape[0], step):
                count = min(step, self.shape[0] - begin)
                contents = file.read(count * one)
                if len(contents) < count * one:
                    raise Refused(
                        f"{name} is cut short: its header says {self.shape[0]:,}, it ends after {begin + len(contents) // one:,}."
                    )
                yield np.frombuffer(contents, np.uint8).reshape(count, *self.shape[1:])
            if file.read(1):
                raise Refused(f"{name} goes on after the {self.shape[0]:,} that its header says. It is damaged.")


def owns(file: File) -> bool:
    """Whether a file, gzipped or not, begins like IDX."""
    return _kind(file.start(4)) is not None


def stacks(files: Sequence[File]) -> list[Stack]:
    """Images with the labels of their part; Refused if it is open which belong together."""
    headers = [_header(file) for file in files]
    images, labels = ([each for each in headers if each.is_labels is wanted] for wanted in (False, True))
    if len(images) == 1 and len(labels) <= 1:
        return [_stack(images[0], labels[0] if labels else None)]
    parts = [[part_of(each.file.path) for each in some] for some in (images, labels)]
    if not images or any(len(set(some)) != len(some) for some in parts) or not set(parts[1]) <= set(parts[0]):
        raise Refused(WANTED)
    labels_of = dict(zip(parts[1], labels, strict=True))
    return [_stack(each, labels_of.get(part)) for part, each in zip(parts[0], images, strict=True)]


def _kind(magic: bytes) -> tuple[int, int] | None:
    """The type and the number of dimensions that a magic number says, in either byte order; None if it is none."""
    if len(magic) == 4:
        for order in (magic, magic[::-1]):
            if order[:2] == b"\0\0" and order[2] in TYPES and 1 <= order[3] <= 4:
                return order[2], order[3]
    return None


def _header(file: File) -> Idx:
    """Read the header; Refused unless it is for bytes in one to four dimensions."""
    found = _kind(file.start(4))
    assert found is not None
    kind, dimensions = found
    if kind != UNSIGNED_BYTES:
        raise Refused(f"{file.name} holds numbers of another kind than unsigned bytes, which images are.")
    sizes = file.start(4 + 4 * dimensions)[4:]
    if len(sizes) != 4 * dimensions:
        raise Refused(f"{file.name} is cut short within its header.")
    big, little = (struct.unpack(f"{order}{dimensions}I", sizes) for order in "><")
    swapped = not _plausible(big) and _plausible(little)
    return Idx(file, little if swapped else big, swapped)


def _plausible(shape: tuple[int, ...]) -> bool:
    return shape[0] < 2**24 and all(1 <= side <= MOST_SIDE for side in shape[1:])


def _stack(images: Idx, labels: Idx | None) -> Stack:
    layout = Layout.of(images.shape, images.file.name)
    found: list[int] = []
    if labels is not None:
        check_most(labels.shape[0])
        if labels.shape[0] != images.shape[0]:
            raise Refused(f"There are {labels.shape[0]:,} labels for {images.shape[0]:,} images; each image needs one.")
        found = np.concatenate(list(labels.blocks())).tolist()

    def blocks() -> Iterator[Block]:
        done = 0
        for block in images.blocks():
            yield layout.block(block, found[done : done + len(block)])
            done += len(block)

    told = [
        f"The sizes in {each.file.name} are little-endian, in the wrong byte order for IDX; they were read so."
        for each in (images, labels)
        if each is not None and each.swapped
    ]
    return Stack(images.file.name, part_of(images.file.path), labels is not None, blocks, tuple(told))
