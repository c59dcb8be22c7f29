"""A sample with the same share of each class, where there are more images than are used."""

import numpy as np

SEED = 0


def quotas(counts: np.ndarray, most: int) -> np.ndarray:
    """How many of each class are used: counts (K,) scaled to the sum `most`, by largest remainders, so each is within 1 of its exact share."""
    if counts.sum() <= most:
        return counts
    exact = counts * (most / counts.sum())
    whole = np.floor(exact).astype(np.int64)
    rest = np.argsort(whole - exact, kind="stable")[: most - int(whole.sum())]
    whole[rest] += 1
    return whole


def stratified(classes: np.ndarray, most: int) -> np.ndarray:
    """Which of the images with these classes (N,) are used (N,) bool: at most so many, of each class its share, drawn from a fixed seed."""
    draw = np.random.default_rng(SEED)
    used = np.zeros(len(classes), bool)
    each, counts = np.unique(classes, return_counts=True)
    for one, quota in zip(each, quotas(counts, most), strict=True):
        used[draw.choice(np.flatnonzero(classes == one), quota, replace=False)] = True
    return used
