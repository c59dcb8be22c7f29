"""What several lessons share and ship, and the command that makes it again."""

from lessons.shared import pca

SHIPS = {"pca": ("fit the principal components of the training digits (a minute of a core)", pca.write)}
