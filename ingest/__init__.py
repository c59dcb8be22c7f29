"""Images and models that users bring: turns bytes into checked grey images or weights, or says in a sentence what is wrong.

    brought = ingest.read([("leaves.zip", contents)])

Where a file may be meant in several ways the likeliest is taken and said, `brought.offers` names the others, and reading again with `Choices` takes
one of them. No file is trusted: headers are read first, and every size is checked before memory is allocated. Archives are never unpacked to disk, and
nothing is unpickled. The package knows neither the screen nor the store.
"""

from ingest.brought import Brought, inverted
from ingest.choices import BLACK, NO_LABELS, WHITE, Choices, Offers
from ingest.levels import Levels, Unclear
from ingest.limits import FEWEST_IMAGES, MOST_IMAGES, SIDE, Refused, most_bytes
from ingest.model.files import BroughtModel
from ingest.reading import read

__all__ = [
    "BLACK",
    "FEWEST_IMAGES",
    "MOST_IMAGES",
    "NO_LABELS",
    "SIDE",
    "WHITE",
    "Brought",
    "BroughtModel",
    "Choices",
    "Levels",
    "Offers",
    "Refused",
    "Unclear",
    "inverted",
    "most_bytes",
    "read",
]
