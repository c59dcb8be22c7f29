"""What a file leaves open, how it was understood, and how else it may be.

Reading never stops to ask. It takes what is likeliest, says so, and names what else may be meant; whoever looks at the result reads again with
another choice.
"""

from dataclasses import dataclass

from ingest.levels import Levels

NO_LABELS = -1  # in place of a column
BLACK, WHITE = 0, 255


@dataclass(frozen=True)
class Choices:
    """How to read what may be meant in several ways; None where the likeliest is right.

    levels  the numbers that are black and white
    column  which column of a table holds the labels, counted from 0, or NO_LABELS
    ground  what transparent pictures lie on: BLACK or WHITE
    """

    levels: Levels | None = None
    column: int | None = None
    ground: int | None = None


AS_FOUND = Choices()


@dataclass(frozen=True)
class Offers:
    """What may be chosen; empty where nothing is open.

    levels   ranges of numbers
    columns  columns of a table and their headings, which may be ""
    grounds  BLACK and WHITE
    """

    levels: tuple[Levels, ...] = ()
    columns: tuple[tuple[int, str], ...] = ()
    grounds: tuple[int, ...] = ()


NOTHING = Offers()
