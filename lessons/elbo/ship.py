"""What the lesson on the ELBO ships, and the command that makes it again."""

from lessons.elbo import linear_gaussian

SHIPS = {"elbo": ("fit probabilistic PCA to the training digits (a few seconds of a core)", linear_gaussian.write)}
