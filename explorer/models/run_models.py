"""Models of stored runs, for every page: those of this browser, and those that a link names.

A model's name is the id of its run and its kind, such as "K3v0eVx1T8mJrQzUa7cF2w.vae". Whoever knows the name may open the model.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from explorer.page import owners, state
from explorer.page.parameters import OneOf
from explorer.runs.store import ACTIVE, Denied, Run, StoreError, address, store
from explorer.runs.store.image_sets import PRIVATE_IMAGES
from explorer.runs.store.own_models import GONE_MODEL
from explorer.runs.store.own_models import PREFIX as OWN
from vae import data
from vae.checkpoints import Checkpoint
from vae.errors import CheckpointError
from vae.learning.records import Record
from vae.learning.settings import TrainingSettings
from vae.model.kinds import ENCODERS
from vae.model.networks import build
from vae.model.spec import ModelSpec

NAME = re.compile(rf"([A-Za-z0-9_-]{{22}})\.({'|'.join(ENCODERS)})")
LINKED = ("model", "ae", "vae")  # parameters of an address that name a model
OPENED = "opened_runs"  # session-state key: ids of other people's runs that this visitor opened by a link
QUIET_SECONDS = 10.0  # how long not to ask a store that could not be reached, so that pages that do not need it stay fast
_quiet_until: dict[str, float] = {}  # the store's address -> when to ask it again
T = TypeVar("T")


def private(run: Run) -> bool:
    """Whether this visitor may not see the run: it was trained on images that another browser brought, and no class of theirs drew."""
    if run.image_set is None or run.owner == owners.owner():
        return False
    return not state.once(f"may read {run.image_set}", partial(_may_read, run.image_set))


def _may_read(set_id: str) -> bool:
    try:
        store().check_images(set_id, owners.owner())
    except StoreError:
        return False
    return True


@dataclass(frozen=True)
class RunModel:
    """One model of a stored run."""

    run: Run
    index: int  # among the run's models
    mine: bool

    @property
    def name(self) -> str:
        return name_of(self.run, self.index)

    @property
    def spec(self) -> ModelSpec:
        return self.run.recipes[self.index].spec

    @property
    def settings(self) -> TrainingSettings:
        return self.run.recipes[self.index].settings

    @property
    def version(self) -> int:
        """Another one when the run was resumed."""
        return self.run.images_seen

    def load(self) -> tuple[Checkpoint, list[Record], None]:
        """The model with its newest weights, and its history; CheckpointError if the run is gone."""
        return *load(self), None

    @property
    def whose(self) -> str:
        """Tells it apart in a menu, such as "yours: my run, 14:05:12"."""
        when = f"{local(self.run.created):%H:%M:%S}"
        return f"{'yours' if self.mine else 'shared'}: {self.run.name + ', ' if self.run.name else ''}{when}"


def name_of(run: Run, index: int) -> str:
    """The name of one of the run's models, on every page."""
    return f"{run.id}.{run.recipes[index].spec.kind}"


def has_model(run: Run) -> bool:
    """Whether the run has ended with a model that other pages can open."""
    return run.state not in ACTIVE and run.images_seen > 0 and run.encodes


def on_pages(run: Run) -> bool:
    """Whether the pages can show its models. They draw from N(0, I) and give a decoder no class."""
    return has_model(run) and all(not spec.classes and spec.prior == "normal" for spec, _ in run.recipes)


def listed() -> dict[str, RunModel]:
    """Every model of a run that this visitor can pick, the newest first. The store is asked once each time a page runs.

    If the store cannot be reached, only these models are missing; the pages Train and Runs say so.
    """
    return state.once("run_models", lambda: {model.name: model for run in _runs() for model in _models(run)})


def find(name: str) -> RunModel | None:
    return listed().get(name) if NAME.fullmatch(name) else None


@dataclass(frozen=True)
class ModelName(OneOf):
    """The row of an address that names a model. For a model of a private run it says why it cannot be seen."""

    what: str = "model"

    def read(self, text: str) -> str:
        try:
            return super().read(text)
        except ValueError:
            if text.startswith(OWN):
                raise ValueError(GONE_MODEL) from None
            named = NAME.fullmatch(text)
            run = ask(partial(_get, named[1])) if named else None
            if run is not None and private(run):
                raise ValueError(PRIVATE_IMAGES) from None
            if run is not None and (trouble := _images_gone(run)):
                raise ValueError(trouble) from None
            raise


def check(run: Run) -> None:
    """Denied where this visitor may not see the run."""
    if private(run):
        raise Denied(PRIVATE_IMAGES)


def load(model: RunModel) -> tuple[Checkpoint, list[Record]]:
    """Read the model with its newest weights, and its history; CheckpointError if the run is gone."""
    run, index = model.run, model.index
    weights = store().weights(run.id)
    if weights is None:
        raise CheckpointError(f"The run {run.title} has no weights. Train it again.")
    network = build(model.spec)
    network.load_state_dict(weights[index])
    history = [moment.records[index] for moment in store().records(run.id)]
    return Checkpoint(model.name, network.eval(), model.settings), history


def open_run(run_id: str) -> None:
    """Let this visitor pick the models of somebody else's run."""
    opened = st.session_state.setdefault(OPENED, [])
    if run_id not in opened:
        opened.append(run_id)


def local(moment: datetime) -> datetime:
    """A time on the visitor's clock."""
    try:
        return moment.astimezone(ZoneInfo(st.context.timezone or "UTC"))
    except (ZoneInfoNotFoundError, ValueError):
        return moment


def _models(run: Run) -> list[RunModel]:
    mine = run.owner == owners.owner()
    shown = on_pages(run) and not _images_gone(run)
    return [RunModel(run, index, mine) for index in range(len(run.recipes))] if shown else []


def _images_gone(run: Run) -> str:
    """Why the images that the run was trained on cannot be read here any longer; "" where they can."""
    name = run.recipes[0].settings.dataset
    return state.once(f"trouble of {name}", lambda: data.trouble(name)) if name in data.LOADERS else ""


def _runs() -> list[Run]:
    for parameter in LINKED:
        named = NAME.fullmatch(st.query_params.get(parameter, ""))
        if named:
            open_run(named[1])
    mine = ask(lambda: store().runs(owners.owner())) or []
    others = [run_id for run_id in st.session_state.get(OPENED, []) if run_id not in {run.id for run in mine}]
    return mine + [run for run_id in others if (run := ask(partial(_get, run_id))) and not private(run)]


def _get(run_id: str) -> Run | None:
    return store().get(run_id)


def ask(question: Callable[[], T]) -> T | None:
    """Ask the store; None if it cannot be reached, or could not be a moment ago."""
    place = ""
    try:
        place = address()
        return question() if time.monotonic() >= _quiet_until.get(place, 0.0) else None
    except StoreError:
        _quiet_until[place] = time.monotonic() + QUIET_SECONDS
        return None
