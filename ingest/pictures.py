"""Turns a picture file into a grey image. The header is read first, the pixels only if there are not too many."""

import io
import struct
import warnings
import zlib

import numpy as np
from PIL import Image, ImageOps

from ingest.archive import shown
from ingest.limits import MOST_PIXELS, Refused

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "PPM")
WANTED = "PNG, JPEG, GIF, BMP, WebP or PGM"
ENOUGH = (112, 112)  # smallest size to decode a JPEG file to: detail that scaling would average out can be left undecoded
DAMAGE = (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, struct.error, zlib.error)


def open_picture(contents: bytes, name: str) -> Image.Image:
    """Open a picture and check its size; Refused if it is not a picture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(contents), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise Refused(f"{shown(name)} has far more than {MOST_PIXELS:,} pixels, which is the most. Shrink it first.") from error
    except DAMAGE as error:
        raise Refused(
            f"{shown(name)} is not a picture in {WANTED} format. Take it out of the archive and send the rest."
        ) from error
    if picture.width * picture.height > MOST_PIXELS:
        raise Refused(
            f"{shown(name)} has {picture.width:,} \u00d7 {picture.height:,} pixels; {MOST_PIXELS:,} is the most. Shrink it first."
        )
    return picture


def grey(picture: Image.Image, name: str) -> np.ndarray:
    """The pixels (H, W) uint8: upright, with white for transparent parts, and grey = 0.299 red + 0.587 green + 0.114 blue."""
    try:
        picture.draft("L", ENOUGH)
        upright = ImageOps.exif_transpose(picture)
        if upright.mode.startswith("I"):  # 16 bits
            return (np.asarray(upright, np.uint32).clip(0, 65_535) // 257).astype(np.uint8)
        if upright.has_transparency_data:
            upright = upright.convert("RGBA")
            paper = Image.new("L", upright.size, 255)
            paper.paste(upright.convert("L"), mask=upright.getchannel("A"))
            return np.asarray(paper)
        return np.asarray(upright.convert("L"))
    except DAMAGE as error:
        raise Refused(f"{shown(name)} is damaged or cut short. Take it out of the archive, or make it again.") from error
