"""What dispatchers and workers do with runs: take one from the queue, write what it learns, obey its owner, end it.

A run belongs to the worker that began it last. Writing says which attempt it belongs to, so that a worker which was given up and comes
back finds the run Lost and changes nothing.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import log
from typing import Any

from sqlalchemy import Connection, delete, func, or_, select, update
from torch import Tensor

from explorer.store import packing
from explorer.store.database import Database
from explorer.store.errors import Lost
from explorer.store.limits import abandoned_minutes
from explorer.store.run import AT_WORK, Orders, Run, State
from explorer.store.tables import moments, runs, snapshots, weights
from explorer.store.visitors import OF_RUN, as_json, as_run
from vae.records import Record, Step

KEPT_SNAPSHOTS = 24  # of a run; more are thinned out
MOST_ATTEMPTS = 2
CLAIM_SECONDS = 60  # a claimed run that no worker began by then may be claimed again
LOST = "This run is no longer this worker's."
DIED_TWICE = "The worker process died twice while training this run, so it was given up. What it had learned is kept."


class Workers(Database):
    """The store as dispatchers and workers see it."""

    def __init__(self, url: str):
        super().__init__(url)
        self._attempts: dict[str, int] = {}  # of the runs begun here

    def claim(self, per_owner: int) -> Run | None:
        """Take the first run of the queue whose owner has fewer than `per_owner` at work; None where there is none."""
        now = datetime.now(UTC)
        fresh = runs.c.claimed >= now - timedelta(seconds=CLAIM_SECONDS)
        waiting = select(*OF_RUN).where(runs.c.state == "queued", or_(runs.c.claimed.is_(None), ~fresh))
        busy = select(runs.c.owner).where(or_(runs.c.state.in_(AT_WORK), (runs.c.state == "queued") & fresh))
        with self.reading() as connection:  # asked all the time: an empty queue must cost no lock
            if connection.execute(waiting.limit(1)).first() is None:
                return None
        with self.writing(alone=True) as connection:
            count = Counter(connection.execute(busy).scalars())
            for row in connection.execute(waiting.order_by(runs.c.queued, runs.c.id)).all():
                if count[row.owner] < per_owner:
                    connection.execute(update(runs).where(runs.c.id == row.id).values(claimed=now))
                    return as_run(row)
        return None

    def begin(self, run_id: str, worker: str) -> Run | None:
        """Make a queued run this worker's; None if it is not queued (stopped, deleted, another's).

        What an earlier attempt wrote after its newest weights is forgotten: `images_seen` is where to go on.
        """
        now = datetime.now(UTC)
        with self.writing() as connection:
            queued = (runs.c.id == run_id, runs.c.state == "queued")
            newest = connection.execute(
                select(weights.c.moment, weights.c.images_seen).where(weights.c.run_id == run_id)
            ).one_or_none()
            kept, seen = (newest.moment, newest.images_seen) if newest else (-1, 0)
            values = {"state": "running", "attempt": runs.c.attempt + 1, "worker": worker, "images_seen": seen, "steps": 0}
            times = {"heartbeat": now, "started": func.coalesce(runs.c.started, now), "ended": None, "claimed": None}
            if not connection.execute(update(runs).where(*queued).values(**values, **times)).rowcount:
                return None
            for table in (moments, snapshots):
                connection.execute(delete(table).where(table.c.run_id == run_id, table.c.moment > kept))
            run = as_run(connection.execute(select(*OF_RUN).where(runs.c.id == run_id)).one())
        self._attempts[run_id] = run.attempt
        return run

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
    ) -> int:
        """Store a moment with each model's record and, if given, its state dict. Returns the moment's index."""
        seen = records[0].images_seen
        shown = [record.snapshot for record in records if record.snapshot is not None]
        views = packing.pack_snapshots(shown) if shown else None
        replayed = packing.pack_weights(weights, half=True) if weights and shown else None
        whole = packing.pack_weights(weights) if weights else None
        with self.writing() as connection:
            self._mine(connection, run_id, images_seen=seen)
            last = connection.execute(select(func.max(moments.c.moment)).where(moments.c.run_id == run_id)).scalar()
            key = {"run_id": run_id, "moment": 0 if last is None else last + 1, "images_seen": seen}
            values = {"records": as_json(records), "note": note, "steps": as_json(steps)}
            connection.execute(moments.insert().values(**key, **values))
            if views is not None:
                connection.execute(snapshots.insert().values(**key, views=views, weights=replayed))
                _thin_out(connection, run_id)
            if whole is not None:
                _replace_weights(connection, **key, data=whole)
        return key["moment"]

    def finish(self, run_id: str, state: State, error: str = "", weights: Sequence[Mapping[str, Tensor]] | None = None) -> None:
        """End the run; `weights`, if given, are those of its last moment."""
        whole = packing.pack_weights(weights) if weights else None
        with self.writing() as connection:
            self._mine(connection, run_id, state=state, error=error, ended=datetime.now(UTC))
            if whole is not None:
                newest = select(moments.c.moment, moments.c.images_seen).where(moments.c.run_id == run_id)
                key = connection.execute(newest.order_by(moments.c.moment.desc()).limit(1)).one()
                _replace_weights(connection, run_id=run_id, moment=key.moment, images_seen=key.images_seen, data=whole)
        self._attempts.pop(run_id, None)

    def retry(self, run_id: str, reason: str = DIED_TWICE) -> bool:
        """Queue a run whose worker died again, at its old place; the second time it has failed, for that reason."""
        at_work = (runs.c.id == run_id, runs.c.state.in_(AT_WORK))
        with self.writing() as connection:
            again = update(runs).where(*at_work, runs.c.attempt < MOST_ATTEMPTS)
            if connection.execute(again.values(state="queued", claimed=None)).rowcount:
                return True
            failed = {"state": "failed", "error": reason, "ended": datetime.now(UTC)}
            connection.execute(update(runs).where(*at_work).values(**failed))
        return False

    def _mine(self, connection: Connection, run_id: str, **values: Any) -> None:
        """Change the run with a sign of life, if it is still the one begun here."""
        mine = (runs.c.id == run_id, runs.c.attempt == self._attempts.get(run_id), runs.c.state.in_(AT_WORK))
        if not connection.execute(update(runs).where(*mine).values(heartbeat=datetime.now(UTC), **values)).rowcount:
            raise Lost(LOST)


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

    Left out one by one as new ones come, what stays is spaced about evenly in the logarithm of images seen, as in vae/timeline.py.
    """
    gaps = [log((after + 1) / (before + 1)) for before, after in zip(seen, seen[2:], strict=False)]
    return 1 + min(range(len(gaps)), key=gaps.__getitem__)
