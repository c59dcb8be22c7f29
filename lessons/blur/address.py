"""What the address of /blur carries: two images and a chance, and the test digit below."""

from explorer.page.address import Address
from explorer.page.parameters import Number, Whole
from vae import data


def _last() -> int:
    return len(data.load("mnist").test) - 1


ADDRESS = Address(
    Whole("blur_a", 4, high=_last),
    Whole("blur_b", 7, high=_last),
    Number("blur_chance", 0.5, widget="slider", low=0.0, high=1.0, step=0.05),
    Whole("blur_digit", 8, high=_last),
)
