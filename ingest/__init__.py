"""Images that users bring: turns bytes into checked grey images, or says in a sentence what is wrong.

    brought = ingest.read([("leaves.zip", contents)])

No file is trusted: headers are read first, and every size is checked before memory is allocated. Archives are never unpacked to disk, and
nothing is unpickled. The package knows neither the screen nor the store.
"""

from ingest.brought import Brought, inverted
from ingest.limits import FEWEST_IMAGES, MOST_BYTES, MOST_IMAGES, SIDE, Refused
from ingest.reading import read

__all__ = ["FEWEST_IMAGES", "MOST_BYTES", "MOST_IMAGES", "SIDE", "Brought", "Refused", "inverted", "read"]
