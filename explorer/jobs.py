"""Train in the background of one session: submit, watch, stop.

A job is a thread that consumes the training generator and keeps its records; a page reads them whenever it draws. Each job
belongs to the session that submitted it, and ends with its budget of images at the latest.
"""

import threading
from collections.abc import Iterator
from typing import Literal

from vae import data
from vae.checkpoints import Checkpoint
from vae.errors import VaeError
from vae.recipes import Recipe
from vae.training import Record, prepare, train

State = Literal["starting", "running", "done", "stopped", "failed"]
RECORDS = 40


class Job:
    """One training run. `state`, `records`, `checkpoint` and `error` may be read at any time from any thread."""

    def __init__(self, name: str, recipe: Recipe):
        self.name, self.recipe = name, recipe
        self.state: State = "starting"
        self.records: list[Record] = []
        self.checkpoint: Checkpoint | None = None
        self.error = ""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"train {name}", daemon=True)

    @property
    def active(self) -> bool:
        return self.state in ("starting", "running")

    @property
    def progress(self) -> float:
        """Share of the budget spent, 0 to 1."""
        return min(1.0, self.records[-1].images_seen / self.recipe.settings.images) if self.records else 0.0

    def stop(self) -> None:
        """Ask the run to end at its next record; what it has learned is kept."""
        self._stop.set()

    def wait(self, seconds: float | None = None) -> None:
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            dataset = data.load(self.recipe.settings.dataset)
            model = prepare(self.recipe.spec, self.recipe.settings, dataset)
            self.checkpoint = Checkpoint(self.name, model, self.recipe.settings)
            self.state = "running"
            self.state = self._consume(train(model, self.recipe.settings, dataset, RECORDS, snapshots=True))
        except VaeError as error:
            self.error, self.state = str(error), "failed"
        except Exception as error:
            self.error, self.state = f"Training failed unexpectedly ({type(error).__name__}: {error}).", "failed"
            raise

    def _consume(self, records: Iterator[Record]) -> State:
        for record in records:
            self.records.append(record)
            if self._stop.is_set():
                return "stopped"
        return "done"


def submit(name: str, recipe: Recipe) -> Job:
    """Start training in the background."""
    job = Job(name, recipe)
    job._thread.start()
    return job
