"""Tables of text: each row is an image, each column a pixel, and a few columns may be something else (ingest/columns.py).

Separated by commas, semicolons, tabs, bars or spaces; in UTF-8, UTF-16 or Windows-1252; with numbers plain, quoted, or with decimal commas. Files are
read some rows at a time; `numpy.loadtxt` turns them into numbers.
"""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from math import isqrt
from typing import BinaryIO

import numpy as np

from ingest.arrays import Layout
from ingest.choices import NO_LABELS, Choices, Offers
from ingest.columns import Columns, Sample, columns_of, counts, is_number, told
from ingest.files import File, shown
from ingest.limits import MOST_SEEN, TOO_MANY, Refused
from ingest.parts import part_of
from ingest.stack import Block, Stack

SEPARATORS = ("\t", ";", "|", ",", " ")  # the first that is there: a comma may be a decimal comma, a space may follow a comma
SUFFIXES = (".csv", ".tsv", ".tab", ".txt", ".dat", ".data")
MOST_COLUMNS = 128 * 128 + 100
LONGEST_LINE = 32 * MOST_COLUMNS  # letters
BLOCK = 2**19  # cells that are read at once
FIRST, SOME = 20, 2**20  # of a sample: rows as texts, and cells as numbers
LONGEST_LABEL = 400  # letters
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")

Line = tuple[int, str]  # its number in the file, and its text


@dataclass(frozen=True)
class Form:
    """How a table is written.

    before   lines before the first row
    heading  names of columns, or none
    """

    separator: str
    quote: str
    decimal_comma: bool
    spaced: bool  # a space may follow a separator
    before: int = 0
    heading: tuple[str, ...] = ()

    def clean(self, line: str) -> str:
        """A line as `numpy.loadtxt` reads it."""
        if self.spaced:
            line = line.replace(self.separator + " ", self.separator)
        return DECIMAL_COMMA.sub(".", line) if self.decimal_comma else line

    def cells(self, line: str) -> list[str]:
        """The texts in a line."""
        if self.separator == " ":
            return line.split()
        (cells,) = csv.reader([self.clean(line)], delimiter=self.separator, quotechar=self.quote)
        return [cell.strip() for cell in cells]


def owns(file: File) -> bool:
    """Whether a file may be a table: text, with separators in its first line."""
    start = file.start(64 * 1024)
    if b"\0" in start and not start.startswith(UTF16):
        return False
    with _decoded(io.BytesIO(start), start) as text:
        return any(_separator(text.readline()) for _ in range(2))  # the first may say which separator follows


def is_of_images(file: File) -> bool:
    """Whether its rows are of numbers: neither a text with commas, nor a list of names and labels."""
    if file.suffix not in SUFFIXES or not owns(file):
        return False
    first = list(islice(_lines(file), 2))
    form = _form(first)
    return sum(map(is_number, form.cells(first[-1][1]))) > 3


def stacks(files: Sequence[File], choices: Choices) -> tuple[list[Stack], Choices, Offers]:
    """Each table as a stack, and the column of the first of them that holds the labels, as it was chosen and as it may be."""
    forms = [_sample(file) for file in files]
    columns = [columns_of(sample, file.name, choices.column) for file, (_, sample) in zip(files, forms, strict=True)]
    found = [_stack(file, form, each) for file, (form, _), each in zip(files, forms, columns, strict=True)]
    heading, first = forms[0][0].heading, columns[0]
    taken = replace(choices, column=first.labels[0] if first.labels else NO_LABELS)
    return found, taken, Offers(columns=tuple((i, heading[i][:40] if heading else "") for i in first.offers))


