"""Trained models ready to look at: those that ship and those of a folder, which all visitors share, and the visitor's own.

Shipped models are read-only and kept once per process. A changed or damaged file is noticed by its time stamp. When a class is at work,
pages ask for them a hundred times a second, so a look costs four calls of the operating system and nothing else.
"""

import os
import threading
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Protocol

import streamlit as st

from explorer.models import data_sets, folder_models, own_models, run_models
from explorer.models.coded import Coded
from explorer.page import state
from explorer.page.words import plain
from vae import checkpoints, data
from vae.checkpoints import SHIPPED, Checkpoint
from vae.corruption import NONE
from vae.data import Dataset
from vae.errors import CheckpointError
from vae.hardware import use_one_thread
from vae.learning.records import Record
from vae.learning.settings import TrainingSettings
from vae.measuring import metrics
from vae.measuring.metrics import Measures
from vae.model import latent
from vae.model.kinds import KINDS
from vae.model.posterior import Posterior
from vae.model.spec import ModelSpec

FILES = ("spec.json", "model.safetensors", "history.json", "metrics.json")
SHOWN_FIRST = ("mnist-ae-2d", "mnist-vae-2d")
KIND_NAMES = {name: kind.label for name, kind in KINDS.items()}


class Trained(Coded):
    """A model, and what the pages compute from it, each once."""

    def __init__(self, checkpoint: Checkpoint, history: list[Record], measured: Measures | None = None, whose: str = ""):
        self.name, self.model, self.settings = checkpoint.name, checkpoint.model, checkpoint.settings
        self.checkpoint, self.history, self.whose = checkpoint, history, whose
        self._measured = measured

    @property
    def own(self) -> bool:
        """Whether it does not ship with the project."""
        return bool(self.whose)

    @property
    def label(self) -> str:
        """Its name in a menu, such as "VAE, 2 latents"."""
        return described(self.model.spec, self.settings, self.name, self.whose)

    @property
    def is_vae(self) -> bool:
        return self.model.spec.traits.kl

    @property
    def data(self) -> Dataset:
        return data.load(self.settings.dataset)

    @cached_property
    def posterior(self) -> Posterior:  # type: ignore[override]
        """Posteriors of the test set: mean (N, D), log variance (N, D) or None."""
        return latent.encode_split(self.model, self.data.test)

    @cached_property
    def measures(self) -> Measures:
        """Measures on the test set: those that ship with the checkpoint, or computed now."""
        return self._measured if self._measured is not None else metrics.evaluate(self.model, self.data)

    @property
    def measured(self) -> bool:
        """Whether its measures are there. Otherwise taking them costs many seconds."""
        return self._measured is not None or "measures" in vars(self)


def shipped(name: str) -> Trained:
    """A shipped model by name; CheckpointError with a sentence if it is missing or damaged."""
    folder = f"{SHIPPED}/{name}"
    stamps = tuple(_stamp(f"{folder}/{file}") for file in FILES)
    kept = _kept.get(folder)
    if kept is None or kept[0] != stamps:
        with _loading:  # if several visitors ask at once, one of them reads
            kept = _kept.get(folder)
            if kept is None or kept[0] != stamps:
                kept = _kept[folder] = stamps, _load(Path(folder))
    return kept[1]


_kept: dict[str, tuple[tuple[int, ...], "Trained"]] = {}  # folder -> its files' time stamps when it was read, and the model
_loading = threading.Lock()


