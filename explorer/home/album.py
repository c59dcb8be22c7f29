"""Some test digits at full size with their exact posteriors, so that picking one asks nobody.

The other payloads hold every test digit, but as thumbnails and with rounded codes: good enough for a point on a plane, not for
numbers that a reader may compute again.
"""

import functools
from typing import Any

import numpy as np

from explorer.browser.assets import Body, pack
from explorer.models.trained import Trained
from vae.model.posterior import Posterior

EXAMPLES = 20  # of each class: about 40 kB on the wire
DIGITS = 6  # of a posterior's numbers


@functools.lru_cache(maxsize=2)
def album(*models: Trained) -> Body:
    """The first test images of each class: pixels (M, H * W), labels (M), indices (M), and each model's posterior of each."""
    test = models[0].data.test
    labels = test.labels.numpy()
    chosen = np.concatenate([np.flatnonzero(labels == label)[:EXAMPLES] for label in range(len(models[0].data.classes))])
    arrays = {"pixels": test.images.numpy()[chosen].reshape(len(chosen), -1), "labels": labels[chosen].astype(np.uint8)}
    posteriors = [[encoded(model.posterior, i) for i in chosen.tolist()] for model in models]
    return Body(pack(arrays, indices=chosen.tolist(), posteriors=posteriors))


def page(index: int, *models: Trained) -> dict[str, Any]:
    """One test image as the album has it, whichever it is."""
    test = models[0].data.test
    return {
        "index": index,
        "label": int(test.labels[index]),
        "pixels": test.images[index].flatten().tolist(),
        "posteriors": [encoded(model.posterior, index) for model in models],
    }


def encoded(posterior: Posterior, i: int) -> dict[str, Any]:
    """What an encoder says of one image: mean and log variance (D), the latter None for an autoencoder."""
    log_variance = None if posterior.log_variance is None else _short(posterior.log_variance[i].tolist())
    return {"mean": _short(posterior.mean[i].tolist()), "logVariance": log_variance}


def _short(values: list[float]) -> list[float]:
    return [float(f"{value:.{DIGITS}g}") for value in values]
