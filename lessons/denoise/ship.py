"""What the lesson on denoising ships, and the command that makes it again."""

from lessons.denoise import models

SHIPS = {
    "denoise": (
        "train the five models of the lesson on denoising and measure them at every noise (two minutes of a core)",
        models.write,
    ),
}
