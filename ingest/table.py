"""CSV files: each row is an image, each column a pixel. A heading and a column of labels are optional.

Files are read line by line. All lines must have the same number of columns, which is counted before a line is split.
"""

from collections.abc import Iterator
from math import isqrt

import numpy as np

from ingest.archive import shown
from ingest.arrays import Layout, gather
from ingest.brought import Brought, assemble
from ingest.limits import MOST_IMAGES, Refused, check_count

SEPARATORS = (b",", b";", b"\t")
LABELS = ("label", "labels", "class", "target", "y", "digit", "species")  # headings of a column of labels
MOST_COLUMNS = 128 * 128 + 1
BLOCK_ROWS = 500
TEXT_MARKS = (b"\xef\xbb\xbf",)  # of UTF-8


def looks_like(contents: bytes) -> bool:
    """Whether a file may be a table: text, with separators in its first line."""
    first = contents[: 64 * 1024].split(b"\n", 1)[0]
    return b"\0" not in contents[:4096] and max(map(first.count, SEPARATORS)) >= 3


def read(contents: bytes, name: str) -> Brought:
    """Read each row as an image."""
    name = shown(name)
    for mark in TEXT_MARKS:
        contents = contents.removeprefix(mark)
    rows = contents.count(b"\n") + (not contents.endswith(b"\n"))
    if rows > MOST_IMAGES + 1000:  # there may be a heading, and empty lines at the end
        check_count(rows)
    separator, columns = _shape(contents, name)
    heading, label = _heading(contents, separator, columns)
    pixels_in_row = columns - (label is not None)
    rows = min(rows, len(contents) // columns + 1)  # empty lines are not rows
    if isqrt(pixels_in_row) ** 2 != pixels_in_row:
        raise Refused(
            f"{name} has {columns:,} columns; a row is a square image, such as 784 pixels, with one column more for the label. Name that column label "
            "in a heading, or put it first."
        )
    values, labels = np.empty((rows, pixels_in_row), np.float32), []
    count = 0
    for number, cells in _rows(contents, separator, columns, heading, name):
        if label is not None:
            labels.append(cells.pop(label).strip().strip(b"\"'"))
        try:
            values[count] = [float(cell) for cell in cells]
        except ValueError:
            raise Refused(f"{name}, {_where(cells, number, label)} is not a number.") from None
        if not np.isfinite(values[count]).all():
            raise Refused(
                f"{name}, {_where(cells, number, label)} is NaN or infinite, which is not a grey level. Fill or remove it first."
            )
        count += 1
    check_count(count)
    values = values[:count]
    layout = Layout.of(values.shape, name)
    pixels, told = gather(layout, lambda: np.array_split(values, -(-count // BLOCK_ROWS)), name)
    if label is not None:
        told.append(f"Column {label + 1} was taken for the labels.")
    return assemble(pixels, labels if label is not None else None, told)


def _shape(contents: bytes, name: str) -> tuple[bytes, int]:
    """The separator, and the number of columns in the first line."""
    end = contents.find(b"\n")
    first = memoryview(contents)[: end if end >= 0 else len(contents)].tobytes()
    separator = max(SEPARATORS, key=first.count)
    columns = first.count(separator) + 1
    if columns > MOST_COLUMNS:
        raise Refused(f"{name} has {columns:,} columns; {MOST_COLUMNS:,} is the most: 128 \u00d7 128 pixels and a label.")
    if columns < 4:
        raise Refused(
            f"{name} is not a table of images: its first line has {columns} column{'s' * (columns > 1)}. A row is an image, a column a pixel."
        )
    return separator, columns


def _heading(contents: bytes, separator: bytes, columns: int) -> tuple[bool, int | None]:
    """Whether the first line names the columns, and which column holds labels."""
    cells = [cell.strip().strip(b"\"'") for cell in contents.split(b"\n", 1)[0].split(separator)]
    heading = sum(not _is_number(cell) for cell in cells) > columns / 2
    names = [cell.decode("utf-8", "replace").lower() for cell in cells] if heading else []
    named = next((names.index(name) for name in LABELS if name in names), None)
    if named is not None:
        return heading, named
    first = isqrt(columns) ** 2 != columns and isqrt(columns - 1) ** 2 == columns - 1
    return heading, 0 if first else None


def _rows(contents: bytes, separator: bytes, columns: int, heading: bool, name: str) -> Iterator[tuple[int, list[bytes]]]:
    """The rows that are not empty, with their line numbers."""
    begin, number = 0, 0
    while begin < len(contents):
        end = contents.find(b"\n", begin)
        end = len(contents) if end < 0 else end
        number += 1
        found = contents.count(separator, begin, end) + 1
        line = contents[begin:end].strip(b"\r\n ")
        if line and found != columns:
            raise Refused(f"{name}, row {number:,} has {found:,} columns; the first row has {columns:,}.")
        if line and not (heading and number == 1):
            yield number, line.split(separator)
        begin = end + 1


def _is_number(cell: bytes) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _where(cells: list[bytes], number: int, label: int | None) -> str:
    """Describe the first cell that is not a finite number."""
    index, cell = next((i, cell) for i, cell in enumerate(cells) if not (_is_number(cell) and np.isfinite(float(cell))))
    column = index + 1 + (label is not None and index >= label)
    return f"row {number:,}, column {column:,}: {shown(cell[:40].decode('utf-8', 'replace').strip()) or 'an empty cell'}"
