"""What the address of /reduction carries: how a script reduces its terms, and the sizes it does it for."""

from explorer.page.address import Address
from explorer.page.parameters import Number, OneOf, Whole
from lessons.reduction.effective_beta import ERRORS, KL, RECONSTRUCTION

ADDRESS = Address(
    OneOf("reduction_error", "cross-entropy", widget="segmented_control", allowed=tuple(ERRORS), what="error"),
    OneOf("reduction_reconstruction", "mean", widget="selectbox", allowed=tuple(RECONSTRUCTION), what="reduction"),
    OneOf("reduction_kl", "image", widget="selectbox", allowed=tuple(KL), what="reduction"),
    Number("reduction_weight", 1.0, widget="number_input", low=0.0001, high=10_000.0),
    Whole("reduction_pixels", 784, widget="number_input", low=1, high=1_000_000),
    Whole("reduction_latents", 2, widget="number_input", low=1, high=10_000),
    Whole("reduction_batch", 128, widget="number_input", low=1, high=100_000),
)
