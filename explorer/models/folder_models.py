"""Models of the folder that LATENT_EXPLORER_MODELS names, for every visitor: each a checkpoint that `python -m vae train` wrote.

A model's name is "folder:" and the name of its own folder. One that cannot be used is a sentence in the log, and leaves the others. Each is read once,
and again when its files change.
"""

import logging
import os
import re
import threading
from dataclasses import dataclass, replace
from pathlib import Path

from explorer.models import showable
from explorer.page import state
from vae import checkpoints, data
from vae.checkpoints import Checkpoint
from vae.errors import CheckpointError, VaeError
from vae.learning.records import Record
from vae.learning.settings import TrainingSettings
from vae.measuring.metrics import Measures
from vae.model.spec import ModelSpec

SETTING = "LATENT_EXPLORER_MODELS"
PREFIX = "folder:"
NAME = re.compile(r"\w[\w.-]{0,59}")  # what an address can carry as it is
FILES = ("spec.json", "model.safetensors", "history.json", checkpoints.METRICS)


@dataclass(frozen=True)
class FolderModel:
    """One model of the folder, as it was read."""

    name: str
    checkpoint: Checkpoint
    history: list[Record]
    measured: Measures | None
    version: int  # another one for files that were changed

    @property
    def spec(self) -> ModelSpec:
        return self.checkpoint.model.spec

    @property
    def settings(self) -> TrainingSettings:
        return self.checkpoint.settings

    @property
    def whose(self) -> str:
        """Tells it apart in a menu: the name of its folder."""
        return self.name.removeprefix(PREFIX)

    def load(self) -> tuple[Checkpoint, list[Record], Measures | None]:
        """The model; its history and its measures where they came with it."""
        return self.checkpoint, self.history, self.measured


_kept: dict[Path, tuple[int, FolderModel | None]] = {}  # None for one that cannot be used; the log has said why
_loading = threading.Lock()


def listed() -> dict[str, FolderModel]:
    """Every model of the folder by its name. The folder is looked through once each time a page runs."""
    return state.once("folder_models", look)


def find(name: str) -> FolderModel | None:
    return listed().get(name) if name.startswith(PREFIX) else None


def look() -> dict[str, FolderModel]:
    """Look through the folder; what cannot be used is said in the log, once."""
    place = os.environ.get(SETTING, "").strip()
    if not place:
        return {}
    with _loading:  # if several visitors come at once, one of them reads
        if not Path(place).is_dir():
            _say_once(
                Path(place), 0, f"{SETTING} names {place!r}, which is no folder. Name the folder that holds the checkpoints."
            )
            return {}
        found = [_current(Path(place, name)) for name in checkpoints.names(Path(place))]
    return {model.name: model for model in found if model is not None}


def _current(folder: Path) -> FolderModel | None:
    version = hash(tuple(_stamp(folder / file) for file in FILES))
    kept = _kept.get(folder)
    if kept is not None and kept[0] == version:
        return kept[1]
    try:
        model = _read(folder, version)
    except VaeError as error:
        _say_once(folder, version, f"The model {folder.name} of {SETTING} is not offered. {error}")
        return None
    _kept[folder] = version, model
    return model


def _read(folder: Path, version: int) -> FolderModel:
    if not NAME.fullmatch(folder.name):
        raise CheckpointError(
            f"The name {folder.name!r} does not fit into a link. Use at most 60 letters, digits, dots, - and _."
        )
    checkpoint = checkpoints.load(folder)
    if checkpoint.settings.dataset not in data.LOADERS:  # images that a visitor brought are not for everybody
        raise CheckpointError(f"Its data set {checkpoint.settings.dataset!r} is not one of: {', '.join(data.LOADERS)}.")
    if trouble := showable.trouble(checkpoint.model.spec, checkpoint.settings):
        raise CheckpointError(trouble)
    history = checkpoints.load_history(folder) if (folder / "history.json").exists() else []
    measured = checkpoints.load_measures(folder, Measures) if (folder / checkpoints.METRICS).exists() else None
    name = PREFIX + folder.name
    return FolderModel(name, replace(checkpoint, name=name), history, measured, version)


def _say_once(folder: Path, version: int, sentence: str) -> None:
    if _kept.get(folder) != (version, None):
        _kept[folder] = version, None
        logging.getLogger("explorer").warning("%s", sentence)


def _stamp(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
