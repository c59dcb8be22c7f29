"""Training as a generator of small frozen records: a test, a command line, a progress bar and a page consume the same one.

The recipe: Adam with a linear warm-up and a parabolic decay to zero over a budget of images, the KL weight rising over the first
part of it, the data set as one tensor in memory, bfloat16 products with float32 parameters, and no loss computed at
steps nobody looks at. A budget is images seen, not seconds: one seed gives one model, however busy the machine.
Dense models take their steps in `vae.engine`, all others through autograd.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import ceil, isfinite

import torch
from torch import Tensor

from vae.data import Dataset, Split
from vae.engine import ADAM_BETAS, Engine, supports
from vae.errors import Diverged, SpecError
from vae.hardware import bfloat16_is_fast
from vae.models import Autoencoder, ModelSpec, build, check_integer
from vae.objectives import objective, training_loss
from vae.records import Losses, Record, Snapshot
from vae.settings import TrainingSettings

WATCHED_IMAGES = 1_000  # of each split, for the losses on a record
SNAPSHOT_CODES = 2_000
SNAPSHOT_PICTURES = 8
SHARED = ("dataset", "images", "batch_size", "seed", "pixels")  # what models trained together must agree in

Moments = int | Sequence[float]  # how many records, evenly spaced; or the shares of the budget at which there is one


def prepare(spec: ModelSpec, settings: TrainingSettings, data: Dataset) -> Autoencoder:
    """A fresh model for that data, initialised from the settings' seed, its output bias at the training mean."""
    if spec.image_shape != data.image_shape:
        raise SpecError(f"image_shape is {spec.image_shape}; the images of {data.name} are {data.image_shape}.")
    return build(spec, settings.seed, mean_image(data.train))


def mean_image(split: Split) -> Tensor:
    """The mean image (C, H, W) in [0, 1]. Summed part by part: ten times faster than the whole set as float32 at once."""
    sums = [part.float().sum(0) for part in split.images.split(1_000)]
    return torch.stack(sums).sum(0) / (255 * len(split))


def train(
    model: Autoencoder, settings: TrainingSettings, data: Dataset, records: Moments = 40, snapshots: bool = False
) -> Iterator[Record]:
    """Train the model in place, yielding a record before the first step, then `records` evenly spaced ones.

    Given as shares of the budget, 0 to 1, records come at those moments instead.

    Stop by closing the generator: the model keeps the weights of that moment. Raises Diverged, with the weights of the
    last record back in place, when a loss is no longer finite.
    """
    for (record,) in train_together([model], [settings], data, records, snapshots):
        yield record


def train_together(
    models: Sequence[Autoencoder],
    settings: Sequence[TrainingSettings],
    data: Dataset,
    records: Moments = 40,
    snapshots: bool = False,
) -> Iterator[tuple[Record, ...]]:
    """Train several models in lockstep on the same batches, yielding a tuple with each model's record.

    The settings must agree in data set, budget, batch size, seed and pixels; all else may differ. Models that have the
    same latent dimensions get the same noise. One Diverged stops them all.
    """
    if len(models) != len(settings) or not models:
        raise ValueError("train_together needs as many settings as models, and at least one.")
    common = settings[0]
    for other in settings[1:]:
        for name in SHARED:
            if getattr(other, name) != getattr(common, name):
                raise SpecError(f"{name} must be the same for models trained together.")

    grey = data.train.images.flatten(1)  # (N, C, H, W) -> (N, P)
    batch = min(common.batch_size, len(grey))
    steps = ceil(common.images / batch)
    stops = {round(steps * share) for share in _shares(records)}
    order = _batches(len(grey), batch, torch.Generator().manual_seed(common.seed))
    compute = torch.bfloat16 if bfloat16_is_fast() else torch.float32
    learners = [_Learner(model, setting, batch, compute) for model, setting in zip(models, settings, strict=True)]
    watch = _Watch(data, snapshots, common)
    pixels = torch.Generator().manual_seed(common.seed + 4)

    clock, stepping, resumed = _Stopwatch(), 0.0, time.thread_time()
    for step in range(steps + 1):
        if step in stops:
            stepping += time.thread_time() - resumed
            moment = _record_all(learners, watch, step, steps, batch, clock, stepping)
            with clock.stopped():
                yield moment
            resumed = time.thread_time()
        if step < steps:
            images = grey.index_select(0, next(order))  # (B, P), grey levels 0..255
            if common.pixels == "dynamic":
                images = torch.empty_like(images).random_(0, 255, generator=pixels).lt_(images).mul_(255)
            images = images.to(compute).mul_(1 / 255)  # 0..1
            for learner in learners:
                learner.step(images, step / steps)


def _shares(records: Moments) -> list[float]:
    if isinstance(records, Sequence):
        if not records or not all(0 <= share <= 1 for share in records):
            raise SpecError(f"records is {records!r}; it must be shares of the budget, each from 0 to 1.")
        return list(records)
    check_integer("records", records, 1, 100_000)
    return [i / records for i in range(records + 1)]


class _Stopwatch:
    """Seconds spent inside the generator: the time a consumer holds a record is not training time."""

    def __init__(self) -> None:
        self._start = time.perf_counter()

    def seconds(self) -> float:
        return time.perf_counter() - self._start

    @contextmanager
    def stopped(self) -> Iterator[None]:
        left = time.perf_counter()
        yield
        self._start += time.perf_counter() - left


