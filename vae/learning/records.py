"""The records that training yields: small frozen dataclasses."""

from dataclasses import asdict, dataclass, fields
from typing import Any, NamedTuple, Self

from torch import Tensor


@dataclass(frozen=True)
class Losses:
    """The objective's parts on some images, nats per image. total = reconstruction + beta * kl.

    A Record uses the full beta, so that totals of one run can be compared; a Step uses the beta of that moment.
    """

    reconstruction: float
    kl: float | None
    kl_per_dim: tuple[float, ...] | None
    total: float


@dataclass(frozen=True)
class GameLosses:
    """The two losses of a GAN on some images and as many fakes, in nats per image, and the discriminator's answers.

    real, fake   histograms of D(x) and D(G(z)): the share of images in each of SCORE_BINS equal bins from 0 to 1
    """

    discriminator: float
    generator: float
    real: tuple[float, ...]
    fake: tuple[float, ...]

    @property
    def total(self) -> float:
        """The sum, to check that both are finite. It is not an objective: no player minimises it."""
        return self.discriminator + self.generator


SCORE_BINS = 20


class Snapshot(NamedTuple):
    """Outputs of a model for fixed inputs at one moment, float32 on the CPU. A GAN has only samples, 64 of them; the rest is empty."""

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
    elapsed: float  # seconds of training, without the time that the caller takes
    training: Any  # Losses, or GameLosses of a GAN
    validation: Any
    snapshot: Snapshot | None = None
    stepping: float = 0.0  # processor seconds that the training thread spent in steps

    def to_json(self) -> dict[str, Any]:
        """Everything but the snapshot."""
        return {name: value for name, value in asdict(self).items() if name != "snapshot"}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        losses = {split: _losses(data[split]) for split in ("training", "validation")}
        return cls(**{**data, **losses})


class Change(NamedTuple):
    """The objective's parts on the same images and noise, before a step and after it."""

    before: Any  # Losses, or GameLosses of a GAN
    after: Any


@dataclass(frozen=True)
class Step:
    """The effect of one batch on one model."""

    images_seen: int  # after the step
    learning_rate: float  # of this step
    beta: float
    batch: Change  # on the batch itself, with the noise of the step
    training: Change  # on the images that records are measured on
    validation: Change

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        changes = {on: Change(*(_losses(losses) for losses in data[on])) for on in ("batch", "training", "validation")}
        return cls(**{**data, **changes})


def _losses(data: dict[str, Any]) -> Any:
    """Read Losses or GameLosses from stored JSON."""
    tupled: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
    kind = GameLosses if data.keys() == {field.name for field in fields(GameLosses)} else Losses
    return kind(**tupled)
