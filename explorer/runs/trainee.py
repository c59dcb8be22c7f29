"""A run while it trains: steps, the moments that are written, and its owner's orders in between.

What is written when depends on the recipe alone; what a model becomes depends on its recipe and its owner's orders, never on how busy
the machine is or how often anybody looks.
"""

import os
import threading
import time
from typing import NamedTuple

import torch
from torch import Tensor

from explorer.runs import workload
from explorer.runs.contact import Contact, patiently
from explorer.runs.store import Lost, Run, State, Store
from explorer.runs.store.limits import abandoned_minutes
from explorer.runs.store.run import INTERRUPTED
from vae import data, hardware
from vae.errors import Diverged
from vae.learning.records import Step
from vae.learning.training import Training, prepare_network

IDLE = 0.05  # seconds between two looks at the orders in a pause
WRITING_SHARE = 0.1  # of the time, at most, goes into storing weights
HOLDING, LOOKING = 60.0, 5.0  # seconds that a paused run keeps its worker from others; between two looks whether any wait
ABANDONED = "Nobody looked at this run for {minutes:g} minutes, so it was stopped. Resume it to go on."
MADE_ROOM = "This run was paused for a minute while others waited, so it gave its place to them. Resume it to go on."
LOST = "The run was given to another worker, or deleted."
halted = threading.Event()  # the app is ending: save and leave off


def place() -> torch.device:
    """LATENT_EXPLORER_DEVICE, default cpu: what the worker trains on. SpecError where it is not there."""
    return hardware.device(os.environ.get("LATENT_EXPLORER_DEVICE", "cpu"))


class Ending(NamedTuple):
    """How a run ended, why, and its last weights where they are not in the store yet."""

    state: State
    error: str = ""
    weights: list[dict[str, Tensor]] | None = None


class Trainee:
    """One run in a worker, from where it stands to its end."""

    def __init__(self, run: Run, kept: Store, contact: Contact):
        self._run, self._kept, self._contact = run, kept, contact
        dataset = patiently(data.load, run.recipes[0].settings.dataset)
        self._models = [prepare_network(spec, settings, dataset) for spec, settings in run.recipes]
        adam = self._restore() if run.images_seen else None
        settings = [settings for _, settings in run.recipes]
        self._training = Training(
            self._models, settings, dataset, snapshots=True, start=run.images_seen, adam=adam, place=place()
        )
        self._stops = self._training.stops(workload.moments(run.recipes))
        self._ordered: dict[str, float | None] = {"beta": None, "learning_rate": None}
        self._stepped = 0  # single steps taken
        self._written = self._saved = -1  # steps taken at the last moment written, at the last one with weights
        self._made_room = False  # a pause has lasted long enough while others wait
        self._due = 0.0  # when weights are stored again

    def learn(self) -> Ending:
        """Train to the end of the budget or as long as the owner lets it. Lost where the run is another worker's by now."""
        try:
            return self._learn()
        except Diverged as error:  # the models hold the weights of the last moment again
            return Ending("failed", str(error), self._weights() if self._written >= 0 else None)

    def _learn(self) -> Ending:
        training, contact = self._training, self._contact
        if self._run.images_seen:
            self._change()  # what had been changed before, and noted then
            self._written = self._saved = training.taken
        while not training.done or self._written < training.taken:
            if contact.lost:
                raise Lost(LOST)
            if ending := self._ending():
                self._save()
                return ending
            note = self._change()
            if note or (training.taken in self._stops and self._written < training.taken):
                self._write(note)
            if contact.orders.wanted == "pause":
                self._pause()
            elif not training.done:
                training.step()
        return Ending("done")

    def _restore(self) -> tuple[dict[str, Tensor], ...] | None:
        """Put the newest weights into the models; Adam's moments that belong to them."""
        newest = patiently(self._kept.weights, self._run.id)
        for model, weights in zip(self._models, newest or (), strict=True):
            model.load_state_dict(weights)
        return patiently(self._kept.adam, self._run.id)

    def _weights(self) -> list[dict[str, Tensor]]:
        return [model.state_dict() for model in self._models]

    def _ending(self) -> Ending | None:
        """Why to leave off here, if there is a reason."""
        orders = self._contact.orders
        if halted.is_set():
            return Ending("interrupted", INTERRUPTED)
        if orders.wanted == "stop":
            return Ending("stopped")
        if orders.abandoned:
            return Ending("stopped", ABANDONED.format(minutes=abandoned_minutes()))
        return Ending("stopped", MADE_ROOM) if self._made_room else None

    def _change(self) -> str:
        """Follow a change of beta or the learning rate; what was changed, for the curves, or ""."""
        orders = self._contact.orders
        wanted = {"beta": orders.beta, "learning_rate": orders.learning_rate}
        new = {name: value for name, value in wanted.items() if value is not None and value != self._ordered[name]}
        if not new:
            return ""
        self._training.change(**new)
        self._ordered |= new
        return ", ".join(f"{name.replace('_', ' ')} = {value:g}" for name, value in new.items())

    def _pause(self) -> None:
        """Stay until the owner wants something else; take the single steps that are asked for."""
        contact, looks = self._contact, time.monotonic() + HOLDING
        self._save()
        contact.say_paused(True)
        while contact.orders.wanted == "pause" and not contact.lost and not self._ending():
            if note := self._change():
                self._write(note)
            if self._stepped < contact.orders.steps:
                self._stepped += 1
                self._write(steps=self._training.step_and_compare())
                looks = time.monotonic() + HOLDING
            if time.monotonic() > looks:
                looks += LOOKING
                self._made_room = bool(patiently(self._kept.queue))
            if self._training.done:
                break
            time.sleep(IDLE)
        if not contact.lost:
            contact.say_paused(False)

    def _save(self) -> None:
        """Have this moment's weights in the store."""
        if self._saved < self._training.taken:
            self._due = 0.0
            self._write()

    def _write(self, note: str = "", steps: tuple[Step, ...] = ()) -> None:
        """Store this moment. Raises Diverged where a loss is not finite."""
        training = self._training
        records = training.record()
        began = time.monotonic()
        due = began >= self._due or training.done
        weights = self._weights() if due else None
        adam = training.adam() if due and not training.done else None
        patiently(self._kept.write, self._run.id, records, weights, note, steps, adam)
        self._written = training.taken
        if due:
            self._saved = training.taken
            ended = time.monotonic()
            self._due = ended + (ended - began) / WRITING_SHARE
