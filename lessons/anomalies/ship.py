"""What the lesson on anomalies ships, and the command that makes it again."""

from lessons.anomalies import models

SHIPS = {
    "anomalies": (
        "train the lesson's two models on nine digits and score what does not belong (a minute of a core)",
        models.write,
    ),
}
