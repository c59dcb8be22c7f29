"""What the lesson on the conditional VAE ships, and the command that makes it again."""

from lessons.conditional.models import RECIPES, SHELF, measure

SHIPS = {
    "conditional": (
        "train a VAE that is told the class and one that is not (half a minute of a core)",
        lambda: SHELF.train(RECIPES, measure),
    ),
}
