"""What can go wrong with the run store, in sentences for the screen: the database's own words go to the log."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from vae.errors import VaeError

BUSY = "The run store is busy: another process kept it locked for too long. Try again in a moment; nothing was lost."
FULL = "The disk that holds the runs is full, or fails. Free some space or delete runs; what was stored before is kept."
DAMAGED = "The file that holds the runs is damaged. Move it away, or put it back from a copy, and start the app again."
READ_ONLY = "The runs cannot be written at {place}. Make it writable, or set LATENT_EXPLORER_DATA to a folder that is."
UNREACHABLE = "The run store at {place} cannot be reached. See that the database is up; stored runs are safe there."
REFUSED = (
    "The run store at {place} refuses this app: see that the name, the password and the database in DATABASE_URL are right."
)
FAILED = "The run store could not do this. The log of the server says why; stored runs are kept."
DAMAGED_RUN = "What is stored of this run is damaged, so it cannot be shown. Delete it, or train it again."

# What the message of a driver contains, in lower case -> the sentence; the first that fits counts.
SENTENCES = {
    "database is locked": BUSY,
    "database table is locked": BUSY,
    "lock timeout": BUSY,
    "statement timeout": BUSY,
    "deadlock": BUSY,
    "queuepool limit": BUSY,
    "disk is full": FULL,
    "no space left": FULL,
    "could not extend file": FULL,
    "disk i/o error": FULL,  # a quota, too, looks like this to SQLite
    "readonly database": READ_ONLY,
    "read-only transaction": READ_ONLY,
    "unable to open database file": READ_ONLY,
    "malformed": DAMAGED,
    "not a database": DAMAGED,
    "password authentication": REFUSED,
    "no password supplied": REFUSED,
    "does not exist": REFUSED,
    "permission denied": REFUSED,
    "connection": UNREACHABLE,
    "server closed": UNREACHABLE,
    "terminating": UNREACHABLE,
    "starting up": UNREACHABLE,
    "shutting down": UNREACHABLE,
    "translate host name": UNREACHABLE,
    "resolve host": UNREACHABLE,
}


class StoreError(VaeError):
    """The run store cannot do what was asked; the message is a sentence for the screen."""


class Denied(StoreError):
    """Something that only the owner of a run or of images may do."""


class Gone(StoreError):
    """There is no such run, or there are no such images, or no longer."""


class Unfit(StoreError):
    """What was given cannot be kept as it is: it is too long, too large or too much, or no text."""


class Lost(StoreError):
    """The run is no longer this worker's: it was deleted, or given to another worker."""


def sentence(error: Exception, place: str) -> str:
    """What to tell the visitor about an error of the database at that place."""
    words = str(getattr(error, "orig", None) or error).lower()
    return next((text for part, text in SENTENCES.items() if part in words), FAILED).format(place=place)


SLOW_SECONDS = 1.0  # an answer that takes longer to stay away...
REST_SECONDS = 2.0  # ...is not waited for again so soon: one visitor waits, not each in turn
_silent_until: dict[str, float] = {}


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Turn errors of the database into StoreErrors."""
    began = time.monotonic()
    if began < _silent_until.get(place, 0.0):
        raise StoreError(UNREACHABLE.format(place=place))
    try:
        yield
    except (exc.SQLAlchemyError, OSError) as error:
        said = sentence(error, place)
        logging.getLogger("explorer.store").warning("The run store failed: %s", error, exc_info=said == FAILED)
        ended = time.monotonic()
        if said == UNREACHABLE.format(place=place) and ended - began > SLOW_SECONDS:
            _silent_until[place] = ended + REST_SECONDS
        raise StoreError(said) from error
