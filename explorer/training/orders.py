"""What a run's owner can order, as this browser; where the store refuses, the page says why after its next run."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from explorer.page import owners
from explorer.runs import jobs
from explorer.runs.store import Run, store
from vae.errors import VaeError

REFUSED = "run_said"  # session-state key: why the last order was refused


def go_on(run: Run) -> None:
    """Let a paused run go on."""
    _give(store().want, run, "run")


def pause(run: Run) -> None:
    _give(store().want, run, "pause")


def stop(run: Run) -> None:
    _give(store().want, run, "stop")


def step(run: Run) -> None:
    """Take a single batch of a paused run."""
    _give(store().step, run)


def resume(run: Run) -> None:
    """Train a run that has ended further, from its newest weights."""
    _give(jobs.resume, run)


def change(run: Run, **values: float) -> None:
    """Another beta or learning_rate from the next batch on."""
    _give(store().change, run, **values)


def rename(run: Run, name: str) -> None:
    _give(store().rename, run, name)


def delete(run: Run) -> None:
    _give(store().delete, run)


def _give(order: Callable[..., Any], run: Run, *values: Any, **named: Any) -> None:
    try:
        order(run.id, owners.owner(), *values, **named)
    except VaeError as error:
        st.session_state[REFUSED] = str(error)
