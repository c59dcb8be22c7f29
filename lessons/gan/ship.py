"""What the lesson on GANs ships, and the commands that make it again."""

from lessons.gan import classifier, models

SHIPS = {
    "classifier": (
        "train the classifier of digits that judges generated pictures (a quarter of a minute of a core)",
        classifier.write,
    ),
    "gan": ("train and measure the GANs and VAEs of the lesson on GANs (four minutes of a core)", models.write),
}
