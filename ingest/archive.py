"""Untrusted zip archives: the size of the directory is checked before it is read, that of each member before it is unpacked.

This module limits the sizes that members may claim; `zipfile` never returns more than that.
"""

import io
import stat
import struct
import zipfile
import zlib
from pathlib import PurePosixPath

from ingest.limits import MOST_BYTES, MOST_ENTRIES, MOST_UNPACKED, Refused

MARKS = (b"PK\x03\x04", b"PK\x05\x06")
END, ENTRY, END64 = b"PK\x05\x06", b"PK\x01\x02", b"PK\x06\x07"
END_BYTES, ENTRY_BYTES, COMMENT_BYTES, LOCATOR_BYTES = 22, 46, 65_535, 20
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error, NotImplementedError, RuntimeError)
JUNK = {"__macosx", "thumbs.db", "desktop.ini"}  # added by operating systems
DAMAGED = "The archive is damaged or cut short. Make it again, or send it again."


class Archive:
    """A checked archive: the names and sizes of its members are known, but nothing is unpacked yet."""

    def __init__(self, contents: bytes):
        _check_directory(contents)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(contents))
        except DAMAGE as error:
            raise Refused(DAMAGED) from error
        self.members = [info for info in self._zip.infolist() if not info.is_dir() and not _junk(info.filename)]
        for info in self._zip.infolist():
            _check(info)
        unpacked = sum(info.file_size for info in self.members)
        if unpacked > MOST_UNPACKED:
            raise Refused(
                f"Unpacked, the archive would take {unpacked / 2**20:,.0f} MB; {MOST_UNPACKED / 2**20:.0f} MB is the most. Shrink the images first."
            )

    def open(self, info: zipfile.ZipInfo):
        """A member as a binary file of at most `info.file_size` bytes."""
        try:
            return self._zip.open(info)
        except DAMAGE as error:
            raise Refused(DAMAGED) from error

    def contents(self, info: zipfile.ZipInfo) -> bytes:
        """The content of a member, which must not be larger than an uploaded file may be."""
        if info.file_size > MOST_BYTES:
            raise Refused(
                f"{shown(info.filename)} unpacks to {info.file_size / 2**20:,.0f} MB; {MOST_BYTES / 2**20:.0f} MB is the most for one picture."
            )
        try:
            return self._zip.read(info)
        except DAMAGE as error:
            raise Refused(f"{shown(info.filename)} is damaged in the archive. Make the archive again.") from error


def shown(name: str) -> str:
    """The name of a member, as it is shown in a sentence."""
    text = "".join(letter if letter.isprintable() else "?" for letter in name)
    return text if len(text) <= 60 else f"...{text[-57:]}"


def _check_directory(contents: bytes) -> None:
    """Check the directory entry by entry without keeping any: a million entries take a moment and no memory."""
    end = contents.rfind(END, max(0, len(contents) - END_BYTES - COMMENT_BYTES))
    if end < 0 or len(contents) < end + END_BYTES:
        raise Refused(DAMAGED)
    if contents[max(0, end - LOCATOR_BYTES) :].startswith(END64):
        raise Refused(f"The archive has the directory of one with more than 65,535 files; {MOST_ENTRIES:,} is the most.")
    (size,) = struct.unpack_from("<I", contents, end + 12)
    at, entries = end - size, 0
    if at < 0:
        raise Refused(DAMAGED)
    while at < end:
        if contents[at : at + 4] != ENTRY or at + ENTRY_BYTES > end:
            raise Refused(DAMAGED)
        entries += 1
        if entries > MOST_ENTRIES:
            raise Refused(f"The archive has more than {MOST_ENTRIES:,} files. Send a part of them.")
        at += ENTRY_BYTES + sum(struct.unpack_from("<HHH", contents, at + 28))


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
