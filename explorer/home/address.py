"""What the address of Home carries: what goes through the machine, the noise, and codes that were moved by hand."""

from explorer.home.machine import DRAWS
from explorer.models import trained
from explorer.page.address import Address
from explorer.page.parameters import Flag, Numbers, Strokes, Whole
from explorer.page.strokes import DRAWING

DIMENSIONS = 2
FAR = 100_000.0  # a posterior may be narrow: its epsilon is then large at the edge of the plane


def last_digit() -> int:
    return len(trained.get("mnist-vae-2d").data.test) - 1


ADDRESS = Address(
    Whole("digit", 0, told="digit", high=last_digit),
    Whole("draw", 0, told="draw", high=DRAWS - 1),
    Numbers("home_epsilon", (), told="epsilon", count=DIMENSIONS, low=-FAR, high=FAR),
    Numbers("home_z", (), told="z", count=DIMENSIONS, low=-FAR, high=FAR),
    Strokes(DRAWING, (), told="drawing"),
    Flag("home_drawn", None, told="drawn"),
)
