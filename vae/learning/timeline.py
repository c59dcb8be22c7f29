"""A training run to replay: codes and decoder weights at some moments, evenly spaced in log time, in one safetensors file.

images_seen      (T,)          int64
codes            (T, N, D)     float16, posterior means of the first 2,000 test images
decoder.<name>   (T, ...)      float16, one stack for each tensor of the decoder
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from vae.errors import CheckpointError
from vae.learning.records import Record
from vae.model.networks import Autoencoder

FILE = "timeline.safetensors"
MOMENTS = 24


class TimelineMoment(NamedTuple):
    """One moment of a run: the number of images seen, the codes, and the decoder's weights."""

    images_seen: int
    codes: Tensor  # (N, D)
    decoder: dict[str, Tensor]


def shares(images: int, batch_size: int, moments: int = MOMENTS) -> list[float]:
    """At which shares of the budget to record: at the start, then evenly spaced in the logarithm from two steps to the end."""
    first = min(1.0, 2 * batch_size / images)
    return [0.0, *(first ** (1 - i / (moments - 2)) for i in range(moments - 1))]


def moment(model: Autoencoder, record: Record) -> TimelineMoment:
    """The moment of a model at a record that has a snapshot."""
    assert record.snapshot is not None
    weights = {name: weight.detach().half() for name, weight in model.decoder.state_dict().items()}
    return TimelineMoment(record.images_seen, record.snapshot.codes.half(), weights)


def to_bytes(moments: Sequence[TimelineMoment]) -> bytes:
    """The content of the file."""
    stacks = {f"decoder.{name}": torch.stack([m.decoder[name] for m in moments]) for name in moments[0].decoder}
    codes = torch.stack([m.codes for m in moments])
    return safetensors.torch.save({"images_seen": torch.tensor([m.images_seen for m in moments]), "codes": codes, **stacks})


def load(folder: Path) -> list[TimelineMoment]:
    """The timeline of a checkpoint; CheckpointError if it is missing or damaged."""
    try:
        stacks = safetensors.torch.load((folder / FILE).read_bytes())
        seen, codes = stacks.pop("images_seen").tolist(), stacks.pop("codes").float()
    except (OSError, KeyError, ValueError, safetensors.SafetensorError) as error:
        raise CheckpointError(f"The checkpoint {folder.name} has no readable {FILE}.") from error
    return [
        TimelineMoment(images, codes[i], {name.removeprefix("decoder."): stack[i].float() for name, stack in stacks.items()})
        for i, images in enumerate(seen)
    ]
