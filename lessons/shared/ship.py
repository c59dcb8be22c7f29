"""What several lessons share and ship, and the commands that make it again."""

from functools import partial

from lessons.shared import classifier, darts, pca

SHIPS = {
    "pca": ("fit the principal components of the training digits (a minute of a core)", pca.write),
    "classifier": (
        "train the classifier of digits that judges generated pictures (a quarter of a minute of a core)",
        classifier.write,
    ),
    "judge": (
        "train the judge of what darts draw on Home (a quarter of a minute of a core); then `darts`",
        partial(classifier.write, classifier.JUDGE),
    ),
    "darts": ("judge what two decoders make of every dart on Home (two seconds of a core)", darts.write),
}
