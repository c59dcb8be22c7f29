"""Some test digits at full size with their exact posteriors, so that picking one asks nobody.

The other payloads hold every test digit, but as thumbnails and with rounded codes: good enough for a point on a plane, not for
numbers that a reader may compute again.
"""

import functools
from typing import Any

import numpy as np
import torch

from explorer.browser.bodies import Body, pack
from explorer.models.trained import Trained
from vae.model import latent
from vae.model.posterior import Posterior

EXAMPLES = 20  # of each class: about 40 kB on the wire
DIGITS = 6  # of a posterior's numbers
WIDE = 100  # test images with the widest posteriors, of which one comes first
DRAWS = 12  # numbered draws that it is chosen by: torch's seeds from 0


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


@functools.lru_cache(maxsize=2)
def widest(*models: Trained) -> int:
    """The test image that comes first, since one sees best with it what epsilon changes.

    Of the images with the widest posteriors (the mean of sigma over the latents), it is the one whose decoded draws differ most: the
    largest sum, over the pixels, of their standard deviation over the draws.
    """
    (model,) = (each for each in models if each.posterior.log_variance is not None)
    mean, std = model.posterior.mean, model.posterior.std
    wide = std.mean(1).topk(min(WIDE, len(std))).indices
    noise = torch.cat([latent.sample_prior(1, mean.shape[1], seed) for seed in range(DRAWS)])
    draws = mean[wide, None] + std[wide, None] * noise  # (WIDE, DRAWS, D)
    images = latent.decode(model.model, draws.flatten(0, 1)).unflatten(0, draws.shape[:2])
    return int(wide[images.std(1, correction=0).flatten(1).sum(1).argmax()])


def encoded(posterior: Posterior, i: int) -> dict[str, Any]:
    """What an encoder says of one image: mean and log variance (D), the latter None for an autoencoder."""
    log_variance = None if posterior.log_variance is None else _short(posterior.log_variance[i].tolist())
    return {"mean": _short(posterior.mean[i].tolist()), "logVariance": log_variance}


def _short(values: list[float]) -> list[float]:
    return [float(f"{value:.{DIGITS}g}") for value in values]
