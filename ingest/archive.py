"""Untrusted zip archives: the size of the directory is checked before it is read, that of each member before it is unpacked.

This module limits the sizes that members may claim; `zipfile` never returns more than that.
"""

import stat
import struct
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import BinaryIO

from ingest.files import DAMAGE, File, shown
from ingest.limits import MOST_DIRECTORY, MOST_ENTRIES, MOST_UNPACKED, Refused

MARKS = (b"PK\x03\x04", b"PK\x05\x06")
END, ENTRY, LOCATOR, END64 = b"PK\x05\x06", b"PK\x01\x02", b"PK\x06\x07", b"PK\x06\x06"
END_BYTES, ENTRY_BYTES, COMMENT_BYTES, LOCATOR_BYTES, END64_BYTES = 22, 46, 65_535, 20, 56
JUNK = {"__macosx", "thumbs.db", "desktop.ini"}  # added by operating systems
DAMAGED = "The archive is damaged or cut short. Make it again, or send it again."


class Archive:
    """A checked archive: the names and sizes of its members are known, but nothing is unpacked yet.

    files  its members, but for those that operating systems add
    junk   the names of those
    """

    def __init__(self, file: File):
        with file.opened() as raw:
            _check_directory(raw, file.size)
        try:
            self._zip = zipfile.ZipFile(file.opened())
        except DAMAGE as error:
            raise Refused(DAMAGED) from error
        members = [info for info in self._zip.infolist() if not info.is_dir()]
        for info in self._zip.infolist():
            _check(info)
        self.junk = [shown(info.filename) for info in members if _junk(info.filename)]
        wanted = sorted((info for info in members if not _junk(info.filename)), key=lambda info: info.filename)
        unpacked = sum(info.file_size for info in wanted)
        if unpacked > MOST_UNPACKED:
            raise Refused(
                f"Unpacked, the archive would take {unpacked / 2**20:,.0f} MB; {MOST_UNPACKED / 2**20:,.0f} MB is the most. Shrink the images first."
            )
        self.files = [File(info.filename, info.file_size, partial(self._open, info)) for info in wanted]

    def _open(self, info: zipfile.ZipInfo) -> BinaryIO:
        """A member as a binary file of at most `info.file_size` bytes."""
        try:
            return self._zip.open(info)  # type: ignore[return-value]
        except DAMAGE as error:
            raise Refused(f"{shown(info.filename)} is damaged in the archive. Make the archive again.") from error


def _check_directory(file: BinaryIO, length: int) -> None:
    """Check the directory entry by entry without keeping any: a million entries take a moment and no memory."""
    end, size = _directory(file, length)
    if size > end:
        raise Refused(DAMAGED)
    file.seek(end - size)
    left = size
    for number, taken in enumerate(_entries(file, size), 1):
        if number > MOST_ENTRIES:
            raise Refused(f"The archive has more than {MOST_ENTRIES:,} files. Send a part of them.")
        left -= taken
    if left:
        raise Refused(DAMAGED)
    if size > MOST_DIRECTORY:
        raise Refused(f"The names of the files in the archive take {size / 2**20:,.0f} MB. Give them shorter names.")


def _directory(file: BinaryIO, length: int) -> tuple[int, int]:
    """Where the directory ends, and how many bytes it has. That of an archive of more than 65,535 files has an end of its own before the usual one."""
    begin = max(0, length - END_BYTES - COMMENT_BYTES - LOCATOR_BYTES - END64_BYTES)
    file.seek(begin)
    tail = file.read()
    end = tail.rfind(END)
    if end < 0 or len(tail) < end + END_BYTES:
        raise Refused(DAMAGED)
    (size,) = struct.unpack_from("<I", tail, end + 12)
    locator = end - LOCATOR_BYTES
    if locator < 0 or not tail.startswith(LOCATOR, locator):
        return begin + end, size
    before = locator - END64_BYTES
    if before < 0 or not tail.startswith(END64, before):
        raise Refused(DAMAGED)
    (size,) = struct.unpack_from("<Q", tail, before + 40)
    return begin + before, size


def _entries(file: BinaryIO, size: int) -> Iterator[int]:
    """How many bytes each entry of the directory takes; ends where there is no entry, or after so many bytes."""
    while size > 0:
        entry = file.read(ENTRY_BYTES)
        if len(entry) < ENTRY_BYTES or not entry.startswith(ENTRY):
            return
        names = sum(struct.unpack_from("<HHH", entry, 28))
        file.seek(names, 1)
        size -= ENTRY_BYTES + names
        yield ENTRY_BYTES + names


def _check(info: zipfile.ZipInfo) -> None:
    name = info.filename.replace("\\", "/")
    if ".." in PurePosixPath(name).parts or name.startswith("/") or name[1:2] == ":":
        raise Refused(
            f"The archive holds the path {shown(info.filename)}, which leads out of it. Make it again from within the folder of images."
        )
    if info.flag_bits & 0x1:
        raise Refused(f"{shown(info.filename)} is encrypted. Make the archive without a password.")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise Refused(f"{shown(info.filename)} is a link to another file. Put the images themselves into the archive.")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refused(f"{shown(info.filename)} is packed in an unusual way. Make an ordinary zip archive.")


def _junk(name: str) -> bool:
    parts = [part.lower() for part in name.replace("\\", "/").split("/")]
    return any(part in JUNK or part.startswith(".") for part in parts if part not in (".", ".."))