def _stamp(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns  # noqa: PTH116  pathlib takes three times as long
    except OSError:
        return 0


def _load(path: Path) -> Trained:
    measured = checkpoints.load_measures(path, Measures)
    return Trained(checkpoints.load(path), checkpoints.load_history(path), measured)


def described(spec: ModelSpec, settings: TrainingSettings, name: str = "", whose: str = "") -> str:
    """Describe a model in a few words that tell it apart from others."""
    kind = "IWAE" if settings.importance_samples > 1 else KIND_NAMES[spec.kind]
    if settings.corruption != NONE:
        kind = f"denoising {kind}"
    text = f"{kind}, {spec.latent_dim} latent{'s' * (spec.latent_dim > 1)}"
    if settings.pixels != "grey":
        text += ", binary pixels"
    if settings.dataset != "mnist":
        text += f", {data_sets.word(settings.dataset)}"
    if spec.traits.kl and (settings.beta != 1 or "-beta-" in name):
        text += f", \u03b2 = {settings.beta:g}"
    return f"{text} ({whose})" if whose else text


Loaded = tuple[Checkpoint, list[Record], Measures | None]  # a model, its history, and its measures where they came with it


class Other(Protocol):
    """A model that does not ship: one of a run, of a folder, or one that this browser brought. What it is is known before it is loaded."""

    @property
    def name(self) -> str: ...
    @property
    def spec(self) -> ModelSpec: ...
    @property
    def settings(self) -> TrainingSettings: ...
    @property
    def whose(self) -> str: ...
    @property
    def version(self) -> int: ...
    def load(self) -> Loaded: ...


SOURCES = (folder_models, own_models, run_models)  # in the order of the menus


def others() -> Mapping[str, Other]:
    """All of those that this visitor can pick, by name."""
    return {name: model for source in SOURCES for name, model in source.listed().items()}


def _other(name: str) -> Other | None:
    return next((found for source in SOURCES if (found := source.find(name)) is not None), None)


@st.cache_resource(max_entries=64, show_spinner=False)
def _opened(name: str, version: int, whose: str, _model: Other) -> Trained:
    return Trained(*_model.load(), whose=whose)


@st.cache_resource(max_entries=16, show_spinner=False)  # they may be larger than models of runs, and strangers send them
def _opened_own(name: str, version: int, whose: str, _model: Other) -> Trained:
    return Trained(*_model.load(), whose=whose)


def opened(model: Other, whose: str) -> Trained:
    """A model that does not ship, for somebody who may see it; `whose` tells it apart in a menu."""
    kept = _opened_own if isinstance(model, own_models.Own) else _opened
    return kept(model.name, model.version, whose, model)


def names() -> list[str]:
    """The names of all models that this visitor can pick: shipped ones first, those of runs last."""
    return [*_shelf(), *others()]


def _shelf() -> dict[str, Trained | None]:
    """The shipped models that draw from N(0, I), siblings together; None for one that cannot be loaded. Looked up once each time a page runs."""

    def look() -> dict[str, Trained | None]:
        found: dict[str, Trained | None] = {}
        for name in checkpoints.names():
            try:
                subject = shipped(name)
            except CheckpointError:
                found[name] = None
            else:
                if subject.model.spec.prior == "normal":  # as for models of runs: planes and sliders show that prior
                    found[name] = subject
        return dict(sorted(found.items(), key=_siblings_together))

    return state.once("shelf", look)


def _siblings_together(item: tuple[str, Trained | None]) -> tuple:
    """Sort pairs by number of latents, then the ladder by beta; models that cannot be loaded come last."""
    name, model = item
    if model is None:
        return (True, 0, 0.0, name)
    on_ladder = "-beta-" in name
    return (on_ladder, 0 if on_ladder else model.model.spec.latent_dim, model.settings.beta if on_ladder else 0.0, name)


def first(wanted: str, allowed: Sequence[str]) -> str | None:
    """That name if it is allowed, otherwise the first allowed one; None if there is none."""
    return wanted if wanted in allowed else next(iter(allowed), None)


NOTHING = "There is no model to show. Train one on the page Train, or run `make checkpoints`."


def get(name: str | None) -> Trained:
    """A model by name, wherever it comes from; CheckpointError if there is no such model, or no name because no model can be chosen."""
    if name is None:
        raise CheckpointError(NOTHING)
    model = _other(name)
    if model is not None:
        if isinstance(model, run_models.RunModel):
            run_models.check(model.run)
        return opened(model, model.whose)
    if name not in state.known("shelf", ()) and name not in checkpoints.names():
        raise CheckpointError(
            f"There is no model {plain(name)}. Pick one of the list: {', '.join(names())}." if names() else NOTHING
        )
    return shipped(name)


def label(name: str) -> str:
    """A model's label in a menu; if it cannot be loaded, its name. One that does not ship is not loaded for this."""
    model = _other(name)
    if model is not None:
        return described(model.spec, model.settings, name, model.whose)
    try:
        return get(name).label
    except CheckpointError:
        return f"{name} (damaged)"


def kind(name: str) -> str | None:
    """The kind of a model, such as "vae"; None if it cannot be loaded."""
    model = _other(name)
    if model is not None:
        return model.spec.kind
    kept = _shelf().get(name)
    return None if kept is None else kept.model.spec.kind


def of_kind(wanted: str) -> list[str]:
    """The names of all models of a kind, such as "vae", that this visitor can pick."""
    return [name for name in names() if kind(name) == wanted]


def and_own(shipped: Sequence[str], latents: int | None = None) -> list[str]:
    """These, and all VAEs that do not ship, of any images, if wished with so many latents: for lessons that can look at every VAE."""
    own = {name: model.spec for name, model in others().items() if model.spec.kind == "vae"}
    return [*shipped, *(name for name, spec in own.items() if latents in (None, spec.latent_dim))]


def warm_up() -> None:
    """Load the digits, the shipped models and those of the folder, and encode the test set with those shown first, so that the first visitor does not wait."""
    use_one_thread()
    for name in checkpoints.names():
        try:
            model = shipped(name)
            if name in SHOWN_FIRST:
                _ = model.order, model.ranges  # these encode the test set
        except CheckpointError:
            continue  # the page that needs it says so
    folder_models.look()  # what is wrong there stands in the log before anybody comes
