"""The KL's parts over the training of the models that ship: the runs repeated from their seeds, and measured on the way.

`python -m lessons kl-history` writes the file; it takes the settings from the checkpoints.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from lessons.kl.parts import measured
from lessons.shared.shipping import Shelf
from vae import checkpoints, data
from vae.learning.timeline import shares
from vae.learning.training import prepare, train
from vae.model import latent

SHELF = Shelf("kl", "kl-history")
FILE = "kl_history"
TRACED = ("mnist-vae-2d", "mnist-vae-20d")


class History(NamedTuple):
    """The parts of one model's KL at T moments of its training, on the test set, nats per image."""

    images_seen: list[int]  # (T,)
    parts: Tensor  # (T, 3, D)   in the order of kl_parts.PARTS


def record(name: str) -> History:
    """Train a shipped model again from its seed, and measure its KL's parts at moments spaced evenly in the logarithm."""
    checkpoint = checkpoints.load(checkpoints.SHIPPED / name)
    settings = checkpoint.settings
    dataset = data.load(settings.dataset)
    model = prepare(checkpoint.model.spec, settings, dataset)
    seen, found = [], []
    for moment in train(model, settings, dataset, records=shares(settings.images, settings.batch_size)):
        seen.append(moment.images_seen)
        found.append(measured(latent.encode_split(model, dataset.test)))
    return History(seen, torch.stack(found))


def write(histories: dict[str, History]) -> None:
    """Ship what was measured."""
    contents = {
        name: {"images_seen": seen, "parts": [[[round(v, 4) for v in row] for row in moment] for moment in parts.tolist()]}
        for name, (seen, parts) in histories.items()
    }
    SHELF.write_numbers(FILE, contents)


def load() -> dict[str, History]:
    """The histories that ship, by model; CheckpointError with what to do where the file is missing or damaged."""
    contents = SHELF.numbers(FILE)
    with SHELF.reading(FILE):
        return {name: History(contents[name]["images_seen"], torch.tensor(contents[name]["parts"])) for name in TRACED}