def _batches(images: int, batch: int, generator: torch.Generator) -> Iterator[Tensor]:
    """Indices of one batch after another; a new permutation each epoch, its incomplete last batch left out."""
    while True:
        permutation = torch.randperm(images, generator=generator)
        yield from permutation[: images - images % batch].split(batch)


class _Autograd:
    """Steps for any model and objective: autograd and Adam on the model itself, bfloat16 products through autocast."""

    def __init__(self, model: Autoencoder, settings: TrainingSettings):
        self.model, self.settings = model, settings
        self.optimizer = torch.optim.AdamW(
            model.parameters(), lr=0.0, betas=ADAM_BETAS, weight_decay=settings.weight_decay, fused=True
        )

    def step(self, images: Tensor, noise: Tensor | None, beta: float, learning_rate: float) -> None:
        self.optimizer.param_groups[0]["lr"] = learning_rate
        images = images.view(-1, *self.model.spec.image_shape)  # (B, P) -> (B, C, H, W)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=images.dtype == torch.bfloat16):
            loss = training_loss(self.model, images, noise, beta, self.settings.free_bits)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()

    def write_back(self) -> None:
        """Nothing to do: the steps change the model itself."""


class _Learner:
    """One model with its schedule, noise and last good weights."""

    def __init__(self, model: Autoencoder, settings: TrainingSettings, batch: int, compute: torch.dtype):
        self.model, self.settings = model, settings
        samples = 1 if model.spec.kind == "ae" else settings.importance_samples
        by_hand = supports(model) and (model.spec.kind == "ae" or settings.free_bits == 0)
        self.stepper = Engine(model, batch, compute, settings.weight_decay, samples) if by_hand else _Autograd(model, settings)
        self.noise = torch.Generator().manual_seed(settings.seed + 1)
        self.good = self._weights()

    def step(self, images: Tensor, progress: float) -> None:
        noise = None if self.model.spec.kind == "ae" else self._noise(len(images))
        self.stepper.step(images, noise, self.settings.beta_at(progress), self.settings.learning_rate_at(progress))

    def _noise(self, images: int) -> Tensor:
        """epsilon (B, D), or (K, B, D) for K importance samples."""
        samples = self.settings.importance_samples
        shape = (images, self.model.spec.latent_dim)
        return torch.randn(*((samples, *shape) if samples > 1 else shape), generator=self.noise)

    def keep_if_finite(self, record: Record) -> None:
        """Remember the weights behind a finite record; put the remembered ones back and raise Diverged otherwise."""
        if isfinite(record.training.total) and isfinite(record.validation.total):
            self.good = self._weights()
            return
        self.model.load_state_dict(self.good)
        raise Diverged(
            f"The loss is no longer finite after {record.images_seen:,} images with learning rate "
            f"{self.settings.learning_rate:g} and beta {self.settings.beta:g}. The weights of the moment before were kept. "
            "Try a smaller learning rate."
        )

    def _weights(self) -> dict[str, Tensor]:
        return {name: value.clone() for name, value in self.model.state_dict().items()}


class _Watch:
    """The fixed inputs on which every record of a run is measured."""

    def __init__(self, data: Dataset, snapshots: bool, settings: TrainingSettings):
        self.data, self.seed = data, settings.seed
        first = slice(WATCHED_IMAGES)
        self.first = {"training": data.train.pixels(first), "validation": data.validation.pixels(first)}
        if settings.pixels == "dynamic":
            pixels = torch.Generator().manual_seed(self.seed + 5)
            self.first = {split: torch.bernoulli(images, generator=pixels) for split, images in self.first.items()}
        self.probe = data.test.pixels(slice(SNAPSHOT_CODES)) if snapshots else None

    @torch.no_grad()
    def losses(self, split: str, learner: _Learner) -> Losses:
        images, model = self.first[split], learner.model
        noise = torch.randn(len(images), model.spec.latent_dim, generator=torch.Generator().manual_seed(self.seed + 2))
        terms = objective(model, images, noise, learner.settings.beta)
        kl, kl_per_dim = terms.kl, terms.kl_per_dim
        return Losses(
            float(terms.reconstruction),
            None if kl is None else float(kl),
            None if kl_per_dim is None else tuple(kl_per_dim.tolist()),
            float(terms.loss),
        )

    @torch.no_grad()
    def snapshot(self, model: Autoencoder) -> Snapshot | None:
        if self.probe is None:
            return None
        noise = torch.randn(SNAPSHOT_PICTURES, model.spec.latent_dim, generator=torch.Generator().manual_seed(self.seed + 3))
        codes = model.encode(self.probe).mean
        pictures = model.expected_image(model.decode(torch.cat([codes[:SNAPSHOT_PICTURES], noise])))
        return Snapshot(codes, pictures[:SNAPSHOT_PICTURES], pictures[SNAPSHOT_PICTURES:])


def _record_all(
    learners: list[_Learner], watch: _Watch, step: int, steps: int, batch: int, clock: _Stopwatch, stepping: float
) -> tuple[Record, ...]:
    records = []
    for learner in learners:
        learner.stepper.write_back()
        progress = step / steps
        record = Record(
            images_seen=step * batch,
            epoch=step * batch / len(watch.data.train),
            learning_rate=learner.settings.learning_rate_at(progress),
            beta=learner.settings.beta_at(progress),
            elapsed=clock.seconds(),
            training=watch.losses("training", learner),
            validation=watch.losses("validation", learner),
            snapshot=watch.snapshot(learner.model),
            stepping=stepping,
        )
        learner.keep_if_finite(record)
        records.append(record)
    return tuple(records)
