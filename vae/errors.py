"""Errors whose message is written for the person at the screen.

Each says what is wrong, what is expected and what to do. A page or a command line may show `str(error)` as it is.
"""


class VaeError(Exception):
    """Anything that went wrong in a way a user can understand and act on."""


class SpecError(VaeError, ValueError):
    """A specification that cannot be built or trained."""


class DataError(VaeError):
    """A data set that is unknown, missing or damaged."""


class CheckpointError(VaeError):
    """A checkpoint that is missing, damaged or does not fit its own description."""


class Diverged(VaeError):
    """Training met a loss that is not finite; the model holds its last good weights again."""
