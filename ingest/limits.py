"""The limits of what is accepted, and the error for what is not."""

from vae.errors import DataError

SIDE = 28  # width and height of all images that come out, in pixels
MOST_BYTES = 20 * 2**20  # of an upload
MOST_IMAGES = 20_000
FEWEST_IMAGES = 50  # a fifth is set aside for validation and test
FEWEST_APART = 10  # of a test set that comes with the images
MOST_CLASSES = 100
MOST_ENTRIES = 25_000  # of an archive: the images, and folders around them
MOST_UNPACKED = 512 * 2**20  # bytes of an archive's members together
MOST_PIXELS = 16_000_000  # of one picture
MOST_PIXELS_TOGETHER = 500_000_000  # of all pictures: some seconds of decoding
MOST_SIDE = 1_024  # pixels of an image in an array
MOST_AT_ONCE = 64 * 2**20  # bytes of an array that cannot be read image by image


class Refused(DataError):
    """An upload that cannot be used; the message is a sentence for the user."""


TOO_MANY = f"There are more than {MOST_IMAGES:,} images, which is the most. Send a part of them."


def check_most(count: int) -> None:
    """Refused if there are too many images."""
    if count > MOST_IMAGES:
        raise Refused(f"There are {count:,} images; {MOST_IMAGES:,} is the most. Send a part of them.")


def check_count(count: int) -> None:
    """Refused if there are too few images or too many."""
    check_most(count)
    if count < FEWEST_IMAGES:
        raise Refused(
            f"There {'is' if count == 1 else 'are'} {count:,} image{'s' * (count != 1)}; {FEWEST_IMAGES} is the least, as a fifth of them is "
            "set aside to judge the models."
        )
