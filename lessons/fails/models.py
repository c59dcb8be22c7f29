"""Six runs that failed, each beside a sibling that differs in what mends it.

`python -m lessons fails` trains what no other command trains, from fixed seeds, and measures the symptoms of all. Two failures are
rungs of the beta ladder, which ships with the project.
"""

from dataclasses import asdict, replace
from typing import NamedTuple

from lessons.fails import diagnosis
from lessons.fails.diagnosis import Symptoms
from lessons.shared.shipping import Shelf
from vae import checkpoints, data
from vae.checkpoints import Checkpoint
from vae.data import Dataset, Split
from vae.errors import Diverged
from vae.learning.recipes import Recipe, recipe
from vae.learning.records import Record
from vae.learning.training import prepare, train
from vae.model.networks import Autoencoder

SHELF = Shelf("fails", "fails")
MEASURED = "fails"  # symptoms of all models, and why runs stopped
FEW = 256  # training images of the run that memorises
RECORDS = 40
FIRST_STEPS = 16  # of runs that are set beside one that diverges: a record after each


class Run(NamedTuple):
    """A recipe, and how many of the training images it sees (None: all of them)."""

    recipe: Recipe
    training_images: int | None = None


def _small(kind: str, latent_dim: int, images: int, **changes) -> Recipe:
    """The recipe of two latents, its network with another number of them: a quarter of the weights of the larger one."""
    spec, settings = recipe(kind, 2, images, **changes)
    return Recipe(replace(spec, latent_dim=latent_dim), settings)


RUNS = {
    "fails-collapsed": Run(recipe("vae", 2, 100_000, learning_rate=0.1, seed=3)),
    "fails-diverged": Run(recipe("vae", 2, 100_000, learning_rate=1.0, seed=3)),
    "fails-usual-rate": Run(recipe("vae", 2, 100_000, seed=3)),
    "fails-memorised": Run(recipe("ae", 2, 300_000), FEW),
    "fails-memorised-vae": Run(recipe("vae", 2, 300_000), FEW),
    "fails-all-images": Run(recipe("ae", 2, 300_000)),
    "fails-dead": Run(_small("vae", 64, 100_000)),
    "fails-fewer": Run(_small("vae", 10, 100_000)),
}


class Pair(NamedTuple):
    """Names of the run that failed and of its mended sibling."""

    failed: str
    mended: str


PAIRS = {
    "collapsed": Pair("fails-collapsed", "fails-usual-rate"),
    "over": Pair("mnist-vae-2d-beta-16", "mnist-vae-2d-beta-1"),
    "under": Pair("mnist-vae-2d-beta-0.05", "mnist-vae-2d-beta-1"),
    "memorised": Pair("fails-memorised", "fails-all-images"),
    "diverged": Pair("fails-diverged", "fails-usual-rate"),
    "dead": Pair("fails-dead", "fails-fewer"),
}
SAME_IMAGES = "fails-memorised-vae"  # a VAE on the few images of the autoencoder that memorises
NAMES = tuple(dict.fromkeys([*(name for pair in PAIRS.values() for name in pair), SAME_IMAGES]))


def seen_by(name: str, dataset: Dataset) -> Dataset:
    """The data set with the training images that this run sees."""
    few = RUNS[name].training_images if name in RUNS else None
    return dataset if few is None else replace(dataset, train=Split(dataset.train.images[:few], dataset.train.labels[:few]))


class Ended(NamedTuple):
    """A run that has ended: the model as it was left, its records, and why it stopped early, or ""."""

    model: Autoencoder
    history: list[Record]
    stopped: str


def moments(run: Run) -> list[float]:
    """The shares of the budget at which there is a record: evenly spaced, and after each of the first steps."""
    step = run.recipe.settings.batch_size / run.recipe.settings.images
    return sorted({*(i / RECORDS for i in range(RECORDS + 1)), *(i * step for i in range(FIRST_STEPS))})


def repeat(name: str, dataset: Dataset) -> Ended:
    """One of the RUNS, from its seed to its end, whatever that is."""
    run, seen = RUNS[name], seen_by(name, dataset)
    model, stopped = prepare(*run.recipe, seen), ""
    history: list[Record] = []
    try:
        history.extend(train(model, run.recipe.settings, seen, records=moments(run)))
    except Diverged as error:
        stopped = str(error)
    return Ended(model.eval(), history, stopped)


def write() -> None:
    """Train all RUNS, write each with its records, and the symptoms of every model of the lesson."""
    dataset = data.load("mnist")
    stopped = {}
    for name, run in RUNS.items():
        ended = repeat(name, dataset)
        SHELF.write_model(name, ended.model, run.recipe.settings, ended.history)
        if ended.stopped:
            stopped[name] = ended.stopped
    symptoms = {name: asdict(diagnosis.examine(load(name).checkpoint.model, seen_by(name, dataset))) for name in NAMES}
    SHELF.write_numbers(MEASURED, {"symptoms": symptoms, "stopped": stopped}, indent=1)


class Shipped(NamedTuple):
    """A model of the lesson as it ships, and its run's records."""

    checkpoint: Checkpoint
    history: list[Record]


def load(name: str) -> Shipped:
    """One of NAMES; CheckpointError with a sentence where a file is missing or damaged."""
    if name in RUNS:
        return Shipped(SHELF.checkpoint(name), SHELF.history(name))
    return Shipped(checkpoints.load(checkpoints.SHIPPED / name), checkpoints.load_history(checkpoints.SHIPPED / name))


def symptoms() -> dict[str, Symptoms]:
    """The symptoms of all NAMES, as they were measured from the weights that ship."""
    measured = SHELF.numbers(MEASURED)
    with SHELF.reading(MEASURED):
        return {name: _symptoms(measured["symptoms"][name]) for name in NAMES}


def stopped(name: str) -> str:
    """Why a run stopped before its budget was spent, or ""."""
    measured = SHELF.numbers(MEASURED)
    with SHELF.reading(MEASURED):
        return measured["stopped"].get(name, "")


def _symptoms(found: dict) -> Symptoms:
    per_dim = found["kl_per_dim"]
    return Symptoms(**{**found, "kl_per_dim": None if per_dim is None else tuple(per_dim)})
