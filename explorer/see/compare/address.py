"""What the address of /compare carries."""

from explorer.canvas import rows
from explorer.canvas.controls import DRAWS
from explorer.page import strokes
from explorer.page.address import Address
from explorer.page.parameters import Numbers, OneOf, Strokes, Whole
from explorer.see import pair

FAR = 1e6  # beyond any code


def numbers() -> int:
    """How many numbers the two positions have together."""
    return sum(len(model.order) for model in pair.models().values())


ADDRESS = Address(
    *pair.ROWS,
    Whole("digit", 0, told="digit", high=lambda: len(pair.test_images()) - 1),
    Whole("draw", None, told="draw", high=DRAWS - 1),
    OneOf("compare_axes", "own", told="axes", allowed=("own", "equal"), what="kind of axes"),
    Numbers("compare_z", (), told="z", count=numbers, low=-FAR, high=FAR),
    *rows.shown("compare", pair.dims),
    rows.sight("compare", of=tuple(pair.USUAL), planes=2),
    Strokes(strokes.DRAWING, ()),
)
