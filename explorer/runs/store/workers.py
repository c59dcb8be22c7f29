"""What dispatchers and workers do with runs: take one from the queue, write what it learns, obey its owner, end it.

A run belongs to the worker that was given it last: attempts are counted, and a worker writes as the attempt it began. One that was given
up and comes back finds the run Lost and changes nothing.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import log
from typing import Any

from sqlalchemy import Connection, delete, func, select, update
from torch import Tensor

from explorer.runs.store import packing
from explorer.runs.store.database import Database
from explorer.runs.store.errors import Lost
from explorer.runs.store.limits import abandoned_minutes
from explorer.runs.store.run import AT_WORK, INTERRUPTED, Orders, Run, State
from explorer.runs.store.tables import moments, runs, snapshots, weights
from explorer.runs.store.visitors import OF_RUN, as_json, as_run
from vae.learning.records import Record, Step

KEPT_SNAPSHOTS = 24  # of a run; more are thinned out
MOST_RETRIES = 1
LOST = "This run is no longer this worker's."
DIED_TWICE = "The worker process died twice while training this run, so it was given up. What it had learned is kept."


class Workers(Database):
    """The store as dispatchers and workers see it."""

    def __init__(self, url: str):
        super().__init__(url)
        self._attempts: dict[str, int] = {}  # of the runs that this process has begun

    def claim(self, worker: str, per_owner: int) -> Run | None:
        """Give a worker the first run of the queue whose owner has fewer than `per_owner` at work.

        None where there is none, or where the worker has a run, whoever gave it. What an earlier attempt wrote after its newest
        weights is forgotten: the run's `images_seen` is where to go on.
        """
        waiting = select(runs.c.id, runs.c.owner).where(runs.c.state == "queued").order_by(runs.c.queued, runs.c.id)
        with self.reading() as connection:  # asked all the time: an empty queue must cost no lock
            if connection.execute(waiting.limit(1)).first() is None:
                return None
        with self.writing(alone=True) as connection:
            busy = connection.execute(select(runs.c.owner, runs.c.worker).where(runs.c.state.in_(AT_WORK))).all()
            share = Counter(row.owner for row in busy)
            if worker in {row.worker for row in busy}:
                return None
            for run_id, owner in connection.execute(waiting).all():
                if share[owner] < per_owner:
                    return _hand_over(connection, run_id, worker)
        return None

    def begin(self, run_id: str, attempt: int) -> Run | None:
        """What this worker was given to train; None if it no longer is (deleted, or given up as lost)."""
        self._attempts[run_id] = attempt
        try:
            with self.writing() as connection:
                self._mine(connection, run_id)
                return as_run(connection.execute(select(*OF_RUN).where(runs.c.id == run_id)).one())
        except Lost:
            return None

    def beat(self, run_id: str, paused: bool = False) -> None:
        """A sign of life, and whether the run is paused."""
        with self.writing() as connection:
            self._mine(connection, run_id, state="paused" if paused else "running")

    def orders(self, run_id: str) -> Orders:
        """What the owner wants; a run that was deleted is to be stopped."""
        wishes = (runs.c.wanted, runs.c.steps, runs.c.beta, runs.c.learning_rate, runs.c.watched)
        with self.reading() as connection:
            row = connection.execute(select(*wishes).where(runs.c.id == run_id)).one_or_none()
        if row is None:
            return Orders("stop", 0, None, None, False)
        abandoned = row.watched < datetime.now(UTC) - timedelta(minutes=abandoned_minutes())
        return Orders(row.wanted, row.steps, row.beta, row.learning_rate, abandoned)

    def write(
        self,
        run_id: str,
        records: Sequence[Record],
        weights: Sequence[Mapping[str, Tensor]] | None = None,
        note: str = "",
        steps: Sequence[Step] = (),
        adam: Sequence[Mapping[str, Tensor]] | None = None,
    ) -> int:
        """Store a moment with each model's record and, if given, its state dict and Adam's moments. Returns the moment's index."""
        seen = records[0].images_seen
        shown = [record.snapshot for record in records if record.snapshot is not None]
        views = packing.pack_snapshots(shown) if shown else None
        replayed = packing.pack_weights(weights, half=True) if weights and shown else None
        whole = _whole(weights, adam)
        with self.writing() as connection:
            self._mine(connection, run_id, images_seen=seen)
            last = connection.execute(select(func.max(moments.c.moment)).where(moments.c.run_id == run_id)).scalar()
            index = 0 if last is None else int(last) + 1
            key: dict[str, Any] = {"run_id": run_id, "moment": index, "images_seen": seen}
            values = {"records": as_json(records), "note": note, "steps": as_json(steps)}
            connection.execute(moments.insert().values(**key, **values))
            if views is not None:
                connection.execute(snapshots.insert().values(**key, views=views, weights=replayed))
                _thin_out(connection, run_id)
            if whole:
                _replace_weights(connection, **key, **whole)
        return index

    def finish(self, run_id: str, state: State, error: str = "", weights: Sequence[Mapping[str, Tensor]] | None = None) -> None:
        """End the run; `weights`, if given, are those of its last moment."""
        whole = _whole(weights, None)
        with self.writing() as connection:
            self._mine(connection, run_id, state=state, error=error, ended=datetime.now(UTC))
            if whole:
                newest = select(moments.c.moment, moments.c.images_seen).where(moments.c.run_id == run_id)
                key = connection.execute(newest.order_by(moments.c.moment.desc()).limit(1)).one()
                _replace_weights(connection, run_id=run_id, moment=key.moment, images_seen=key.images_seen, **whole)
        self._attempts.pop(run_id, None)

    def lost(self, run_id: str, attempt: int) -> bool:
        """Take back a run whose worker died: into the queue at its old place, or, the second time, it has failed.

        Whether it will be tried again.
        """
        again = {"state": "queued", "worker": "", "retries": runs.c.retries + 1}
        if self._end(run_id, attempt, runs.c.retries < MOST_RETRIES, **again):
            return True
        self._end(run_id, attempt, state="failed", error=DIED_TWICE, ended=datetime.now(UTC))
        return False

    def fail(self, run_id: str, attempt: int, error: str) -> bool:
        """Say for a worker that could not do so itself that the run has failed. Whether it was still at work."""
        return self._end(run_id, attempt, state="failed", error=error, ended=datetime.now(UTC))

    def interrupt(self, run_id: str, attempt: int) -> bool:
        """Say for a worker that could not do so itself that the run was interrupted. Whether it was still at work."""
        return self._end(run_id, attempt, state="interrupted", error=INTERRUPTED, ended=datetime.now(UTC))

    def _end(self, run_id: str, attempt: int, *also: Any, **values: Any) -> bool:
        at_work = (runs.c.id == run_id, runs.c.attempt == attempt, runs.c.state.in_(AT_WORK), *also)
        with self.writing() as connection:
            return bool(connection.execute(update(runs).where(*at_work).values(**values)).rowcount)

    def _mine(self, connection: Connection, run_id: str, **values: Any) -> None:
        """Change the run with a sign of life, if it is still the one begun here."""
        mine = (runs.c.id == run_id, runs.c.attempt == self._attempts.get(run_id), runs.c.state.in_(AT_WORK))
        if not connection.execute(update(runs).where(*mine).values(heartbeat=datetime.now(UTC), **values)).rowcount:
            raise Lost(LOST)


