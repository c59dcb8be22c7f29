"""The IDX format of MNIST's files: an array of bytes behind a header, plain or packed by gzip.

The header is two zeros, a code for the type (8: unsigned bytes), the number of dimensions, and each size as four bytes, the most
significant first (LeCun, Cortes and Burges, "The MNIST database of handwritten digits").
"""

import math
import zlib
from collections.abc import Sequence

import numpy as np

UNSIGNED_BYTES = 8
TYPES = {8: "unsigned bytes", 9: "signed bytes", 11: "16-bit integers", 12: "32-bit integers", 13: "floats", 14: "doubles"}
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"


class NotIdx(ValueError):
    """What is wrong with a file, worded to follow its name: "is a web page"."""


def header(shape: Sequence[int]) -> bytes:
    """The header of an array of unsigned bytes of that shape."""
    return bytes([0, 0, UNSIGNED_BYTES, len(shape)]) + b"".join(size.to_bytes(4, "big") for size in shape)


def plain(held: bytes, shape: Sequence[int]) -> bytes:
    """The IDX file in the bytes that a file holds, unpacked by their own first bytes, whatever its name says.

    Of more than an array of that shape takes, one byte is kept. NotIdx where they are something else, or damaged.
    """
    if not held:
        raise NotIdx("is empty")
    if held.lstrip()[:1] == b"<":
        raise NotIdx("is a web page under that name, as a browser keeps one that a server sent in place of the file")
    if held.startswith(ZIP):
        raise NotIdx("is a zip archive; unpack it, and take the file in it")
    if not held.startswith(GZIP):
        return held
    unpacking = zlib.decompressobj(wbits=31)  # 31: gzip with its own header and check sum
    whole = len(header(shape)) + math.prod(shape)
    try:
        unpacked = unpacking.decompress(held, whole + 1)
    except zlib.error as error:
        raise NotIdx(f"is damaged and cannot be unpacked ({error})") from error
    if not unpacking.eof and len(unpacked) <= whole:
        raise NotIdx(f"was cut short: its {len(held):,} bytes are the beginning of an archive")
    return unpacked


def array(contents: bytes, shape: tuple[int, ...]) -> np.ndarray:
    """The array of unsigned bytes of that shape in an IDX file; NotIdx where it holds another one."""
    if contents[:4] == header(shape)[3::-1]:
        raise NotIdx("has its bytes in the wrong order: an IDX file begins with the most significant one")
    if len(contents) < 4 or contents[:2] != b"\0\0" or contents[2] not in TYPES:
        raise NotIdx("is no IDX file: it does not begin with that format's header")
    if contents[2] != UNSIGNED_BYTES:
        raise NotIdx(f"holds {TYPES[contents[2]]} where unsigned bytes are expected")
    start = 4 + 4 * contents[3]
    if len(contents) < start:
        raise NotIdx("was cut short: it ends within its header")
    sizes = [contents[i : i + 4] for i in range(4, start, 4)]
    found = tuple(int.from_bytes(size, "big") for size in sizes)
    if tuple(int.from_bytes(size, "little") for size in sizes) == shape:
        raise NotIdx("has the sizes in its header in the wrong order of bytes: the most significant one comes first")
    if found != shape:
        raise NotIdx(f"holds {described(found)} where {described(shape)} are expected")
    missing = math.prod(shape) - (len(contents) - start)
    if missing > 0:
        raise NotIdx(f"was cut short: {missing:,} of its {start + math.prod(shape):,} bytes are missing")
    if missing < 0:
        raise NotIdx(f"does not end after the {described(shape)} that its header announces")
    return np.frombuffer(contents, np.uint8, offset=start).reshape(shape)


def described(shape: Sequence[int]) -> str:
    """An array in words, such as "60,000 images of 28 × 28 pixels"."""
    if len(shape) == 1:
        return f"{shape[0]:,} labels"
    if len(shape) == 3:
        return f"{shape[0]:,} images of {shape[1]} × {shape[2]} pixels"
    return f"an array of {len(shape)} dimensions"
