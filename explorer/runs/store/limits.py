"""What a deployment may set about the store, read from the environment. Each is a number; nonsense is named in a sentence."""

import os
from math import inf

from explorer.runs.store.errors import StoreError


def keep_days() -> float:
    """LATENT_EXPLORER_KEEP_DAYS: how long a run without a name is kept, and images that no run uses."""
    return _number("LATENT_EXPLORER_KEEP_DAYS", 14)


def keep_bytes() -> float:
    """LATENT_EXPLORER_KEEP_GB: how large all runs and images together may grow, in bytes."""
    return 1e9 * _number("LATENT_EXPLORER_KEEP_GB", 5)


def abandoned_minutes() -> float:
    """LATENT_EXPLORER_ABANDONED_MINUTES: how long a run goes on that no page looks at."""
    return _number("LATENT_EXPLORER_ABANDONED_MINUTES", 10)


def keep_class_days() -> float:
    """LATENT_EXPLORER_KEEP_CLASS_DAYS: how long a class is kept after its end if its teacher says so."""
    return _number("LATENT_EXPLORER_KEEP_CLASS_DAYS", 14)


def _number(name: str, usual: float) -> float:
    text = os.environ.get(name, "")
    try:
        value = float(text) if text else usual
    except ValueError:
        value = -1.0
    if not 0 <= value < inf:
        raise StoreError(f"{name} is {text!r}; it must be a number from 0 up, such as {usual:g}.")
    return value
