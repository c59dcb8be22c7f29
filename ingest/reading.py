"""Reads an upload. Its content decides how it is read, not its name."""

from collections.abc import Sequence
from typing import BinaryIO

from ingest import folders, idx, npz, table
from ingest.archive import MARKS, Archive, shown
from ingest.brought import Brought
from ingest.limits import Refused, check_size
from ingest.sent import Sent

WANTED = "a zip archive of pictures, a NumPy file (.npz), IDX files as those of MNIST (plain or .gz), or a table (.csv)"
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF")


def read(files: Sequence[Sent | tuple[str, bytes | BinaryIO]]) -> Brought:
    """The images in one file, or in two IDX files, one of images and one of labels; each is Sent, or (name, contents).

    Raises Refused with a sentence for whoever sent them.
    """
    sent = [file if isinstance(file, Sent) else Sent.of(*file) for file in files]
    check_size(sum(file.size for file in sent))
    if not sent:
        raise Refused(f"Nothing was sent. Send {WANTED}.")
    if len(sent) > 1:
        return _idx_files(sent)
    (file,) = sent
    start = file.start(16)
    if not start:
        raise Refused(f"{shown(file.name)} is empty.")
    if start.startswith(MARKS):
        archive = Archive(file)
        return npz.read_archive(archive) if npz.is_archive_of_arrays(archive) else folders.read(archive)
    if start.startswith(npz.MARK):
        return npz.read_array(file)
    if idx.is_idx(file):
        return _idx_files(sent)
    if start.startswith(PICTURES):
        raise Refused(f"{shown(file.name)} is a single picture. Put all pictures into a zip archive.")
    if table.looks_like(file):
        return table.read(file)
    raise Refused(f"{shown(file.name)} cannot be read. Send {WANTED}.")


def _idx_files(files: Sequence[Sent]) -> Brought:
    headers = [idx.header(file) for file in files if idx.is_idx(file)]
    images, labels = ([each for each in headers if each.is_labels is wanted] for wanted in (False, True))
    if len(headers) != len(files) or len(images) != 1 or len(labels) > 1:
        raise Refused(f"Send {WANTED}: one file, or two if it is IDX with the labels in a second file.")
    return idx.read(images[0], labels[0] if labels else None)
