"""What the columns of a table are: pixels, labels, or neither.

A row is a square image and a few columns more. Headings and contents tell most of them apart: texts, row numbers, empty columns, labels that are
one-hot. A single column of numbers that nothing tells apart is found by where it cuts the images: pixels one above the other are alike, and
they are so only if the right column is taken out.

Letters for shapes: R rows of a sample, C columns, S the side of an image.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt

import numpy as np

from ingest.choices import NO_LABELS
from ingest.labels import is_one_hot
from ingest.limits import MOST_CLASSES, Refused

LABELS = ("label", "labels", "class", "classes", "target", "y", "digit", "species", "category", "character", "letter")
ROW_NUMBERS = ("index", "id", "imageid", "idx", "row", "number", "no", "nr")
MOST_OFFERED = 400


@dataclass(frozen=True)
class Columns:
    """Columns by their kind; all others are pixels.

    labels  the column of labels, all columns of one-hot labels, or none
    aside   columns that are neither labels nor pixels
    offers  columns that may hold labels; of one-hot labels the first
    """

    count: int
    labels: tuple[int, ...]
    aside: tuple[int, ...]
    offers: tuple[int, ...]

    @property
    def others(self) -> tuple[int, ...]:
        """All that are no pixels."""
        return tuple(sorted((*self.labels, *self.aside)))


@dataclass(frozen=True)
class Sample:
    """The first rows of a table.

    heading  names of columns, or none
    cells    the first rows as texts
    numbers  some more rows as numbers (R, C) float32; 0 where there is none
    """

    heading: Sequence[str]
    cells: Sequence[Sequence[str]]
    numbers: np.ndarray


def columns_of(sample: Sample, name: str, choice: int | None = None) -> Columns:
    """Tell the columns apart; `choice` says which of them holds the labels, or NO_LABELS. Refused if the rest are no square images."""
    count = sample.numbers.shape[1]
    cells = list(zip(*sample.cells, strict=True))  # (C, R)
    empty = {i for i in range(count) if not any(cells[i])}
    texts = {i for i in range(count) if sum(bool(cell) and not is_number(cell) for cell in cells[i]) > 1}
    odd = _odd_ones(sample.heading) | texts
    aside = empty | {i for i in odd if _is_row_number(sample, i)}
    named = sorted(odd - aside, key=lambda i: (_heading(sample, i) not in LABELS, i))
    rest = [i for i in range(count) if i not in aside | odd]
    labels = tuple(named[:1])
    more = len(rest) - isqrt(len(rest)) ** 2
    if more and _numbers_rows(sample.numbers[:, rest[0]]):
        aside, rest, more = aside | {rest[0]}, rest[1:], more - 1
    if more > 1 and not labels:
        ends = [block for block in (rest[:more], rest[-more:]) if is_one_hot(sample.numbers[:, block])]
        if ends:
            labels, more = tuple(ends[0]), 0
    elif more == 1 and not labels:
        labels, more = (rest[_seam(sample.numbers[:, rest])],), 0
    aside |= odd - {*labels}
    if choice is not None and choice >= count:
        raise Refused(f"{name} has no column {choice + 1:,}; it has {count:,}.")
    if choice is not None:
        labels, aside = _as_chosen(choice, labels, aside)
    offers = _offers(sample, labels, aside - empty)
    found = Columns(count, labels, tuple(sorted(aside)), offers)
    pixels = count - len(found.others)
    if more or isqrt(pixels) ** 2 != pixels or pixels < 4:
        left = f", {pixels:,} of them pixels" if found.others else ""
        raise Refused(
            f"{name} has {count:,} columns{left}; a row is a square image, such as 784 pixels, with columns for a label and a row number at most. Name "
            "these in a heading, such as label and id."
        )
    return found


def told(columns: Columns, heading: Sequence[str]) -> list[str]:
    """Which columns are no pixels, in sentences."""
    said = []
    if len(columns.labels) == 1:
        said.append(f"{_named(columns.labels[0], heading)} was taken for the labels.")
    elif columns.labels:
        said.append(f"Columns {columns.labels[0] + 1:,} to {columns.labels[-1] + 1:,} were taken for labels, one-hot.")
    if columns.aside:
        names = ", ".join(_named(i, heading) for i in columns.aside[:4]) + (", ..." if len(columns.aside) > 4 else "")
        said.append(f"No pixels, and left aside: {names}.")
    return said


def is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _named(column: int, heading: Sequence[str]) -> str:
    name = heading[column][:40] if heading else ""
    return f"Column {column + 1:,} ({name})" if name else f"Column {column + 1:,}"


def _heading(sample: Sample, column: int) -> str:
    return sample.heading[column].strip().lower() if sample.heading else ""


def _odd_ones(heading: Sequence[str]) -> set[int]:
    """Columns whose heading has another form than most; pixel0, pixel1 and 1x1, 1x2 have one form."""
    forms = [re.sub(r"\d+", "0", name.strip().lower()) for name in heading]
    if not forms:
        return set()
    form, often = Counter(forms).most_common(1)[0]
    odd = {i for i, each in enumerate(forms) if each != form}
    return odd if often >= 0.7 * len(forms) else {i for i in odd if forms[i] in (*LABELS, *ROW_NUMBERS)}


def _is_row_number(sample: Sample, column: int) -> bool:
    """Whether a column with a heading of its own numbers the rows."""
    return _heading(sample, column) in ROW_NUMBERS or _numbers_rows(sample.numbers[:, column])


def counts(numbers: np.ndarray) -> bool:
    """Whether numbers count up in even steps."""
    steps = np.diff(numbers)
    return len(steps) > 1 and bool(steps[0] >= 1 and (steps == steps[0]).all() and (numbers == np.rint(numbers)).all())


def _numbers_rows(numbers: np.ndarray) -> bool:
    """Whether a column numbers the rows: it counts up, or names each of many rows by a number of its own."""
    whole = bool((numbers == np.rint(numbers)).all())
    return counts(numbers) or (whole and len(numbers) > 256 and len(np.unique(numbers)) == len(numbers))


def _classes(sample: Sample) -> np.ndarray:
    """For each column whether its values may be classes: at least two of them, few enough, and most come again; (C,) bool."""
    ordered = np.sort(sample.numbers, axis=0)
    different = 1 + (np.diff(ordered, axis=0) != 0).sum(0)
    return (different >= 2) & (different <= min(MOST_CLASSES, len(ordered) // 2))


def _seam(numbers: np.ndarray) -> int:
    """Which of S * S + 1 columns (R, C) is no pixel: without it, pixels one above the other differ least.

    If column j is taken out, pixel q and the one below it are columns q and q + S before j, q + 1 and q + 1 + S after it, and q and q + S + 1 around it.
    Differences are of ranks, so that small labels count among large pixels.
    """
    side, ranks = isqrt(numbers.shape[1]), _ranks(numbers)
    below = np.abs(ranks[:, :-side] - ranks[:, side:]).mean(0)
    around = np.abs(ranks[:, : -side - 1] - ranks[:, side + 1 :]).mean(0)  # (S * S - S,), as many as there are pairs
    before, after, across = (np.concatenate([[0.0], part.cumsum()]) for part in (below[:-1], below[1:], around))
    j, pairs = np.arange(numbers.shape[1]), len(around)
    first, last = (j - side).clip(0, pairs), j.clip(0, pairs)
    differences = before[first] + across[last] - across[first] + after[pairs] - after[last]
    may_be = _classes(Sample((), (), numbers))
    return int(np.where(may_be, differences, np.inf).argmin()) if may_be.any() else int(differences.argmin())


def _ranks(numbers: np.ndarray) -> np.ndarray:
    """For each number the share of all that are smaller, and half of those that are equal."""
    _, place, often = np.unique(numbers, return_inverse=True, return_counts=True)
    middle = (often.cumsum() - often / 2) / numbers.size
    return middle.astype(np.float32)[place].reshape(numbers.shape)


def _as_chosen(choice: int, labels: tuple[int, ...], aside: set[int]) -> tuple[tuple[int, ...], set[int]]:
    """The labels and what is left aside, as chosen. A column that is named in place of another makes that one a pixel."""
    if choice == NO_LABELS:
        return (), aside | {*labels}
    if choice in labels:
        return labels, aside
    if choice in aside:
        return (choice,), (aside | {*labels}) - {choice}
    return (choice,), aside


def _offers(sample: Sample, labels: tuple[int, ...], aside: set[int]) -> tuple[int, ...]:
    """Columns that may hold labels: those that are no pixels; and in place of one, the first, the last, and some whose values may be classes."""
    others = (0, sample.numbers.shape[1] - 1, *np.flatnonzero(_classes(sample)).tolist()) if len(labels) == 1 else ()
    likely = dict.fromkeys((*labels[:1], *sorted(aside), *others))
    return tuple(sorted([*likely][:MOST_OFFERED]))
