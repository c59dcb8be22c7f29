"""What the address of /em carries."""

from explorer.page.address import Address
from explorer.page.parameters import Flag, OneOf, Whole
from lessons.em.screen import STARTS, STEPS

ADDRESS = Address(
    Whole("em_step", 0, widget="slider", low=0, high=STEPS),
    OneOf("em_start", 0, widget="selectbox", allowed=tuple(range(len(STARTS))), what="start"),
    Flag("em_bounds", False, widget="toggle"),
)
