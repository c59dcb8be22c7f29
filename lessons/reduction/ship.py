"""What the lesson on sums and means ships, and the command that makes it again."""

from lessons.reduction import models

SHIPS = {"reduction": ("train the three models of the lesson on sums and means (two minutes of a core)", models.write)}
