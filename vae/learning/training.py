"""Training, step by step or as a generator of small frozen records for tests, command lines and progress bars.

Models are trained with Adam. Its learning rate rises in a line, then falls to zero in a parabola; the weight of the KL rises over the
first part of the training. The data set is one tensor in memory, on the device that trains; matrix products use bfloat16 with float32 parameters, and losses are
computed only for records. The budget counts images, not seconds, so one seed gives one model on a busy machine too.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from math import ceil, isfinite

import torch
from torch import Tensor

from vae import corruption, hardware
from vae.checks import check_integer
from vae.data import Dataset, Split
from vae.errors import Diverged, SpecError
from vae.hardware import CPU
from vae.learning.learner import Learner
from vae.learning.records import Change, GameLosses, Losses, Record, Step
from vae.learning.settings import TrainingSettings
from vae.learning.watch import Watch, look
from vae.model.networks import Autoencoder, Network, build_network, with_encoder
from vae.model.spec import ModelSpec

SEEDS = 2**31  # seeds that each run has for the noise on its inputs: more than its steps
SHARED = ("dataset", "images", "batch_size", "seed", "pixels")  # settings that must be the same for models trained together

RecordTimes = int | Sequence[float]  # the number of records, evenly spaced, or the shares of the budget at which to take one


def prepare(spec: ModelSpec, settings: TrainingSettings, data: Dataset) -> Autoencoder:
    """Initialise a model for that data: weights from the seed, the output bias from the training mean, the prior from training images.

    SpecError if that kind of model has no encoder; see `prepare_network`.
    """
    return with_encoder(prepare_network(spec, settings, data))


def prepare_network(spec: ModelSpec, settings: TrainingSettings, data: Dataset) -> Network:
    """The same as `prepare`, for any kind of model."""
    if spec.image_shape != data.image_shape:
        raise SpecError(f"image_shape is {spec.image_shape}; the images of {data.name} are {data.image_shape}.")
    if spec.classes not in (0, len(data.classes)):
        raise SpecError(f"classes is {spec.classes}; {data.name} has {len(data.classes)}. Set it to that, or to 0.")
    model = build_network(spec, settings.seed, mean_image(data.train))
    if spec.prior_size:
        some = torch.randperm(len(data.train), generator=torch.Generator().manual_seed(settings.seed))[: spec.prior_size]
        model.prior.start(data.train.pixels(some))
    return model


def mean_image(split: Split) -> Tensor:
    """The mean image (C, H, W) in [0, 1]. Summing in parts is ten times faster than converting the whole set to float32."""
    sums = [part.float().sum(0) for part in split.images.split(1_000)]
    return torch.stack(sums).sum(0) / (255 * len(split))


def train(
    model: Network,
    settings: TrainingSettings,
    data: Dataset,
    records: RecordTimes = 40,
    snapshots: bool = False,
    place: torch.device = CPU,
) -> Iterator[Record]:
    """Train the model in place. Yields a record before the first step, then `records` evenly spaced ones.

    `records` may also be shares of the budget, from 0 to 1, at which to yield one.

    To stop, close the generator: the model keeps its current weights. Raises Diverged if a loss is no longer finite; the model then
    has the weights of the last record again.
    """
    for (record,) in train_together([model], [settings], data, records, snapshots, place):
        yield record


def train_together(
    models: Sequence[Network],
    settings: Sequence[TrainingSettings],
    data: Dataset,
    records: RecordTimes = 40,
    snapshots: bool = False,
    place: torch.device = CPU,
) -> Iterator[tuple[Record, ...]]:
    """Train several models step by step on the same batches. Yields tuples with a record of each model.

    Data set, budget, batch size, seed and pixels must be the same; other settings may differ. Models with the same number of
    latent dimensions get the same noise. If one diverges, all stop.
    """
    training = Training(models, settings, data, snapshots, place=place)
    stops = training.stops(records)
    while True:
        if training.taken in stops:
            yield training.record()
        if training.done:
            return
        training.step()


class Training:
    """Models that are trained together, one batch at a time. The caller decides when to step, to record, to change settings, and to stop.

    Recording changes nothing. `start` resumes a run after that many images: the models keep their weights, and schedules, order of
    the data and noise continue. With `adam`, the result of the method of that name at that moment, the run is the same as an
    uninterrupted one, bit for bit. Without it Adam starts afresh, which disturbs the next few dozen steps.

    `place` is the device that trains. The data set goes there once, and random numbers are drawn there; the models themselves stay on the
    CPU, and have the trained weights at every record. One seed gives the same model bit for bit on the CPU only: on a GPU order and
    noise come from its own generators, which give other numbers.
    """

    def __init__(
        self,
        models: Sequence[Network],
        settings: Sequence[TrainingSettings],
        data: Dataset,
        snapshots: bool = False,
        start: int = 0,
        adam: Sequence[Mapping[str, Tensor]] | None = None,
        place: torch.device = CPU,
    ):
        if len(models) != len(settings) or not models:
            raise ValueError("Training needs as many settings as models, and at least one.")
        for model, its in zip(models, settings, strict=True):
            its.check_fit(model.spec.traits)
        common = settings[0]
        for other in settings[1:]:
            for name in SHARED:
                if getattr(other, name) != getattr(common, name):
                    raise SpecError(f"{name} must be the same for models trained together.")

        self._place, self._seed = place, common.seed
        self._grey = data.train.images.flatten(1).to(place)  # (N, C, H, W) -> (N, P), levels 0..255
        self._labels = data.train.labels.to(place)
        self.batch = min(common.batch_size, len(self._grey))
        self.steps = ceil(common.images / self.batch)
        self.taken = 0
        self._dynamic = common.pixels == "dynamic"
        self._order = _batches(len(self._grey), self.batch, hardware.generator(place, common.seed), place)
        self._pixels = hardware.generator(place, common.seed + 4)
        self._compute = torch.bfloat16 if hardware.bfloat16_is_fast(place) else torch.float32
        self._learners = [Learner(*pair, self.batch, self._compute, place) for pair in zip(models, settings, strict=True)]
        self._good = [learner.weights() for learner in self._learners]
        self._watch = Watch(data, snapshots, common, place)
        self._plans = {learner.noise_plan: learner.noise_shape for learner in self._learners if learner.noise_plan}
        self._noises = {plan: hardware.generator(place, common.seed + 1) for plan in self._plans}
        self._elapsed = self._stepping = 0.0
        self._pass_over(start)
        for learner, moments in zip(self._learners, adam or (), strict=adam is not None):
            learner.take_up(moments)

    @property
    def images_seen(self) -> int:
        return self.taken * self.batch

    @property
    def done(self) -> bool:
        """Whether the budget is spent."""
        return self.taken >= self.steps

    def stops(self, records: RecordTimes) -> set[int]:
        """The numbers of steps after which to take a record."""
        if isinstance(records, int):
            check_integer("records", records, 1, 100_000)
            records = [i / records for i in range(records + 1)]
        if not records or not all(0 <= share <= 1 for share in records):
            raise SpecError(f"records is {records!r}; it must be shares of the budget, each from 0 to 1.")
        return {round(self.steps * share) for share in records}

    def step(self) -> None:
        """One batch for every model."""
        began, worked = time.perf_counter(), time.thread_time()
        self._learn(*self._draw(), self._noise())
        self._stepping += time.thread_time() - worked
        self._elapsed += time.perf_counter() - began

    def step_and_compare(self) -> tuple[Step, ...]:
        """One batch for every model. Returns each term of the objective before and after it, with the beta of this moment."""
        began, taken = time.perf_counter(), self.taken
        progress = taken / self.steps
        batch, noises = self._draw(), self._noise()
        before = self._terms(*batch, noises, taken)
        self._learn(*batch, noises)
        after = self._terms(*batch, noises, taken)
        self._elapsed += time.perf_counter() - began
        return tuple(
            Step(
                self.images_seen,
                learner.settings.learning_rate_at(progress),
                learner.settings.beta_at(progress),
                **{on: Change(first[on], then[on]) for on in first},
            )
            for learner, first, then in zip(self._learners, before, after, strict=True)
        )

    def change(self, beta: float | None = None, learning_rate: float | None = None) -> None:
        """Change the final KL weight or the peak learning rate from here on; None leaves it as it is.

        The schedules keep their shape: beta continues on the ramp to its new value, and the new peak scales the learning rate of all
        further steps. Raises SpecError, and changes nothing, if a value is out of range.
        """
        changed = [learner.changed(beta, learning_rate) for learner in self._learners]
        for learner, settings in zip(self._learners, changed, strict=True):
            learner.settings = settings

    def adam(self) -> tuple[dict[str, Tensor], ...]:
        """Adam's moments for each model, to resume with."""
        return tuple(learner.adam() for learner in self._learners)

    def record(self) -> tuple[Record, ...]:
        """A record of each model at this moment; the models then have the current weights. Raises Diverged if a loss is not finite.

        In that case the models have the weights of the last record again, or their first ones.
        """
        began, progress = time.perf_counter(), self.taken / self.steps
        for learner in self._learners:
            learner.write_back()
        records = tuple(
            Record(
                images_seen=self.images_seen,
                epoch=self.images_seen / len(self._grey),
                learning_rate=learner.settings.learning_rate_at(progress),
                beta=learner.settings.beta_at(progress),
                elapsed=self._elapsed + time.perf_counter() - began,
                training=self._watch.losses("training", learner.twin, learner.settings, learner.settings.beta, self._compute),
                validation=self._watch.losses(
                    "validation", learner.twin, learner.settings, learner.settings.beta, self._compute
                ),
                snapshot=self._watch.snapshot(learner.twin, learner.settings, self._compute),
                stepping=self._stepping,
            )
            for learner in self._learners
        )
        self._keep_if_finite(records)
        self._elapsed += time.perf_counter() - began
        return records

    def _draw(self) -> tuple[Tensor, Tensor]:
        """The next batch: grey levels (B, P) uint8 and labels (B,)."""
        chosen = next(self._order)
        levels, labels = self._grey.index_select(0, chosen), self._labels.index_select(0, chosen)
        if self._dynamic:
            levels = torch.empty_like(levels).random_(0, 255, generator=self._pixels).lt_(levels).mul_(255)
        return levels, labels

    def _noise(self) -> dict[tuple[float, ...], Tensor]:
        """The epsilon of the next step, by the learners' plan: models that need as much of it get the same."""
        progress, draws = self.taken / self.steps, self._noises.items()
        return {plan: torch.randn(self._plans[plan](progress), generator=its, device=self._place) for plan, its in draws}

    def _inputs(self, images: Tensor, step: int) -> dict[tuple[str, float], Tensor | None]:
        """What encoders get at a step in place of the images, by kind and level of the noise on it; None for the images themselves.

        Each step has a seed of its own, so a resumed run need not draw the noise of the steps before.
        """
        kinds = {learner.corruption for learner in self._learners}
        seed = SEEDS * (self._seed + 1) + step
        return {kind: None if kind[0] == corruption.NONE else corruption.corrupt(images, *kind, seed) for kind in kinds}

    def _learn(self, levels: Tensor, labels: Tensor, noises: Mapping[tuple[float, ...], Tensor]) -> None:
        """One step of each model: what they have in common is computed once."""
        images = levels.to(self._compute).mul_(1 / 255)  # 0..1
        inputs = self._inputs(images, self.taken)
        for learner in self._learners:
            learner.step(images, labels, noises.get(learner.noise_plan), self.taken / self.steps, inputs[learner.corruption])
        self.taken += 1

    def _terms(
        self, levels: Tensor, labels: Tensor, noises: Mapping[tuple[float, ...], Tensor], taken: int
    ) -> list[dict[str, Losses | GameLosses]]:
        """The losses of each model on a batch, with its first sample of noise, and on the watched images; `taken` steps came before."""
        found = []
        for learner in self._learners:
            learner.write_back()
            model, settings, noise = learner.twin, learner.settings, noises.get(learner.noise_plan)
            beta = settings.beta_at(taken / self.steps)
            images = (levels.float() / 255).view(-1, *model.spec.image_shape)  # (B, P) -> (B, C, H, W)
            epsilon = images.new_zeros(1) if noise is None else noise if noise.dim() == 2 else noise[0]
            terms = {split: self._watch.losses(split, model, settings, beta) for split in ("training", "validation")}
            batch = look(model.given(labels), images, epsilon, beta, self._inputs(images, taken)[learner.corruption])
            found.append({"batch": batch, **terms})
        return found

    def _keep_if_finite(self, records: Sequence[Record]) -> None:
        """Keep the weights if the records are finite; otherwise restore those kept before and raise Diverged."""
        for record, learner in zip(records, self._learners, strict=True):
            if isfinite(record.training.total) and isfinite(record.validation.total):
                continue
            for other, weights in zip(self._learners, self._good, strict=True):
                other.model.load_state_dict(weights)
            raise Diverged(
                f"The loss is no longer finite after {record.images_seen:,} images with learning rate "
                f"{learner.settings.learning_rate:g} and beta {learner.settings.beta:g}. The weights of the moment before were "
                "kept. Try a smaller learning rate."
            )
        self._good = [learner.weights() for learner in self._learners]

    def _pass_over(self, start: int) -> None:
        """Draw the random numbers of the steps before `start`, and discard them."""
        check_integer("start", start, 0, self.steps * self.batch)
        if start % self.batch:
            raise SpecError(f"start is {start}; it must be a multiple of the {self.batch} images of a batch.")
        while self.taken < start // self.batch:
            if self._dynamic:
                self._draw()
            else:
                next(self._order)
            self._noise()
            self.taken += 1


def _batches(images: int, batch: int, generator: torch.Generator, place: torch.device) -> Iterator[Tensor]:
    """The indices of one batch after another: a new permutation in each epoch, without its incomplete last batch."""
    while True:
        permutation = torch.randperm(images, generator=generator, device=place)
        yield from permutation[: images - images % batch].split(batch)
