"""Images that people bring: bytes in, checked grey images out, or a sentence that says what is wrong.

    brought = ingest.read([("leaves.zip", contents)])

A file is believed in nothing: headers are read first and every size is checked before memory is asked for, archives are never unpacked to
a disk, nothing is unpickled. Knows no screen and no store.
"""

from ingest.brought import Brought, inverted
from ingest.limits import FEWEST_IMAGES, MOST_BYTES, MOST_IMAGES, SIDE, Refused
from ingest.reading import read

__all__ = ["FEWEST_IMAGES", "MOST_BYTES", "MOST_IMAGES", "SIDE", "Brought", "Refused", "inverted", "read"]
