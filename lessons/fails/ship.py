"""What the lesson on failures ships, and the command that makes it again."""

from lessons.fails import models

SHIPS = {"fails": ("train the failures of the lesson on them, and their mended siblings (a minute of a core)", models.write)}
