"""An archive of pictures: each picture becomes an image, and its folder is its class."""

from pathlib import PurePosixPath

import numpy as np

from ingest import pictures, scale
from ingest.archive import Archive
from ingest.brought import Brought, assemble
from ingest.limits import MOST_PIXELS_TOGETHER, SIDE, Refused, check_count


def read(archive: Archive) -> Brought:
    """All pictures of the archive in the order of their names. They may differ in size: each is scaled by itself."""
    members = sorted(archive.members, key=lambda info: info.filename)
    check_count(len(members))
    pixels = np.empty((len(members), SIDE, SIDE), np.uint8)
    sizes, together = set(), 0
    for place, info in zip(pixels, members, strict=True):
        picture = pictures.open_picture(archive.contents(info), info.filename)
        sizes.add(picture.size)
        together += picture.width * picture.height
        if together > MOST_PIXELS_TOGETHER:
            raise Refused(
                f"The pictures have more than {MOST_PIXELS_TOGETHER:,} pixels together. Shrink them first, or send fewer."
            )
        place[:] = scale.fit(pictures.grey(picture, info.filename))
    return assemble(pixels, _folders([info.filename for info in members]), _told(len(members), sizes))


def _folders(names: list[str]) -> list[str] | None:
    """The folder of each picture; None if some are not in a folder."""
    folders = [PurePosixPath(name.replace("\\", "/")).parent.name for name in names]
    return folders if all(folders) and len(set(folders)) > 1 else None


def _told(count: int, sizes: set[tuple[int, int]]) -> list[str]:
    words = sorted((f"{width:,} \u00d7 {height:,}", width * height) for width, height in sizes)
    words.sort(key=lambda each: each[1])
    if len(words) == 1:
        size = f"{count:,} pictures of {words[0][0]} pixels."
    else:
        size = f"{count:,} pictures of {len(words)} sizes, from {words[0][0]} to {words[-1][0]} pixels."
    return [size] if sizes == {(SIDE, SIDE)} else [size, scale.HOW]
