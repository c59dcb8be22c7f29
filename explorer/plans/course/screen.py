"""What the page My course shows: the plans with how far one has come, and one of them page by page."""

import html
from collections.abc import Mapping
from urllib.parse import urlencode

import streamlit as st

from explorer.classroom import address
from explorer.page import owners, remembered, words
from explorer.page.page import Page
from explorer.page.places import PLACES
from explorer.plans.course import export
from explorer.plans.course.address import PLAN
from explorer.plans.course.progress import PARTS, Record, counted, first_open, marks
from explorer.plans.course.settling import settled
from explorer.plans.plan import Plan
from explorer.plans.shipped import find, shipped
from explorer.runs import answering
from explorer.runs.store import StoreError
from explorer.runs.store.answers import Given
from explorer.runs.store.plans import plans as own_plans

DELETED = "course_deleted"  # session-state key: how many answers were just deleted
SURE = "course_asked"  # session-state key: whether to delete them is being asked


def record() -> Record:
    """What this browser answered; nothing, after a sentence, where that is not kept or cannot be read."""
    said = words.load("explorer/plans/course").items("trouble")
    if not owners.asks(st.context.cookies):
        st.info(said["cookies"])
        return {}
    try:
        return settled(owners.owner(), answering.given_by(owners.owner()))
    except StoreError:
        st.warning(said["away"])
        return {}


def lessons(page: Page) -> dict[str, Plan]:
    """The plans to choose from: those that ship, this browser's own, and the one that the link names."""
    found = dict(shipped())
    try:
        names = [each.id for each in own_plans().of_owner(owners.owner())]
        found |= {name: plan for name in [*names, page.at[PLAN]] if name not in found and (plan := find(name))}
    except StoreError:
        pass  # those that ship are there
    return found


def choice(page: Page, known: Mapping[str, Plan], kept: Record) -> None:
    """A row for each plan: what it is, how far one has come, and the ways in."""
    rows = "".join(_row(page, name, plan, kept) for name, plan in known.items())
    st.html(f'<ul class="le-lessons">{rows}</ul>')


def _row(page: Page, name: str, plan: Plan, kept: Record) -> str:
    said, (done, every), step = page.words.items("plan"), counted(name, plan, kept), first_open(name, plan, kept)
    item = page.words.item
    begun = 0 < done < every
    way = item("plan", "go-on", step=step) if begun else said["again" if done else "begin"]
    also = f'<a href="{_alone(name, 1)}" data-whole>{html.escape(said["again"])}</a>' if begun and step > 1 else ""
    hand_in = (
        f'<a href="./course/{html.escape(name)}/hand-in?{urlencode({"base": address.here(st.context.url)})}" data-whole>{html.escape(said["hand-in"])}</a>'
        if done
        else ""
    )
    length, standing = (
        item("plan", "length", minutes=plan.minutes, steps=len(plan.steps)),
        item("plan", "done", done=done, all=every),
    )
    return (
        f"<li><div><h3>{html.escape(plan.title)}</h3><small>{html.escape(length)}</small></div>"
        f'<div class="le-lesson-far"><progress value="{done}" max="{max(every, 1)}" aria-label="{html.escape(standing)}"></progress>'
        f"<small>{html.escape(standing)}</small></div>"
        f'<div class="le-lesson-ways"><a class="le-main" href="{_alone(name, step if begun else 1)}" data-whole>{html.escape(way)}</a>'
        f"{also}{hand_in}</div></li>"
    )


def steps(page: Page, name: str, plan: Plan, kept: Record) -> None:
    """The plan page by page: what was answered there, and what is still open."""
    rows = "".join(_step(page, name, told, kept) for told in export.pages(name, plan, kept))
    st.html(f'<ol class="le-course">{rows}</ol>')


def _step(page: Page, name: str, told: export.Told, kept: Record) -> str:
    names, step = page.words.items("parts"), told.step
    done = marks(told.at, kept)
    chips = "".join(
        f'<span class="{"le-done" if yes else "le-open"}">{html.escape(names[part])}</span>' for part, yes in done.items()
    )
    said = "".join(
        f"<dt>{export.shown(each, each.question)}</dt><dd>{_judged(each.met)}{export.shown(each, ' '.join(export.sentences(each)))}</dd>"
        for each in told.said
    )
    missing = [names[part] for part, yes in done.items() if not yes]
    rest = page.words.item("plan", "missing", parts=", ".join(missing)) if missing else ""
    return (
        f'<li value="{told.number}"><h4><a href="{_alone(name, told.number)}" data-whole>{html.escape(step.title)}</a>'
        f"<small>{html.escape(PLACES[step.path].title)}</small></h4>"
        f'<p class="le-marks" aria-hidden="true">{chips}</p>{f"<dl>{said}</dl>" if said else ""}<p class="le-unseen">{html.escape(rest)}</p></li>'
    )


def _judged(met: bool | None) -> str:
    return "" if met is None else f'<i class="{"le-yes" if met else "le-no"}" aria-hidden="true"></i>'


def deleting(page: Page, kept: Record) -> None:
    """What is kept, and the button that deletes it, which asks before it does."""
    said = page.words.items("deleted")
    if (count := st.session_state.pop(DELETED, None)) is not None:
        st.success(said["one"] if count == 1 else page.words.item("deleted", "many", count=count))
    if not kept:
        return
    page.say("kept")
    if st.session_state.get(SURE):
        st.warning(said["sure"])
        page.button("course_sure", on_click=_delete)
    else:
        page.button("course_delete", on_click=lambda: st.session_state.update({SURE: True}))


def _delete() -> None:
    """In a callback: delete the record and what this process remembers, and let the pages ask anew."""
    owner = owners.owner()
    st.session_state[SURE] = False
    try:
        st.session_state[DELETED] = answering.delete(owner)
    except StoreError:
        return  # the page says that the record cannot be reached
    remembered.forget(owner)
    asked = [name for name in st.session_state if str(name).endswith(tuple(f"_{part}" for part in PARTS))]
    st.session_state.update(dict.fromkeys((name for name in asked), None))


def newest(kept: Record) -> Given | None:
    """The newest answer."""
    return max(kept.values(), key=lambda given: given.at, default=None)


def _alone(name: str, step: int) -> str:
    return f"./alone?plan={html.escape(name)}&amp;step={step}"
