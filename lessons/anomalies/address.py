"""What the address of /anomalies carries."""

from explorer.page.address import Address
from explorer.page.parameters import OneOf, Strokes, Whole
from explorer.page.strokes import DRAWING
from lessons.anomalies import screen
from lessons.anomalies.models import SCORES

ADDRESS = Address(
    OneOf("anomalies_kind", "held-out", widget="selectbox", allowed=screen.kinds, what="kind of anomaly"),
    OneOf("anomalies_score", "vae-error", widget="selectbox", allowed=tuple(SCORES), what="score"),
    Whole("anomalies_at", 5, told="at", high=screen.STEPS - 1),
    Strokes(DRAWING, (), told="drawing"),
)
