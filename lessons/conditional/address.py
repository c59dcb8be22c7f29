"""What the address of /conditional carries: the style, the class, and the test digit whose hand is read."""

from explorer.page.address import Address
from explorer.page.parameters import Number, Whole
from lessons.conditional.models import CLASSES

EDGE = 3.0  # of the plane of styles, as in conditional.js

ADDRESS = Address(
    Number("cvae_z1", 0.5, told="z1", low=-EDGE, high=EDGE),
    Number("cvae_z2", -0.5, told="z2", low=-EDGE, high=EDGE),
    Whole("cvae_class", 3, told="digit", high=CLASSES - 1),
    Whole("cvae_digit", 0, high=9_999),
)
