"""What the address of /interpolate carries."""

from explorer.canvas import rows
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
    OneOf("method", "linear", widget="segmented_control", allowed=tuple(latent.INTERPOLATIONS), what="way"),
    Whole("steps", 12, widget="slider", low=5, high=30),
    *rows.shown("interpolate", pair.dims),
)
