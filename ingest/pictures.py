"""Turns a picture file into a grey image. The header is read first, the pixels only if there are not too many."""

import io
import struct
import warnings
import zlib

import numpy as np
from PIL import Image, ImageOps

from ingest.files import File
from ingest.limits import MOST_PIXELS, Refused

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "PPM")
WANTED = "PNG, JPEG, GIF, BMP, WebP or PGM"
MOST_PICTURE = 20 * 2**20  # bytes
ENOUGH = (112, 112)  # smallest size to decode a JPEG file to: detail that scaling would average out can be left undecoded
DAMAGE = (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, struct.error, zlib.error)


def open_picture(file: File) -> Image.Image:
    """Open a picture and check its size; Refused if it is not a picture."""
    name = file.name
    if file.size > MOST_PICTURE:
        raise Refused(
            f"{name} unpacks to {file.size / 2**20:,.0f} MB; {MOST_PICTURE / 2**20:.0f} MB is the most for one picture."
        )
    contents = file.start(MOST_PICTURE)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(contents), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise Refused(f"{name} has far more than {MOST_PIXELS:,} pixels, which is the most. Shrink it first.") from error
    except DAMAGE as error:
        raise Refused(f"{name} is not a picture in {WANTED} format. Take it out of the archive and send the rest.") from error
    if picture.width * picture.height > MOST_PIXELS:
        raise Refused(
            f"{name} has {picture.width:,} \u00d7 {picture.height:,} pixels; {MOST_PIXELS:,} is the most. Shrink it first."
        )
    return picture


def grey(picture: Image.Image, name: str, ground: int) -> np.ndarray:
    """The pixels (H, W), uint8 or uint16: upright, on that ground where transparent, and grey = 0.299 red + 0.587 green + 0.114 blue."""
    try:
        picture.draft("L", ENOUGH)
        upright = ImageOps.exif_transpose(picture)
        if upright.mode.startswith("I"):  # 16 bits
            return np.asarray(upright, np.int64).clip(0, 65_535).astype(np.uint16)
        if not upright.has_transparency_data:
            return np.asarray(upright.convert("L"))
        upright = upright.convert("RGBA")
        paper = Image.new("L", upright.size, ground)
        paper.paste(upright.convert("L"), mask=upright.getchannel("A"))
        return np.asarray(paper)
    except DAMAGE as error:
        raise _damaged(name) from error


def ink(picture: Image.Image, name: str) -> float | None:
    """The mean grey level of what is not transparent; None if nothing is transparent."""
    try:
        if picture.mode.startswith("I") or not picture.has_transparency_data:
            return None
        shown = picture.convert("RGBA")
        grey, cover = (np.asarray(part, np.float32) for part in (shown.convert("L"), shown.getchannel("A")))
    except DAMAGE as error:
        raise _damaged(name) from error
    return float((grey * cover).sum() / cover.sum()) if 0 < cover.mean() < 255 else None


def _damaged(name: str) -> Refused:
    return Refused(f"{name} is damaged or cut short. Take it out of the archive, or make it again.")
