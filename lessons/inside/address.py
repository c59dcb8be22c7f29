"""What the address of /inside carries."""

from dataclasses import dataclass

from explorer.page.address import Address
from explorer.page.parameters import Text, Whole
from lessons.inside import screen

TEST_DIGITS = 10_000
FARTHEST = 8  # pixels that the digit can be moved


@dataclass(frozen=True)
class Unit(Text):
    """A unit of one of both networks, such as "conv.1.700": network, stage, number."""

    what: str = "unit"

    def believe(self, value: object) -> str:
        return screen.read_unit(screen.nets(), value)


ADDRESS = Address(
    Whole("inside_digit", 0, low=0, high=TEST_DIGITS - 1),
    Unit("inside_unit", "mlp.0.96", told="unit"),
    Whole("inside_right", 0, told="right", low=-FARTHEST, high=FARTHEST),
    Whole("inside_down", 0, told="down", low=-FARTHEST, high=FARTHEST),
)
