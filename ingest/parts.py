"""Which part of a data set a file holds, by its name: train_images.npy, mnist_test.csv, t10k-labels, X_test, validation/0/7.png."""

import re
from pathlib import PurePosixPath

TRAIN, VALIDATION, TEST = "train", "validation", "test"
NAMES = {
    TRAIN: r"train|training|trn",
    TEST: r"test|testing|t10k|holdout",
    VALIDATION: r"validation|valid|val|dev",
}
WORD = r"(?:^|(?<=[^a-z])|(?<=^[xy])|(?<=[^a-z][xy]))(?:{})(?![a-z])"  # a whole word, or one after x or y, as in xtest
PATTERNS = {part: re.compile(WORD.format(names)) for part, names in NAMES.items()}


def part_of(name: str) -> str:
    """TRAIN, VALIDATION or TEST; "" if the name says none of them. The innermost word counts."""
    for piece in reversed(PurePosixPath(_plain(name)).parts):
        for part, pattern in PATTERNS.items():
            if pattern.search(piece):
                return part
    return ""


def without_part(name: str) -> str:
    """The last piece of a path without its suffix and without the word that names a part: "x" of sub/X_train.npy."""
    piece = PurePosixPath(_plain(name)).stem
    for pattern in PATTERNS.values():
        piece = pattern.sub("", piece)
    return piece.strip(" _-.")


def _plain(name: str) -> str:
    """In lower case, with "/" in paths and a mark between words that only a capital tells apart, as in testImages."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.replace("\\", "/")).lower()
