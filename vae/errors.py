"""Errors with messages for the user.

Each message says what is wrong, what is expected and what to do, so a page or a command line can show `str(error)` as it is.
"""


class VaeError(Exception):
    """An error that a user can understand and act on."""


class SpecError(VaeError, ValueError):
    """A model or a training that is specified wrongly."""


class DataError(VaeError):
    """A data set that is unknown, missing or damaged."""


class CheckpointError(VaeError):
    """A checkpoint that is missing, damaged or inconsistent."""


class Diverged(VaeError):
    """A loss is no longer finite; the model has its last good weights again."""
