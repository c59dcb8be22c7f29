"""What the address of /compress carries."""

from explorer.page.address import Address
from explorer.page.parameters import Nearest, Whole
from lessons.compress.study import STEPS
from lessons.shared.coders import LATENTS

ADDRESS = Address(
    Whole("compress_at", STEPS.index(0.5), told="at", high=len(STEPS) - 1),
    Nearest("compress_latents", 20, widget="segmented_control", allowed=LATENTS),
)
