"""What the lesson from EM to the VAE ships, and the command that makes it again."""

from lessons.em import likeliest

SHIPS = {
    "em": ("find how probable factor analysis can make the digits, by scikit-learn (ten seconds of a core)", likeliest.write)
}
