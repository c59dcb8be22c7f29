"""The limits of what is accepted, and the error for what is not."""

import os
from math import nan

from vae.errors import DataError

SIDE = 28  # width and height of all images that come out, in pixels
USUAL_MB, MOST_MB = 200, 4_000  # of one sending
MOST_IMAGES = 20_000
FEWEST_IMAGES = 50  # a fifth is set aside for validation and test
MOST_CLASSES = 100
MOST_ENTRIES = 25_000  # of an archive: the images, and folders around them
MOST_DIRECTORY = 16 * 2**20  # bytes of an archive's list of files
MOST_PICTURE_BYTES = 20 * 2**20  # of one picture in an archive, unpacked
MOST_UNPACKED = 512 * 2**20  # bytes of an archive's members together
MOST_PIXELS = 16_000_000  # of one picture
MOST_PIXELS_TOGETHER = 500_000_000  # of all pictures: some seconds of decoding
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
    """Refused if so many bytes are more than a sending may have."""
    if size > (most := most_bytes()):
        raise Refused(
            f"That is {size / 2**20:,.1f} MB; {most / 2**20:,.0f} MB is the most. A part of it will do: at most {MOST_IMAGES:,} images are used."
        )


def check_count(count: int) -> None:
    """Refused if there are too few images or too many."""
    if count > MOST_IMAGES:
        raise Refused(f"There are {count:,} images; {MOST_IMAGES:,} is the most. Send a part of them.")
    if count < FEWEST_IMAGES:
        raise Refused(
            f"There {'is' if count == 1 else 'are'} {count:,} image{'s' * (count != 1)}; {FEWEST_IMAGES} is the least, as a fifth of them is "
            "set aside to judge the models."
        )
