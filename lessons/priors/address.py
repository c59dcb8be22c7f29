"""What the address of /priors carries: the model beside the plain VAE."""

from explorer.page.address import Address
from explorer.page.parameters import OneOf
from lessons.priors.screen import PLANES

ADDRESS = Address(OneOf("priors_model", "vamp", widget="segmented_control", allowed=PLANES, what="model"))
