"""Peak signal-to-noise ratio, 10 log10(1 / mean squared error): decibels, for pixels from 0 to 1. 10 dB more are a tenth of the error."""

import torch
from torch import Tensor


def psnr(images: Tensor, clean: Tensor) -> Tensor:
    """Of each image of (N, ...) against the clean one, (N,) decibels; infinite where nothing differs."""
    return _decibels((images - clean).double().square().flatten(1).mean(1))


def of_error(squared_error: float, pixels: int) -> float:
    """From an image's squared error, summed over its pixels."""
    return float(_decibels(torch.tensor(squared_error / pixels, dtype=torch.float64)))


def _decibels(mean_squared_error: Tensor) -> Tensor:
    return -10 * mean_squared_error.log10()
