"""A model by its name for whoever takes it home, who need not have a page open: it ships, lies in the server's folder, is of a run that they may see, or is one that they brought."""

from collections.abc import Iterator
from contextlib import contextmanager

from explorer.models import folder_models, own_models, run_models, trained
from explorer.models.run_models import NAME, RunModel
from explorer.models.trained import Trained
from explorer.runs import own_images
from explorer.runs.store import Denied, Run, StoreError, store
from explorer.runs.store.image_sets import PRIVATE_IMAGES
from vae import checkpoints
from vae.errors import CheckpointError

UNFIT = "A model of the run {run} needs a class, or a prior of its own, which a file to take home cannot give it. Choose another run."
UNENDED = "The run {run} has no model yet. Wait until it has ended, or stop it."


@contextmanager
def seen_by(owner: str | None) -> Iterator[None]:
    """In this block data sets are read for that browser, which may have brought some of them."""
    try:
        kept = store() if owner else None
    except StoreError:  # such a data set is then missing, and says so; all others need no store
        kept = None
    if owner and kept:
        with own_images.on_behalf_of(owner, kept):
            yield
    else:
        yield


def model(name: str, owner: str | None) -> Trained:
    """The model of that name. `owner` is whose browser asks (explorer/page/owners.py), None for nobody's.

    CheckpointError where there is no such model, StoreError where it may not be seen.
    """
    if name.startswith(folder_models.PREFIX) and (in_folder := folder_models.look().get(name)):
        return trained.opened(in_folder, in_folder.whose)
    if name.startswith(own_models.PREFIX):
        own = own_models.of(owner, name)
        return trained.opened(own, own.whose)
    found = NAME.fullmatch(name)
    if found is None:
        shipped = trained.shipped(name) if name in checkpoints.names() else None
        if shipped is None or shipped.model.spec.prior != "normal":
            raise CheckpointError(
                f"There is no model {name[:60]!r} to take home. Those that ship are {', '.join(_on_pages())}."
            )
        return shipped
    run = run_of(found[1], owner)
    index = [run_models.name_of(run, i) for i in range(len(run.recipes))].index(name) if name in names(run) else None
    if index is None:
        raise CheckpointError(f"The run {run.title} has no model of that kind. It has {', '.join(names(run))}.")
    return trained.opened(RunModel(run, index, run.owner == owner), "run")


def _on_pages() -> list[str]:
    """The models that ship and draw from N(0, I), as the canvas shows it."""
    return [name for name in checkpoints.names() if trained.shipped(name).model.spec.prior == "normal"]


def names(run: Run) -> list[str]:
    """The names of a run's models."""
    return [run_models.name_of(run, i) for i in range(len(run.recipes))]


def run_of(run_id: str, owner: str | None) -> Run:
    """A run that has ended with models that the canvas shows; an error with a sentence where it may not be seen, or has none."""
    run = store().get(run_id)
    if run is None:
        raise CheckpointError("There is no such run, or no longer. Open the page Runs for those that are kept.")
    if run.image_set is not None and run.owner != owner:
        try:
            store().check_images(run.image_set, owner or "")
        except StoreError:
            raise Denied(PRIVATE_IMAGES) from None
    if not run_models.has_model(run):
        raise CheckpointError(UNENDED.format(run=run.title))
    if not run_models.on_pages(run):
        raise CheckpointError(UNFIT.format(run=run.title))
    return run
