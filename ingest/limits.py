"""The limits of what is accepted, and the error for what is not."""

import os
from math import nan

from vae.errors import DataError

SIDE = 28  # width and height of all images that come out, in pixels
USUAL_MB, MOST_MB = 200, 2_000  # of one sending
MOST_IMAGES = 60_000  # that are used; of more, a sample is
MOST_SEEN = 1_000_000  # images of which a sample is drawn
FEWEST_IMAGES = 50  # a fifth is set aside for validation and test
FEWEST_APART = 10  # of a test set that comes with the images
MOST_CLASSES = 100
MOST_ENTRIES = 100_000  # of an archive: the images, and folders around them
MOST_DIRECTORY = 16 * 2**20  # bytes of an archive's list of them
MOST_UNPACKED = 2 * 2**30  # bytes of an archive's members together
MOST_PIXELS = 16_000_000  # of one picture
MOST_PIXELS_TOGETHER = 2_000_000_000  # of all pictures: a minute of decoding
MOST_SIDE = 1_024  # pixels of an image in an array
MOST_AT_ONCE = 64 * 2**20  # bytes of an array that cannot be read image by image


class Refused(DataError):
    """An upload that cannot be used; the message is a sentence for the user."""


def most_bytes() -> int:
    """LATENT_EXPLORER_UPLOAD_MB, in bytes: how large all files of one sending may be together."""
    text = os.environ.get("LATENT_EXPLORER_UPLOAD_MB", "")
    try:
        megabytes = float(text) if text else USUAL_MB
    except ValueError:
        megabytes = nan
    if not 1 <= megabytes <= MOST_MB:
        raise DataError(
            f"LATENT_EXPLORER_UPLOAD_MB is {text!r}; it must be a number from 1 to {MOST_MB:,}, such as {USUAL_MB}."
        )
    return int(megabytes * 2**20)


def check_size(size: int) -> None:
    """Refused if so many bytes are more than one sending may have."""
    if size > (most := most_bytes()):
        raise Refused(
            f"That is {size / 2**20:,.1f} MB; {most / 2**20:,.0f} MB is the most. A part of it will do, such as the first rows of a table: at most "
            f"{MOST_IMAGES:,} images are used."
        )


TOO_MANY = f"There are more than {MOST_SEEN:,} images, which is the most. Send a part of them."


def check_most(count: int) -> None:
    """Refused if there are more images than are looked through."""
    if count > MOST_SEEN:
        raise Refused(f"There are {count:,} images; {MOST_SEEN:,} is the most. Send a part of them.")


def check_count(count: int) -> None:
    """Refused if there are too few images or too many."""
    check_most(count)
    if count < FEWEST_IMAGES:
        raise Refused(
            f"There {'is' if count == 1 else 'are'} {count:,} image{'s' * (count != 1)}; {FEWEST_IMAGES} is the least, as a fifth of them is "
            "set aside to judge the models."
        )
