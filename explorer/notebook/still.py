"""A picture of a plane for where no widget can live: on a page that shows a notebook, in a file that was printed."""

import io

import numpy as np
import torch
from PIL import Image

from explorer.notebook.subject import Subject

TILES = 12  # across and down
EDGE = 2.5  # how far the picture reaches on each side of the codes' middle, in their standard deviations


def png(subject: Subject) -> bytes:
    """What the decoder draws at evenly spaced codes of the plane that is shown first, as a PNG."""
    mean, std = subject.posterior.mean.mean(0), subject.posterior.mean.std(0)
    across, up = subject.plane_axes
    steps = torch.linspace(-EDGE, EDGE, TILES)
    codes = mean.repeat(TILES, TILES, 1)  # (rows, columns, D), the top row first
    codes[..., across] += steps * std[across]
    if up != across:
        codes[..., up] += steps.flip(0)[:, None] * std[up]
    channels, height, width = subject.shape
    tiles = subject.decode(codes.flatten(0, 1)).reshape(TILES, TILES, channels, height, width)
    whole = tiles.permute(0, 3, 1, 4, 2).reshape(TILES * height, TILES * width, channels)
    levels = (whole * 255).round().to(torch.uint8).numpy()
    file = io.BytesIO()
    Image.fromarray(np.squeeze(levels, 2) if channels == 1 else levels).save(file, "PNG", optimize=True)
    return file.getvalue()
