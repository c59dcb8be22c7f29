"""Tries of design tasks whose run has ended are measured, whichever page or file asks for them first."""

from contextlib import suppress

from explorer.page import remembered
from explorer.plans.course import tasks
from explorer.plans.course.progress import Record, Try, tries, try_key
from explorer.runs import answering
from explorer.runs.store import Run, store
from explorer.runs.store.answers import Given
from vae.errors import VaeError


def looked(tried: Try) -> tuple[Try, Run | None]:
    """A try with its run, if that is there and has not been measured; VaeError where the store or the run cannot be read."""
    if tried.state == "done":
        return tried, None
    run = store().get(tried.run)
    if run is None or run.active:
        return tried, run
    measured = tasks.measured(run, store().records(run.id), tried.task)
    if measured is None:
        return tried, run
    numbers = {name: value for name, value in measured._asdict().items() if value is not None}
    return tried._replace(state="done", measured=numbers), None


def settled(owner: str, record: Record) -> Record:
    """The record with every try measured whose run has ended, and what was measured is kept. A try that cannot be read stays as it is."""
    found: dict[str, Given] = {}
    for tried in tries(record):
        now = tried
        with suppress(VaeError):
            now = looked(tried)[0]
        if now.state != tried.state:
            key, answer = try_key(now.task, now.run), remembered.record("done", now.measured)
            answering.write(owner, key, answer)
            found[key] = Given(answer, tried.at)
    return {**record, **found}