def _stack(file: File, form: Form, columns: Columns) -> Stack:

    def blocks() -> Iterator[Block]:
        lines = islice(_lines(file), form.before, None)
        while rows := list(islice(lines, max(1, BLOCK // columns.count))):
            yield _block(rows, form, columns, file.name)

    return Stack(file.name, part_of(file.path), bool(columns.labels), blocks, tuple(told(columns, form.heading)))


def _block(rows: Sequence[Line], form: Form, columns: Columns, name: str) -> Block:
    """Some rows. Refused, when they are asked for, with the first cell that is wrong."""
    layout = Layout(0, (isqrt(columns.count - len(columns.others)),) * 2, 1)

    def labels() -> list[str] | list[int]:
        codes: dict[str, int] = {}

        def code(cell: str) -> float:
            return codes.setdefault(cell.strip()[:LONGEST_LABEL], len(codes))

        one = len(columns.labels) == 1
        try:
            found = _numbers(rows, form, dict.fromkeys(columns.labels, code) if one else {}, columns.labels)
        except ValueError as error:
            raise _wrong(rows, form, columns, name) from error
        texts = list(codes)
        return [texts[int(i)] for i in found[:, 0]] if one else found.argmax(1).tolist()

    def images(places: np.ndarray) -> Iterable[np.ndarray]:
        some = [rows[i] for i in places]
        if not some:
            return ()
        try:
            found = _numbers(some, form, dict.fromkeys(columns.others, lambda cell: 0.0))
        except ValueError as error:
            raise _wrong(some, form, columns, name) from error
        if found.shape[1] != columns.count or not np.isfinite(found).all():
            raise _wrong(some, form, columns, name)
        return layout.images(np.delete(found, columns.others, axis=1))

    return Block(len(rows), labels, images)


def _numbers(
    rows: Sequence[Line], form: Form, converters: dict[int, Callable[[str], float]], columns: Sequence[int] | None = None
) -> np.ndarray:
    """Rows as numbers (R, C) float32, of all columns or of some. ValueError if a cell is none."""
    separator = None if form.separator == " " else form.separator
    options = {"delimiter": separator, "quotechar": form.quote, "converters": converters, "comments": None, "ndmin": 2}
    return np.loadtxt([form.clean(line) for _, line in rows], np.float32, usecols=columns, **options)  # type: ignore[call-overload]


def _wrong(rows: Sequence[Line], form: Form, columns: Columns, name: str) -> Refused:
    """The refusal of the first row that cannot be read."""
    for number, line in rows:
        cells = form.cells(line)
        if len(cells) != columns.count:
            return _uneven(name, number, len(cells), columns.count)
        for i, cell in enumerate(cells):
            where = f"{name}, row {number:,}, column {i + 1:,}: {shown(cell[:40]) or 'an empty cell'}"
            if i not in columns.others and not is_number(cell):
                return Refused(f"{where} is not a number.")
            if i not in columns.others and not np.isfinite(np.float32(cell)):
                return Refused(f"{where} is NaN or infinite, which is not a grey level. Fill or remove it first.")
    return Refused(f"{name}, rows {rows[0][0]:,} to {rows[-1][0]:,} cannot be read as numbers.")


def _uneven(name: str, number: int, found: int, columns: int) -> Refused:
    return Refused(f"{name}, row {number:,} has {found:,} column{'s' * (found != 1)}; the first row has {columns:,}.")


def _sample(file: File) -> tuple[Form, Sample]:
    """How a table is written, and some of its rows from all over it: a table may be sorted by its labels."""
    form = _form(list(islice(_lines(file), 3)))
    rows = list(islice(_lines(file), form.before, form.before + FIRST))
    if not rows:
        raise Refused(f"{file.name} has a heading and no rows.")
    cells = [form.cells(line) for _, line in rows]
    count = len(cells[0])
    for (number, _), row in zip(rows, cells, strict=True):
        if len(row) != count:
            raise _uneven(file.name, number, len(row), count)
    if count > MOST_COLUMNS:
        raise Refused(f"{file.name} has {count:,} columns; {MOST_COLUMNS:,} is the most: 128 \u00d7 128 pixels, and labels.")
    if count < 4:
        raise Refused(
            f"{file.name} is not a table of images: its first row has {count} column{'s' * (count > 1)}. A row is an image, a column a pixel."
        )
    texts = [i for i, column in enumerate(zip(*cells, strict=True)) if not all(map(is_number, column))]
    try:
        numbers = _numbers(_some(file, form, max(FIRST, SOME // count)), form, dict.fromkeys(texts, lambda cell: 0.0))
    except ValueError:  # reading all will say what is wrong
        numbers = np.array([[float(cell) if is_number(cell) else 0 for cell in row] for row in cells], np.float32)
    return form, Sample(form.heading, cells, np.nan_to_num(numbers))


def _some(file: File, form: Form, most: int) -> list[Line]:
    """Evenly spaced rows, `most` at most: whenever there are twice as many, every other one goes."""
    kept: list[Line] = []
    step = 1
    for i, line in enumerate(islice(_lines(file), form.before, None)):
        if i == MOST_SEEN:
            raise Refused(TOO_MANY)
        if i % step == 0:
            kept.append(line)
        if len(kept) == 2 * most:
            kept, step = kept[::2], 2 * step
    return kept[:: 1 + len(kept) // most]


def _form(first: Sequence[Line]) -> Form:
    """How a table is written, from its first lines."""
    told = [line for _, line in first]
    before = int(told[0].lower().startswith("sep="))  # as spreadsheets write it
    told = told[before:] or [""]
    separator = _separator(told[0]) or ","
    quote = "'" if "'" in told[-1] and '"' not in told[-1] else '"'
    decimal_comma = separator != "," and DECIMAL_COMMA.search(told[-1]) is not None
    spaced = separator != " " and any(separator + " " in line for line in told)
    form = Form(separator, quote, decimal_comma, spaced, before)
    names = form.cells(told[0].lstrip("# "))
    if not _is_heading(names):
        return form
    missing = len(form.cells(told[1])) - len(names) if len(told) > 1 else 0
    if missing == 1:  # a separator at the end of each row, or row numbers without a name
        names = [*names, ""] if not form.cells(told[1])[-1] else ["", *names]
    return Form(separator, quote, decimal_comma, spaced, before + 1, tuple(names))


def _is_heading(cells: Sequence[str]) -> bool:
    """Whether cells name columns: most are no numbers, or most count up."""
    numbers = [float(cell) for cell in cells if is_number(cell)]
    return len(numbers) < len(cells) / 2 or (len(numbers) > 3 and counts(np.array(numbers)))


def _separator(line: str) -> str | None:
    return next((separator for separator in SEPARATORS if len(line.strip("\r\n").split(separator)) > 3), None)


def _lines(file: File) -> Iterator[Line]:
    """The lines that are not empty; Refused if one is too long."""
    with _decoded(file.open(), file.start(2)) as text:
        number = 0
        while line := text.readline(LONGEST_LINE):
            number += 1
            if len(line) == LONGEST_LINE:
                raise Refused(
                    f"{file.name}, row {number:,} is too long; {MOST_COLUMNS:,} columns are the most: 128 \u00d7 128 pixels, and labels."
                )
            if line := line.rstrip("\r\n"):
                yield number, line


def _decoded(file: BinaryIO, start: bytes) -> io.TextIOWrapper:
    """As text: UTF-8 in which single bytes of Windows-1252 may stand, or UTF-16 if the file says so."""
    if start.startswith(UTF16):
        return io.TextIOWrapper(file, encoding="utf-16", errors="replace")
    return io.TextIOWrapper(file, encoding="utf-8-sig", errors="ingest.windows-1252")


def _windows(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("windows-1252", "replace"), error.end


codecs.register_error("ingest.windows-1252", _windows)