def _hand_over(connection: Connection, run_id: str, worker: str) -> Run:
    """The queued run, at work from now on, without what cannot be resumed."""
    newest = select(weights.c.moment, weights.c.images_seen).where(weights.c.run_id == run_id)
    kept, seen = connection.execute(newest).one_or_none() or (-1, 0)
    for table in (moments, snapshots):
        connection.execute(delete(table).where(table.c.run_id == run_id, table.c.moment > kept))
    now = datetime.now(UTC)
    values = {"state": "running", "worker": worker, "attempt": runs.c.attempt + 1, "images_seen": seen, "steps": 0}
    times = {"heartbeat": now, "started": func.coalesce(runs.c.started, now), "ended": None}
    connection.execute(update(runs).where(runs.c.id == run_id).values(**values, **times))
    return as_run(connection.execute(select(*OF_RUN).where(runs.c.id == run_id)).one())


def _whole(weights: Sequence[Mapping[str, Tensor]] | None, adam: Sequence[Mapping[str, Tensor]] | None) -> dict[str, Any]:
    """The columns of the newest weights; none where there are no weights."""
    if not weights:
        return {}
    return {"data": packing.pack_weights(weights), "adam": packing.pack_weights(adam) if adam and all(adam) else None}


def _replace_weights(connection: Connection, run_id: str, **values: Any) -> None:
    if not connection.execute(update(weights).where(weights.c.run_id == run_id).values(**values)).rowcount:
        connection.execute(weights.insert().values(run_id=run_id, **values))


def _thin_out(connection: Connection, run_id: str) -> None:
    asked = select(snapshots.c.moment, snapshots.c.images_seen).where(snapshots.c.run_id == run_id)
    found = connection.execute(asked.order_by(snapshots.c.moment)).all()
    if len(found) > KEPT_SNAPSHOTS:
        moment = found[least_missed([row.images_seen for row in found])].moment
        connection.execute(delete(snapshots).where(snapshots.c.run_id == run_id, snapshots.c.moment == moment))


def least_missed(seen: Sequence[int]) -> int:
    """Which of some rising image counts to leave out, never the first or last: its neighbours are nearest in the logarithm.

    Left out one by one as new ones come, what stays is spaced about evenly in the logarithm of images seen, as in vae/learning/timeline.py.
    """
    gaps = [log((after + 1) / (before + 1)) for before, after in zip(seen, seen[2:], strict=False)]
    return 1 + min(range(len(gaps)), key=gaps.__getitem__)
