"""What the lesson on GANs ships, and the command that makes it again."""

from lessons.gan import models

SHIPS = {"gan": ("train and measure the GANs and VAEs of the lesson on GANs (four minutes of a core)", models.write)}
