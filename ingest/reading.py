"""Reads an upload. Its content decides how it is read, not its name; only files of models are known by their names."""

from collections.abc import Sequence
from pathlib import Path

from ingest import folders, idx, npz, table
from ingest.archive import MARKS, Archive
from ingest.brought import Brought, assemble
from ingest.choices import AS_FOUND, NOTHING, Choices, Offers
from ingest.files import File
from ingest.limits import FEWEST_IMAGES, MOST_AT_ONCE, Refused, check_size
from ingest.model import files as model_files
from ingest.model.files import BroughtModel
from ingest.stack import Stack

WANTED = "pictures in a zip archive, a NumPy file (.npz), IDX files as those of MNIST (plain or .gz), or tables (.csv), also in a zip archive"
PICTURES, ARRAYS, IDX, TABLES = "pictures", "arrays", "IDX files", "tables"
CLAIMS = (".npz", ".zip", ".gz", ".idx")  # who is called so and is not is no note that may be left aside
WORKBOOK = "[Content_Types].xml"

Kinds = dict[str, list[File]]


def read(files: Sequence[File | tuple[str, bytes | Path]], choices: Choices = AS_FOUND) -> Brought | BroughtModel:
    """The images in one file, or in several that belong together, or the model in an archive; each is a File, or a name and its contents, or where they lie.

    Raises Refused with a sentence for whoever sent them; Unclear, if another choice of levels may help.
    """
    sent = [file if isinstance(file, File) else File.sent(*file) for file in files]
    check_size(sum(file.size for file in sent))
    if not sent:
        raise Refused(f"Nothing was sent. Send {WANTED}.")
    if empty := next((file for file in sent if not file.size), None):
        raise Refused(f"{empty.name} is empty.")
    if len(sent) == 1 and (model := _model(sent[0])) is not None:
        return model
    kinds, aside = _opened(sent[0]) if len(sent) == 1 else _side_by_side(sent)
    stacks, taken, offers, left = _stacks(kinds, choices)
    return assemble(stacks, taken, offers, _left_aside([*left, *aside]))


def _model(file: File) -> BroughtModel | None:
    """The model in an archive; None where it is none. A file of one that was sent alone is refused."""
    if file.start(4).startswith(MARKS):
        archive = Archive(file)
        if model_files.are_a_model(archive.files):
            return model_files.read(archive.files, file.name)
        if file.suffix not in model_files.PICKLES:  # torch's own files are archives, too
            return None
    if model_files.are_a_model([file]):
        raise Refused(f"{file.name} alone is no model that can be read here. {model_files.WANTED}")
    return None


def _opened(file: File) -> tuple[Kinds, list[str]]:
    """What one file that was sent holds, and the names of what was left aside in it."""
    if file.start(4).startswith(MARKS):
        archive = Archive(file)
        if npz.are_arrays(archive):
            return {ARRAYS: archive.files}, archive.junk
        return _sorted(archive)
    if folders.owns(file):
        raise Refused(f"{file.name} is a single picture. Put all pictures into a zip archive.")
    return {_kind(file): [file]}, []


def _side_by_side(files: Sequence[File]) -> tuple[Kinds, list[str]]:
    kinds: Kinds = {}
    for file in files:
        if file.start(4).startswith(MARKS):
            arrays = Archive(file)
            if not npz.are_arrays(arrays):
                raise Refused(f"{file.name} is one archive of several files. Send it by itself.")
            kinds.setdefault(ARRAYS, []).extend(_within(file, arrays))
        else:
            kinds.setdefault(PICTURES if folders.owns(file) else _kind(file), []).append(file)
    return kinds, []


def _kind(file: File) -> str:
    if npz.owns(file):
        return ARRAYS
    if idx.owns(file):
        return IDX
    if table.owns(file):
        return TABLES
    if file.start(512)[257:262] == b"ustar":
        raise Refused(f"{file.name} is a tar archive. Make a zip archive of the same files.")
    raise Refused(f"{file.name} cannot be read. Send {WANTED}.")


def _sorted(archive: Archive) -> tuple[Kinds, list[str]]:
    """The members of an archive by their kinds. What is no data and does not say so is left aside."""
    if any(file.path == WORKBOOK for file in archive.files):
        raise Refused("This is a document of an office program. Save the table as .csv and send that.")
    kinds: Kinds = {}
    aside = list(archive.junk)
    for file in archive.files:
        if folders.owns(file):
            kinds.setdefault(PICTURES, []).append(file)
        elif npz.owns(file):
            kinds.setdefault(ARRAYS, []).append(file)
        elif file.start(4).startswith(MARKS):
            kinds.setdefault(ARRAYS, []).extend(_nested(file))
        elif idx.owns(file):
            kinds.setdefault(IDX, []).append(file)
        elif table.is_of_images(file):
            kinds.setdefault(TABLES, []).append(file)
        elif file.suffix in CLAIMS or file.path.lower().endswith(".gz"):
            raise Refused(f"{file.name} in the archive cannot be read. Take it out, and send the rest.")
        else:
            aside.append(file.name)
    return kinds, aside


def _nested(file: File) -> list[File]:
    """The arrays of an .npz file within an archive. It is unpacked into memory."""
    if file.size > MOST_AT_ONCE:
        raise Refused(f"{file.name} is too large to be read within an archive; send it by itself.")
    inner = File.sent(file.path, file.start(file.size))
    archive = Archive(inner)
    if not npz.are_arrays(archive):
        raise Refused(f"{file.name} is an archive within the archive. Unpack it first.")
    return _within(inner, archive)


def _within(file: File, archive: Archive) -> list[File]:
    return [File(f"{file.path.removesuffix('.npz')}.npz/{each.path}", each.size, each.opened) for each in archive.files]


def _stacks(kinds: Kinds, choices: Choices) -> tuple[list[Stack], Choices, Offers, list[str]]:
    """The images of the one kind that there is, what was chosen and may be, and what was left aside: a few pictures beside other data."""
    left = []
    if len(kinds) > 1 and len(kinds.get(PICTURES, ())) < FEWEST_IMAGES:
        left = [file.name for file in kinds.pop(PICTURES, [])]
    if len(kinds) > 1:
        raise Refused(f"There are {' and '.join(kinds)}. Send one kind of file at a time.")
    if not kinds:
        raise Refused(f"The archive holds no images. Send {WANTED}.")
    ((kind, files),) = kinds.items()
    if kind in (PICTURES, TABLES):
        return *(folders if kind == PICTURES else table).stacks(files, choices), left
    return (idx if kind == IDX else npz).stacks(files), choices, NOTHING, left


def _left_aside(names: list[str]) -> list[str]:
    """A sentence about the files that were not read."""
    if not names:
        return []
    shown = ", ".join(names[:4])
    return [f"Left aside: {shown}." if len(names) <= 4 else f"Left aside: {shown} and {len(names) - 4:,} more files."]
