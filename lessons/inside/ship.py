"""What the lesson that looks inside ships, and the command that makes it again."""

from lessons.inside import models

SHIPS = {
    "inside": (
        "train the convolutional and the small dense VAE that are looked into (three minutes of a core)",
        models.write,
    ),
}
