"""Design tasks: choose beta and the number of latents so that the model that is trained has what is asked for.

A try is an ordinary run of the student's, of a few seconds. What is judged is what was measured of the model when its budget was spent, never
what was asked for. A run that somebody changed while it went on is not judged: what it has then is the work of a hand.

The limits were found by training on this budget (docs/measurements.md): each can be met, and none is met by the usual settings.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from explorer.runs import jobs
from explorer.runs.store import Moment, Run, StoreError, store
from vae import data
from vae.learning.recipes import Recipe, recipe
from vae.measuring import aggregate
from vae.model import latent
from vae.model.networks import build

IMAGES, SEED = (
    100_000,
    0,
)  # the budget of a try, training images with repeats, and the seed of all: two tries differ by what was chosen
USED = 0.1  # nats: a latent whose KL is above says something of the image
BETA, LATENTS = (0.0, 100.0), (1, 64)  # what may be chosen

Measure = Literal["kl", "reconstruction", "empty", "used", "latents", "beta"]


class Limit(NamedTuple):
    """What is asked of one measure: at most so much, or exactly."""

    of: Measure
    at: float
    exactly: bool = False


TASKS: dict[str, tuple[Limit, ...]] = {
    "bottleneck": (Limit("kl", 5), Limit("reconstruction", 138)),
    "reach": (Limit("empty", 0.06), Limit("reconstruction", 112)),
    "five": (Limit("used", 5, exactly=True), Limit("latents", 10, exactly=True)),
    "collapse": (Limit("kl", 0.1), Limit("beta", 28)),
}


class Measured(NamedTuple):
    """A model at the end of its run, on validation images; nats per image.

    used     latents with a KL above `USED`
    beta     weight of the KL at the end
    empty    share of prior draws that land in empty space, over test images (vae.measuring.aggregate); None where no task asks for it
    """

    reconstruction: float
    kl: float
    used: int
    latents: int
    beta: float
    empty: float | None = None


class Outcome(NamedTuple):
    """How a model stands to one limit: its value, and by how much that is above the limit (below: negative)."""

    limit: Limit
    value: float
    over: float

    @property
    def met(self) -> bool:
        return self.over == 0 if self.limit.exactly else self.over <= 0


def chosen(beta: float, latents: int) -> Recipe:
    """What a try trains; SpecError where beta or latents cannot be had."""
    return recipe("vae", latents, IMAGES, beta=beta, seed=SEED)


def begin(owner: str, beta: float, latents: int) -> Run:
    """Queue a try, a run of this owner's."""
    return jobs.submit(owner, [chosen(beta, latents)])


def measured(run: Run, moments: Sequence[Moment], task: str) -> Measured | None:
    """What the run's model has, as far as the task asks; None for a run that did not spend its budget, or that was changed on the way."""
    if run.state != "done" or not moments or any(moment.note for moment in moments):
        return None
    record = moments[-1].records[0]
    losses = record.validation
    used = sum(kl > USED for kl in losses.kl_per_dim)
    empty = empty_share(run) if any(limit.of == "empty" for limit in TASKS[task]) else None
    return Measured(losses.reconstruction, losses.kl, used, len(losses.kl_per_dim), record.beta, empty)


def empty_share(run: Run) -> float:
    """Share of draws from N(0, I) that land in empty space among the codes of the test images; StoreError where the run has no weights."""
    spec, settings = run.recipes[0]
    weights = store().weights(run.id)
    if weights is None:
        raise StoreError(f"The run {run.title} has no weights. Train it again.")
    network = build(spec)
    network.load_state_dict(weights[0])
    posterior = latent.encode_split(network.eval(), data.load(settings.dataset).test)
    return aggregate.landing(aggregate.aggregate_codes(posterior)).empty_share


def judge(task: str, found: Mapping[str, Any]) -> tuple[Outcome, ...]:
    """How a model with these measures stands to each limit of the task."""
    values = ((limit, float(found[limit.of])) for limit in TASKS[task])
    return tuple(Outcome(limit, value, value - limit.at) for limit, value in values)
