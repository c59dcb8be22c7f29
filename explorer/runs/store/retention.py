"""What is kept for how long: unnamed runs, images without runs and models that visitors brought go after some days, the oldest when all together grow too large."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, exists, func, select, update

from explorer import public
from explorer.runs.store.database import Database
from explorer.runs.store.limits import keep_bytes, keep_days
from explorer.runs.store.run import ACTIVE, AT_WORK, INTERRUPTED
from explorer.runs.store.tables import image_sets, models, runs, snapshots, weights

SHRINK_PAGES = 1_000  # given back at once, 4 kB each: a few milliseconds, so that workers get their turns


def rule() -> str:
    """The rule in force, for the page."""
    days, most = keep_days(), keep_bytes()
    if public.on():
        return public.NAMES
    return (
        f"Runs without a name are deleted after {days:g} day{'s' * (days != 1)}, the oldest sooner when all runs together "
        f"exceed {most / 1e9:g} GB. Name a run to keep it."
    )


def images_rule() -> str:
    """The rule in force for images that visitors brought."""
    days, most = keep_days(), keep_bytes()
    return (
        f"Images are deleted {days:g} day{'s' * (days != 1)} after they came, but not before the last run that was trained on them; the "
        f"oldest sooner when everything that is stored exceeds {most / 1e9:g} GB. A run with a name keeps its images."
    )


def models_rule() -> str:
    """The rule in force for models that visitors brought."""
    days, most = keep_days(), keep_bytes()
    return (
        f"Models that were brought are deleted {days:g} day{'s' * (days != 1)} after they came, the oldest sooner when everything that is stored "
        f"exceeds {most / 1e9:g} GB."
    )


class Retention(Database):
    """What is done every now and then (explorer/runs/tidying.py): forget what need not be kept, mark runs whose workers are silent."""

    def retain(self, days: float | None = None, most: float | None = None) -> list[str]:
        """Delete runs, images and models older than `days` and the oldest beyond `most` bytes, by default what the deployment says.

        Active runs and named ones stay, and images that a run was trained on or that belong to a class. Returns the ids of what was deleted.
        """
        days, most = keep_days() if days is None else days, keep_bytes() if most is None else most
        now = datetime.now(UTC)
        spare = (runs.c.name == "", runs.c.state.not_in(ACTIVE))
        unused = (~exists().where(runs.c.image_set == image_sets.c.id), image_sets.c.class_id.is_(None))
        since = func.coalesce(runs.c.ended, runs.c.created)
        asked = {
            runs: (select(runs.c.id, since.label("since")).where(*spare), spare),
            image_sets: (select(image_sets.c.id, image_sets.c.created.label("since")).where(*unused), unused),
            models: (select(models.c.id, models.c.created.label("since")), ()),
        }
        with self.reading() as connection:
            candidates = [
                (row.since, table, row.id, still) for table, (rows, still) in asked.items() for row in connection.execute(rows)
            ]
        sizes = self.sizes() | self.image_sizes() | self.model_sizes()
        total = sum(sizes.values())
        gone = []
        for kept_since, table, key, still in sorted(candidates, key=lambda each: each[0]):
            if total <= most and kept_since >= now - timedelta(days=days):
                break  # those that come later are younger
            with self.writing() as connection:  # each on its own, so that workers get their turns in between
                if connection.execute(delete(table).where(table.c.id == key, *still)).rowcount:
                    gone.append(key)
                    total -= sizes.get(key, 0)
        if gone:
            self._shrink()
        return gone

    def sizes(self) -> dict[str, int]:
        """Bytes of snapshots and weights of each run that has any."""
        sizes: dict[str, int] = {}
        with self.reading() as connection:
            for table, parts in (
                (snapshots, (snapshots.c.views, snapshots.c.weights)),
                (weights, (weights.c.data, weights.c.adam)),
            ):
                length = sum((func.coalesce(func.length(part), 0) for part in parts[1:]), func.length(parts[0]))
                for run_id, size in connection.execute(select(table.c.run_id, func.sum(length)).group_by(table.c.run_id)):
                    sizes[run_id] = sizes.get(run_id, 0) + int(size)
        return sizes

    def image_sizes(self) -> dict[str, int]:
        """Bytes of each set of images."""
        length = func.length(image_sets.c.pixels) + func.length(image_sets.c.labels)
        with self.reading() as connection:
            return {set_id: int(size) for set_id, size in connection.execute(select(image_sets.c.id, length))}

    def model_sizes(self) -> dict[str, int]:
        """Bytes of the weights of each model that was brought."""
        with self.reading() as connection:
            return {key: int(size) for key, size in connection.execute(select(models.c.id, func.length(models.c.weights)))}

    def interrupted(self, older_than_seconds: float) -> list[str]:
        """Mark the runs whose workers have given no sign of life for so long. Returns their ids."""
        now = datetime.now(UTC)
        silent = (runs.c.state.in_(AT_WORK), runs.c.heartbeat < now - timedelta(seconds=older_than_seconds))
        with self.reading() as connection:
            if not (found := list(connection.execute(select(runs.c.id).where(*silent)).scalars())):
                return []
        with self.writing() as connection:
            values = {"state": "interrupted", "error": INTERRUPTED, "ended": runs.c.heartbeat}
            return [
                run_id
                for run_id in found
                if connection.execute(update(runs).where(runs.c.id == run_id, *silent).values(**values)).rowcount
            ]

    def _shrink(self) -> None:
        """Give free pages back to the disk; PostgreSQL does so by itself."""
        if self.engine.dialect.name != "sqlite":
            return
        with self.reading() as connection:
            free = connection.exec_driver_sql("PRAGMA freelist_count").scalar_one()
            cursor = connection.connection.cursor()
            for _ in range(0, free, SHRINK_PAGES):
                cursor.executescript(
                    f"PRAGMA incremental_vacuum({SHRINK_PAGES})"
                )  # `execute` takes its first step only: a page
