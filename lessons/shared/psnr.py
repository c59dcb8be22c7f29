"""Peak signal-to-noise ratio of images with pixels from 0 to 1, in decibels: 10 dB more are a tenth of the squared error."""

import torch
from torch import Tensor


def psnr(images: Tensor, clean: Tensor) -> Tensor:
    """Of each image of (N, ...) against the clean one, (N,) decibels."""
    return of_error((images - clean).double().square().flatten(1).sum(1), images[0].numel())


def of_error(squared_error: Tensor | float, pixels: int) -> Tensor:
    """10 log10(1 / mean squared error), from the error summed over an image's pixels; infinite where nothing differs."""
    mean = torch.as_tensor(squared_error, dtype=torch.float64) / pixels
    return -10 * mean.log10()
