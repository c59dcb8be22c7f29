"""The models that this browser has brought: checked when they come, and listed on every page like any other. Nobody else sees them.

A model's name is "own:" and its id in the store.
"""

from dataclasses import dataclass
from functools import partial
from math import prod

import torch

from explorer.models import run_models, showable
from explorer.page import owners, state
from explorer.runs import workload
from explorer.runs.store import Gone, OwnModel, store
from explorer.runs.store.own_models import DAMAGED_MODEL, GONE_MODEL, PREFIX
from ingest import BroughtModel
from vae import checkpoints, foreign
from vae.checkpoints import Checkpoint
from vae.errors import CheckpointError, SpecError
from vae.learning.recipes import Recipe
from vae.learning.records import Record
from vae.learning.settings import TrainingSettings
from vae.model.layered import MOST_VALUES, check_products, check_weights
from vae.model.networks import Autoencoder, build
from vae.model.spec import ModelSpec


@dataclass(frozen=True)
class Own:
    """One of them. Its weights are read when it is opened."""

    kept: OwnModel
    version: int = 0  # it never changes

    @property
    def name(self) -> str:
        return PREFIX + self.kept.id

    @property
    def spec(self) -> ModelSpec:
        return self.kept.recipe.spec

    @property
    def settings(self) -> TrainingSettings:
        return self.kept.recipe.settings

    @property
    def whose(self) -> str:
        """Tells it apart in a menu, such as "yours: my model"."""
        return f"yours: {self.kept.name}"

    def load(self) -> tuple[Checkpoint, list[Record], None]:
        """The model. Of its training nothing is kept."""
        weights = store().model_weights(self.kept.id, self.kept.owner)
        model = build(self.spec)
        if checkpoints.misfit(checkpoints.shapes(weights), checkpoints.shapes(model.state_dict())):
            raise CheckpointError(DAMAGED_MODEL)
        model.load_state_dict(weights)
        return Checkpoint(self.name, model.eval(), self.settings), [], None


def of(owner: str | None, name: str) -> Own:
    """The model of that name, for whoever asks without a page open; Gone where it is not this owner's."""
    found = next((Own(kept) for kept in (store().models(owner) if owner else ()) if PREFIX + kept.id == name), None)
    if found is None:
        raise Gone(GONE_MODEL)
    return found


def listed() -> dict[str, Own]:
    """This browser's models by their names, the newest first; those whose images are gone are missing. The store is asked once each time a page runs."""
    return state.once(
        "own_models", lambda: {own.name: own for own in brought() if not showable.trouble(own.spec, own.settings)}
    )


def brought() -> list[Own]:
    """All of them, also those that no page can show any longer."""
    return [Own(kept) for kept in run_models.ask(partial(_of, owners.owner())) or ()]


def _of(owner: str) -> list[OwnModel]:
    return store().models(owner)


def find(name: str) -> Own | None:
    return listed().get(name) if name.startswith(PREFIX) else None


@dataclass(frozen=True)
class Made:
    """What was made of the files of a model: ready to be looked at and kept."""

    model: Autoencoder
    settings: TrainingSettings

    @property
    def recipe(self) -> Recipe:
        return Recipe.stored(self.model.spec, self.settings)


def made_of(brought: BroughtModel) -> Made:
    """Check the files of a model against one another, shapes before memory is asked for; VaeError says what does not fit."""
    shapes = {key: tuple(array.shape) for key, array in brought.tensors.items()}
    check_weights(sum(map(prod, shapes.values())))
    weights = {key: torch.from_numpy(array) for key, array in brought.tensors.items()}
    if brought.mapping is not None:
        mapped = foreign.mapped(foreign.layout(brought.mapping), shapes)
        _check_shown(mapped.spec, mapped.settings)
        return Made(foreign.filled(mapped, weights), mapped.settings)
    try:
        spec, settings, _ = checkpoints.read_spec(brought.spec)
        _check_shown(spec, settings)
    except SpecError as error:
        raise CheckpointError(f"spec.json cannot be used: {error}") from error
    if trouble := checkpoints.misfit(shapes, checkpoints.expected_shapes(spec)):
        raise CheckpointError(f"The weights do not fit spec.json: {trouble}")
    _check_cost(spec)
    model = build(spec)
    model.load_state_dict(weights)
    return Made(model.eval(), settings)


def _check_cost(spec: ModelSpec) -> None:
    """Hold a model that lists no layers to the same limits as one that does."""
    if (values := workload.most_values(spec)) > MOST_VALUES:
        raise CheckpointError(f"One of its layers makes {values:,} values of an image; {MOST_VALUES:,} are the most.")
    check_products(sum(workload.forward_operations(spec)) // 2)


def _check_shown(spec: ModelSpec, settings: TrainingSettings) -> None:
    if trouble := showable.trouble(spec, settings):
        raise CheckpointError(trouble)
