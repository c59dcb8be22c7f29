"""What a page knows of the run it shows: read from the store, and only what is new since it looked before."""

from dataclasses import dataclass

import streamlit as st

from explorer.models import run_models
from explorer.page import owners
from explorer.runs.store import Denied, Moment, Run, store
from explorer.runs.store.image_sets import PRIVATE_IMAGES

SEEN = "run_seen"  # session-state key: the view of the run shown last


@dataclass(frozen=True)
class View:
    """A run and its moments so far; `mine` where this browser may give it orders."""

    run: Run
    moments: list[Moment]
    snapshots: list[int]  # indices of the moments with codes and pictures
    mine: bool


def look(run_id: str) -> View | None:
    """The run as it stands now, None where there is no such run. StoreError where the store cannot say, or must not."""
    run = store().get(run_id)
    if run is None:
        return None
    if run_models.private(run):
        raise Denied(PRIVATE_IMAGES)
    before: View | None = st.session_state.get(SEEN)
    same = before is not None and (before.run.id, before.run.attempt) == (run.id, run.attempt)
    moments = before.moments if before is not None and same else []  # another attempt begins again at the last weights
    moments = moments + store().records(run_id, moments[-1].index if moments else -1)
    snapshots = before.snapshots if before is not None and same and moments == before.moments else store().snapshots(run_id)
    view = View(run, moments, snapshots, run.owner == owners.owner())
    st.session_state[SEEN] = view
    if run.active:
        store().watched(run_id)
    return view


def newest_active(encodes: bool = True) -> str | None:
    """The id of the run of this browser that is being trained or waits for it; the newest one, of models with encoders or without."""
    return next((run.id for run in store().runs(owners.owner()) if run.active and run.encodes == encodes), None)
