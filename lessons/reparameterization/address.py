"""What the address of /reparameterization carries."""

from explorer.page.address import Address
from explorer.page.parameters import Flag, Nearest, Number, OneOf, Whole
from lessons.reparameterization.estimators import FUNCTIONS, WAYS
from vae import data

MODEL = "mnist-vae-2d"

ADDRESS = Address(
    OneOf("grad_f", "square", told="f", allowed=tuple(FUNCTIONS), what="function"),
    OneOf("grad_way", "path", told="way", allowed=WAYS, what="way"),
    Number("grad_mu", 0.5, told="mu", low=-2.0, high=3.0),
    Number("grad_sigma", 0.8, told="sigma", low=0.1, high=1.5),
    Whole("grad_parameter", 0, told="parameter", low=0, high=1),  # mu, log sigma
    Nearest("grad_draws", 4, told="size", allowed=tuple(2**k for k in range(9))),
    Whole("grad_seed", 1, told="seed", low=1, high=9_999),  # of epsilon
    Flag("grad_frozen", True, told="frozen"),
    Whole("grad_digit", 0, low=0, high=lambda: len(data.load("mnist").test) - 1),
)
