"""What pages read of the runs, and what a run's owner may order. Everybody who has a run's id may read it."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, update
from torch import Tensor

from explorer import public
from explorer.runs.store import packing
from explorer.runs.store.database import Database
from explorer.runs.store.errors import DAMAGED_RUN, Denied, Gone, StoreError
from explorer.runs.store.image_sets import check_reader, set_of
from explorer.runs.store.run import RESUMABLE, Moment, Run, Wanted
from explorer.runs.store.tables import moments, runs, snapshots, weights
from vae.errors import SpecError
from vae.learning.recipes import Recipe
from vae.learning.records import Record, Snapshot, Step
from vae.learning.settings import TrainingSettings
from vae.model.layered import spec_of

LONGEST_NAME = 60
WATCHED_EVERY_SECONDS = 20  # how exactly it is known when a page last looked
GONE = "There is no such run, or no longer: it may have been deleted."
OF_RUN = [column for column in runs.c if column.name in Run.__dataclass_fields__]


class Visitors(Database):
    """The store as pages see it."""

    def create(self, owner: str, recipes: Sequence[Recipe], name: str = "") -> Run:
        """A new run that waits in the queue. Denied or Gone where it is to be trained on images that its owner may not read."""
        now, image_set = datetime.now(UTC), set_of(recipes[0].settings.dataset)
        values = {
            "id": secrets.token_urlsafe(16),
            "owner": owner,
            "name": checked_name(name),
            "recipes": [{"model": spec.to_json(), "training": settings.to_json()} for spec, settings in recipes],
            "state": "queued",
            "wanted": "run",
            "created": now,
            "queued": now,
            "watched": now,
            "image_set": image_set,
            **{"images_seen": 0, "attempt": 0, "retries": 0, "error": "", "worker": "", "steps": 0},
        }
        with self.writing() as connection:
            if image_set is not None:
                check_reader(connection, image_set, owner)
            connection.execute(runs.insert().values(values))
            return as_run(connection.execute(select(*OF_RUN).where(runs.c.id == values["id"])).one())

    def get(self, run_id: str) -> Run | None:
        with self.reading() as connection:
            row = connection.execute(select(*OF_RUN).where(runs.c.id == run_id)).one_or_none()
        return None if row is None else as_run(row)

    def runs(self, owner: str) -> list[Run]:
        """The owner's runs, newest first."""
        return self._several(select(*OF_RUN).where(runs.c.owner == owner).order_by(runs.c.created.desc()))

    def trained_on(self, set_id: str) -> list[Run]:
        """The runs that were trained on these images, or are to be, newest first."""
        return self._several(select(*OF_RUN).where(runs.c.image_set == set_id).order_by(runs.c.created.desc(), runs.c.id))

    def queue(self) -> list[Run]:
        """Runs that wait for a worker, in the order in which they are served."""
        return self._several(select(*OF_RUN).where(runs.c.state == "queued").order_by(runs.c.queued, runs.c.id))

    def at_work(self) -> list[Run]:
        """Runs that a worker has, running or paused, the longest first."""
        return self._several(select(*OF_RUN).where(runs.c.state.in_(("running", "paused"))).order_by(runs.c.started))

    def records(self, run_id: str, after: int = -1) -> list[Moment]:
        """The moments later than the one with index `after`."""
        asked = select(moments.c.moment, moments.c.records, moments.c.note, moments.c.steps)
        asked = asked.where(moments.c.run_id == run_id, moments.c.moment > after).order_by(moments.c.moment)
        try:
            with self.reading() as connection:
                return [
                    Moment(
                        row.moment, tuple(map(Record.from_json, row.records)), row.note, tuple(map(Step.from_json, row.steps))
                    )
                    for row in connection.execute(asked)
                ]
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise StoreError(DAMAGED_RUN) from error

    def snapshots(self, run_id: str) -> list[int]:
        """Indices of the moments that have a snapshot."""
        with self.reading() as connection:
            found = connection.execute(
                select(snapshots.c.moment).where(snapshots.c.run_id == run_id).order_by(snapshots.c.moment)
            )
            return list(found.scalars())

    def snapshot(self, run_id: str, index: int) -> tuple[Snapshot, ...]:
        """Each model's codes and pictures at a moment that has them."""
        data = self._bytes(select(snapshots.c.views), snapshots.c.run_id == run_id, snapshots.c.moment == index)
        if data is None:
            raise Gone("This moment of the run has no pictures, or no longer.")
        return packing.unpack_snapshots(data)

    def weights(self, run_id: str, index: int | None = None) -> tuple[dict[str, Tensor], ...] | None:
        """Each model's weights: the newest, or those of a moment with a snapshot (rounded to float16); None if there are none."""
        if index is None:
            data = self._bytes(select(weights.c.data), weights.c.run_id == run_id)
        else:
            data = self._bytes(select(snapshots.c.weights), snapshots.c.run_id == run_id, snapshots.c.moment == index)
        return None if data is None else packing.unpack_weights(data)

    def adam(self, run_id: str) -> tuple[dict[str, Tensor], ...] | None:
        """Each model's moments of Adam that belong to its newest weights; None if there are none."""
        data = self._bytes(select(weights.c.adam), weights.c.run_id == run_id)
        return None if data is None else packing.unpack_weights(data)

    def want(self, run_id: str, owner: str, wanted: Wanted) -> None:
        """Let the run go on, pause or stop. One that is still queued stops at once."""
        with self.writing() as connection:
            if wanted == "stop":
                waiting = update(runs).where(runs.c.id == run_id, runs.c.owner == owner, runs.c.state == "queued")
                now = datetime.now(UTC)
                if connection.execute(waiting.values(state="stopped", wanted="stop", ended=now)).rowcount:
                    return
            self._change(connection, run_id, owner, "stop, pause or continue", wanted=wanted)

    def change(self, run_id: str, owner: str, *, beta: float | None = None, learning_rate: float | None = None) -> None:
        """Order another KL weight or learning rate; SpecError where a recipe could not have it. What is None stays."""
        values: dict[str, Any] = {
            name: value for name, value in (("beta", beta), ("learning_rate", learning_rate)) if value is not None
        }
        TrainingSettings(**values)  # checks them
        if values:
            with self.writing() as connection:
                self._change(connection, run_id, owner, "change", **values)

    def step(self, run_id: str, owner: str) -> None:
        """Order a single batch; the run must be paused."""
        run = self.get(run_id)
        if run is not None and run.owner == owner and run.wanted != "pause":
            raise StoreError("A single step is taken while the run is paused. Pause it first.")
        with self.writing() as connection:
            self._change(connection, run_id, owner, "step", steps=runs.c.steps + 1)

    def rename(self, run_id: str, owner: str, name: str) -> None:
        """Give the run a name, or take it away with ""; Denied on a public demo, since what has a name is kept."""
        if public.on() and name.strip():
            raise Denied(public.NAMES)
        with self.writing() as connection:
            self._change(connection, run_id, owner, "rename", name=checked_name(name))

    def delete(self, run_id: str, owner: str) -> None:
        """Delete the run with all that was stored of it. A worker that has it stops."""
        with self.writing() as connection:
            if not connection.execute(runs.delete().where(runs.c.id == run_id, runs.c.owner == owner)).rowcount:
                raise self._refusal(connection, run_id, "delete")

    def resume(self, run_id: str, owner: str) -> None:
        """Queue a run that was stopped, interrupted or failed again; it goes on from its newest weights."""
        now = datetime.now(UTC)
        fresh = {"state": "queued", "wanted": "run", "queued": now, "watched": now, "retries": 0, "error": "", "steps": 0}
        resumable = (runs.c.id == run_id, runs.c.owner == owner, runs.c.state.in_(RESUMABLE))
        with self.writing() as connection:
            if connection.execute(update(runs).where(*resumable).values(**fresh, ended=None)).rowcount:
                return
            if connection.execute(select(runs.c.id).where(*resumable[:2])).first() is None:
                raise self._refusal(connection, run_id, "resume")
            raise StoreError("This run cannot be resumed: it is at work, or has spent its budget.")

    def watched(self, run_id: str) -> None:
        """Say that a page is looking at the run. Called every second, it writes every 20."""
        now = datetime.now(UTC)
        stale = (runs.c.id == run_id, runs.c.watched < now - timedelta(seconds=WATCHED_EVERY_SECONDS))
        with self.reading() as connection:
            if connection.execute(select(runs.c.id).where(*stale)).first() is None:
                return
        with self.writing() as connection:
            connection.execute(update(runs).where(*stale).values(watched=now))

    def _several(self, asked: Any) -> list[Run]:
        return self._undamaged(asked, as_run, "run")

    def _bytes(self, asked: Any, *where: Any) -> bytes | None:
        with self.reading() as connection:
            return connection.execute(asked.where(*where)).scalar()

    def _change(self, connection: Any, run_id: str, owner: str, what: str, **values: Any) -> None:
        done = connection.execute(update(runs).where(runs.c.id == run_id, runs.c.owner == owner).values(**values))
        if not done.rowcount:
            raise self._refusal(connection, run_id, what)

    @staticmethod
    def _refusal(connection: Any, run_id: str, what: str) -> StoreError:
        if connection.execute(select(runs.c.id).where(runs.c.id == run_id)).first() is None:
            return Gone(GONE)
        return Denied(f"Only the browser that started this run can {what} it.")


def checked_name(name: str) -> str:
    """The name without spaces around it; StoreError if it is too long."""
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME:
        raise StoreError(f"The name has {len(name)} characters; {LONGEST_NAME} is the most.")
    return name


def as_run(row: Row) -> Run:
    """A row of OF_RUN as a Run; StoreError where it is damaged."""
    values = row._asdict()
    try:
        recipes = tuple(
            Recipe.stored(spec_of(part["model"]), TrainingSettings.from_json(part["training"])) for part in row.recipes
        )
        if not recipes:
            raise ValueError("a run of no model")
    except (SpecError, TypeError, KeyError, ValueError) as error:
        raise StoreError(DAMAGED_RUN) from error
    return Run(**{**values, "recipes": recipes})


def as_json(steps: Sequence[Step] | Sequence[Record]) -> list[dict[str, Any]]:
    """Records or steps as they are stored."""
    return [step.to_json() for step in steps]
