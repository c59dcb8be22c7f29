"""What the address of /interpolate carries."""

from explorer.canvas import rows
from explorer.canvas.controls import STEPS
from explorer.page.address import Address
from explorer.page.parameters import OneOf, Whole
from explorer.see import pair
from vae.model import latent


def last() -> int:
    """The index of the last test image."""
    return len(pair.test_images()) - 1


ADDRESS = Address(
    *pair.ROWS,
    Whole("a", 0, told="a", high=last),
    Whole("b", 3, told="b", high=last),
    OneOf("method", "linear", told="method", allowed=tuple(latent.INTERPOLATIONS), what="way"),
    Whole("steps", 12, told="steps", low=STEPS[0], high=STEPS[1]),
    *rows.shown("interpolate", pair.dims),
    rows.sight("interpolate", of=tuple(pair.USUAL), planes=2),
)
