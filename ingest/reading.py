"""Reads an upload. Its content decides how it is read, not its name."""

from collections.abc import Sequence

from ingest import folders, idx, npz, table
from ingest.archive import MARKS, Archive, shown
from ingest.brought import Brought
from ingest.limits import MOST_BYTES, Refused

WANTED = "a zip archive of pictures, a NumPy file (.npz), IDX files as those of MNIST (plain or .gz), or a table (.csv)"
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF")


def read(files: Sequence[tuple[str, bytes]]) -> Brought:
    """The images in one file, or in two IDX files, one of images and one of labels; each is (name, contents).

    Raises Refused with a sentence for whoever sent them.
    """
    size = sum(len(contents) for _, contents in files)
    if size > MOST_BYTES:
        raise Refused(f"That is {size / 2**20:.1f} MB; {MOST_BYTES / 2**20:.0f} MB is the most.")
    if not files:
        raise Refused(f"Nothing was sent. Send {WANTED}.")
    if len(files) > 1:
        return _idx_files(files)
    ((name, contents),) = files
    if not contents:
        raise Refused(f"{shown(name)} is empty.")
    if contents.startswith(MARKS):
        archive = Archive(contents)
        return npz.read_archive(archive) if npz.is_archive_of_arrays(archive) else folders.read(archive)
    if contents.startswith(npz.MARK):
        return npz.read_array(contents)
    if idx.is_idx(contents):
        return _idx_files(files)
    if contents.startswith(PICTURES):
        raise Refused(f"{shown(name)} is a single picture. Put all pictures into a zip archive.")
    if table.looks_like(contents):
        return table.read(contents, name)
    raise Refused(f"{shown(name)} cannot be read. Send {WANTED}.")


def _idx_files(files: Sequence[tuple[str, bytes]]) -> Brought:
    headers = [idx.header(contents, name) for name, contents in files if idx.is_idx(contents)]
    images, labels = ([each for each in headers if each.is_labels is wanted] for wanted in (False, True))
    if len(headers) != len(files) or len(images) != 1 or len(labels) > 1:
        raise Refused(f"Send {WANTED}: one file, or two if it is IDX with the labels in a second file.")
    return idx.read(images[0], labels[0] if labels else None)
