"""What training yields: small frozen records of a run's moments."""

from dataclasses import asdict, dataclass
from typing import Any, NamedTuple, Self

from torch import Tensor


@dataclass(frozen=True)
class Losses:
    """The objective's parts on some images, nats per image. total = reconstruction + beta * kl.

    In a Record beta is the full one, so that totals can be compared along a run; in a Step it is that of the moment.
    """

    reconstruction: float
    kl: float | None
    kl_per_dim: tuple[float, ...] | None
    total: float


class Snapshot(NamedTuple):
    """What a model does to fixed inputs at one moment, float32 on the CPU."""

    codes: Tensor  # (2000, D)          means of the first test images
    reconstructions: Tensor  # (8, C, H, W)       of the first eight test images
    samples: Tensor  # (8, C, H, W)       decoded from eight fixed draws from the prior


@dataclass(frozen=True)
class Record:
    """One moment of a training run. Losses are measured on the first 1,000 images of each split, with fixed noise."""

    images_seen: int
    epoch: float
    learning_rate: float
    beta: float  # weight of the KL at this moment
    elapsed: float  # seconds since training began, the consumer's own time not counted
    training: Losses
    validation: Losses
    snapshot: Snapshot | None = None
    stepping: float = 0.0  # processor seconds of the training thread in steps: no records, no waiting on a busy machine

    def to_json(self) -> dict[str, Any]:
        """Everything but the snapshot."""
        return {name: value for name, value in asdict(self).items() if name != "snapshot"}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        losses = {split: Losses(**_tupled(data[split])) for split in ("training", "validation")}
        return cls(**{**data, **losses})


class Change(NamedTuple):
    """The objective's parts on the same images and noise, before a step and after it."""

    before: Losses
    after: Losses


@dataclass(frozen=True)
class Step:
    """What one batch did to one model."""

    images_seen: int  # after the step
    learning_rate: float  # that it was taken with
    beta: float
    batch: Change  # on the batch itself, with the noise of the step
    training: Change  # on the images a record is measured on
    validation: Change

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        changes = {
            on: Change(*(Losses(**_tupled(losses)) for losses in data[on])) for on in ("batch", "training", "validation")
        }
        return cls(**{**data, **changes})


def _tupled(losses: dict[str, Any]) -> dict[str, Any]:
    per_dim = losses["kl_per_dim"]
    return {**losses, "kl_per_dim": None if per_dim is None else tuple(per_dim)}
