"""The design tasks on the page My course: one is chosen and tried, and each try says by how much it meets or misses the task."""

import html

import streamlit as st

from explorer.page import owners, remembered
from explorer.page.page import Page
from explorer.page.words import inline
from explorer.plans.course import export, tasks
from explorer.plans.course.address import TASK
from explorer.plans.course.progress import Record, Try, tries, try_key
from explorer.plans.course.settling import looked, settled
from explorer.plans.course.tasks import BETA, LATENTS, TASKS
from explorer.runs import answering
from explorer.runs.store import Run
from vae.errors import VaeError

TICK = 1.0  # seconds between two looks at a try that goes on
ACTIVE, TROUBLE = "course_trying", "course_refused"  # session-state keys: whether one goes on; why the newest was refused
USUAL = {"beta": 1.0, "latents": 2}  # what the fields say at first, where a task does not give the number itself


def draw(page: Page, kept: Record) -> None:
    """The tasks, and the one that is open."""
    names = page.words.items("task-titles")
    standing = {task: _standing(page, task, kept) for task in TASKS}
    task = page.at.draw(
        TASK, page.words.items("choose")["task"], format_func=names.get, label_visibility="collapsed", required=False
    )
    if task is None:
        rows = "".join(
            f"<li><b>{html.escape(names[each])}</b> <small>{html.escape(standing[each])}</small><br>{inline(page.words.items('goals')[each])}</li>"
            for each in TASKS
        )
        st.html(f'<ul class="le-tasks">{rows}</ul>')
        return
    st.markdown(page.words.items("goals")[task])
    _form(page, task)
    st.fragment(_tries, run_every=TICK if st.session_state.get(ACTIVE) else None)(page, task)


def _standing(page: Page, task: str, kept: Record) -> str:
    ended = [each for each in tries(kept, task) if each.state == "done"]
    key = "met-once" if any(map(export.is_met, ended)) else "open" if ended else "untried"
    return page.words.items("tries")[key]


def _form(page: Page, task: str) -> None:
    said = page.words.items("choose")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        given: dict[str, float] = {limit.of: int(limit.at) for limit in TASKS[task] if limit.exactly}
        keys = {of: _field(of, task) for of in USUAL}
        for of, usual in USUAL.items():
            st.session_state.setdefault(keys[of], given.get(of, usual))
        st.number_input(said["beta"], *BETA, step=0.5, key=keys["beta"], format="%g", width=150, persist_state="session")
        st.number_input(said["latents"], *LATENTS, step=1, key=keys["latents"], width=150, persist_state="session")
        page.button("course_try", type="primary", on_click=_begin, args=(task,), disabled=bool(st.session_state.get(ACTIVE)))
    if why := st.session_state.pop(TROUBLE, ""):
        st.error(why)


def _field(of: str, task: str) -> str:
    """The key of a field: each task has its own."""
    return f"course_{of}_{task}"


def _begin(task: str) -> None:
    """Train what the form says, in a callback."""
    beta, latents = (st.session_state[_field(of, task)] for of in USUAL)
    try:
        run = tasks.begin(owners.owner(), beta, latents)
    except VaeError as error:
        st.session_state[TROUBLE] = str(error)
        return
    remembered.keep(try_key(task, run.id), "begun")
    st.session_state[ACTIVE] = True


def _tries(page: Page, task: str) -> None:
    """The tries of a task, the newest first; a fragment, so that it can follow one that goes on."""
    if not owners.asks(st.context.cookies):
        return
    try:
        kept = settled(owners.owner(), answering.given_by(owners.owner()))
        found = [looked(each) for each in reversed(tries(kept, task))]
    except VaeError as error:
        st.error(str(error))
        return
    active = any(run is not None and run.active for _, run in found)
    if active != bool(st.session_state.get(ACTIVE)):
        st.session_state[ACTIVE] = active
        st.rerun()  # the ticks begin or end, and the list of tasks knows of it
    if found:
        st.html(
            f'<ol class="le-tries" aria-label="{html.escape(page.words.items("tries")["label"])}">{"".join(_row(page, tried, run) for tried, run in found)}</ol>'
        )


def _row(page: Page, tried: Try, run: Run | None) -> str:
    said = page.words.items("tries")
    link = f'<a href="./train?run={tried.run}">{html.escape(page.words.item("tries", "run", date=f"{tried.at:%Y-%m-%d %H:%M}"))}</a>'
    if tried.state == "done":
        met = export.is_met(tried)
        lines = " ".join(export.outcomes(tried.task, tried))
        verdict = f"<b>{html.escape(said['met' if met else 'missed'])}</b> {html.escape(lines)} <i>{html.escape(export.way(tried.task, tried))}</i>"
        return f'<li class="{"le-yes" if met else "le-no"}"><small>{html.escape(export.settings(tried))} · {link}</small><p>{verdict}</p></li>'
    if run is None:
        state = said["lost"]
    elif run.active:
        state = page.words.item("tries", "training", progress=run.progress) if run.state == "running" else said["waiting"]
    else:
        state = said["changed"] if run.state == "done" else said["lost"]
    return f"<li><small>{link}</small><p>{html.escape(state)}</p></li>"
