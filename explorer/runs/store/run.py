"""What the run store gives: small frozen records of runs and their moments."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from vae.learning.recipes import Recipe
from vae.learning.records import Record, Step

State = Literal["queued", "running", "paused", "done", "stopped", "failed", "interrupted"]
Wanted = Literal["run", "pause", "stop"]
ACTIVE: tuple[State, ...] = ("queued", "running", "paused")
AT_WORK: tuple[State, ...] = ("running", "paused")  # a worker has it
RESUMABLE: tuple[State, ...] = ("stopped", "failed", "interrupted")
INTERRUPTED = "The app or its worker went away while this run was training. It can be resumed from its newest weights."


@dataclass(frozen=True)
class Run:
    """One training run: one or more models trained together."""

    id: str  # 22 characters, unguessable: whoever has it may read the run
    owner: str  # whose it is (explorer/page/owners.py)
    name: str  # "" until named; named runs are kept until they are deleted
    recipes: tuple[Recipe, ...]  # of each model
    state: State
    wanted: Wanted
    images_seen: int
    attempt: int  # how often it was given to a worker; 0 before the first time
    error: str  # a sentence, or ""
    created: datetime  # all times are aware, UTC
    started: datetime | None
    ended: datetime | None
    heartbeat: datetime | None  # last sign of life of the worker
    image_set: str | None = None  # id of its owner's images that it is trained on; None for other data

    @property
    def title(self) -> str:
        """The name, or what is trained, such as "AE + VAE, 2 latents, beta 1"."""
        if self.name:
            return self.name
        kinds = " + ".join(dict.fromkeys(spec.title for spec, _ in self.recipes))
        latents = _listed([spec.latent_dim for spec, _ in self.recipes])
        betas = _listed([settings.beta for spec, settings in self.recipes if spec.traits.kl])
        return f"{kinds}, {latents} latent{'s' * (latents != '1')}" + (f", beta {betas}" if betas else "")

    @property
    def progress(self) -> float:
        """The share of the budget that is spent, 0 to 1."""
        return min(1.0, self.images_seen / self.recipes[0].settings.images)

    @property
    def encodes(self) -> bool:
        """Whether its models have encoders, as every page but its own takes for granted; a GAN has none."""
        return all(spec.traits.encoder for spec, _ in self.recipes)

    @property
    def active(self) -> bool:
        """Whether it is still to be trained: queued, running or paused."""
        return self.state in ACTIVE


def _listed(values: list) -> str:
    return " and ".join(f"{value:g}" for value in dict.fromkeys(values))


@dataclass(frozen=True)
class Moment:
    """One stored moment of a run."""

    index: int  # 0, 1, 2, ... within the run
    records: tuple[Record, ...]  # of each model, without snapshot
    note: str = ""  # what was changed at this moment, such as "beta = 4"
    steps: tuple[Step, ...] = ()  # of each model, where this moment ends a single step


@dataclass(frozen=True)
class Orders:
    """What a run's owner wants of its worker."""

    wanted: Wanted
    steps: int  # single steps asked for since the worker began
    beta: float | None  # changed to; None where it was left as in the recipe
    learning_rate: float | None
    abandoned: bool  # no page has looked for a long while
