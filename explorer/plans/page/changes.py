"""What the page does to plans of this browser's, each in a callback: what refuses it is said when the page is drawn, and nothing is half done."""

from collections.abc import Callable
from typing import Any, NamedTuple

import streamlit as st

from explorer.page import owners
from explorer.page.mounting import mount
from explorer.page.page import Page
from explorer.page.words import plain
from explorer.plans import editing
from explorer.plans.grammar import PlanError, Trouble, parse
from explorer.plans.page.address import PLAN, STEP
from explorer.plans.plan import Plan, Step
from explorer.runs.store import StoreError
from explorer.runs.store.plans import Draft, Newer, OwnPlan, plans

MODULE = "explorer/plans/page/refused.js"
_SEEN = "plan_seen"  # session-state key: the plan that is open, as this window shows it
_TROUBLE = "plan_trouble"  # session-state key: why something was not done, in Markdown, and what was typed for nothing
_UNSAVED = "plan_unsaved"  # session-state key: by their keys, fields whose text was refused, as it was typed and why
_REFUSALS = "plan_refusals"  # session-state key: how many refusals were said
_REMOVED = "plan_removed"  # session-state key: the step that was taken out last


class Unsaved(NamedTuple):
    """What a field says that cannot be saved, and why, in Markdown."""

    typed: Any
    why: str


class Removed(NamedTuple):
    """A step that was taken out, and where it stood."""

    plan: str
    at: int
    step: Step


def shown(plan: OwnPlan) -> None:
    """This window shows the plan so: a change to another text than this one is refused."""
    st.session_state[_SEEN] = plan.id, plan.text


def change(make: Callable[[Plan], Plan], field: str = "") -> bool:
    """Change the open plan; whether it was done. `field` is the key of the widget that asks for it, if one does."""
    return _replace(lambda text: editing.draft(make(parse(text))), field)


def write(field: str) -> None:
    """Change the open plan to the text that somebody typed into the field with that key."""
    text = st.session_state[field]
    _replace(lambda _: Draft(parse(text).title, text), field, lines=True)


def _replace(make: Callable[[str], Draft], field: str, lines: bool = False) -> bool:
    plan_id, text = st.session_state[_SEEN]
    unsaved = _unsaved()
    try:
        draft = make(text)
        plans().replace(plan_id, owners.owner(), text, draft)
    except PlanError as error:
        why = listed(error.troubles, lines)
        if field:
            unsaved[field] = Unsaved(st.session_state[field], why)
        else:
            refuse(why)
    except StoreError as error:
        typed = st.session_state.get(field)
        refuse(plain(str(error)), typed if isinstance(error, Newer) and isinstance(typed, str) else "")
    else:
        st.session_state[_SEEN] = plan_id, draft.text
        unsaved.pop(field, None)
        return True
    return False


def create(text: str) -> None:
    """A new plan of that text, and open it."""
    try:
        made = plans().create(owners.owner(), parse(text).title, text)
    except PlanError as error:
        refuse(listed(error.troubles))
    except StoreError as error:
        refuse(plain(str(error)))
    else:
        st.session_state[PLAN] = made.id


def delete(plan_id: str) -> None:
    """Delete a plan, and go back to all of them."""
    try:
        plans().delete(plan_id, owners.owner())
    except StoreError as error:
        refuse(plain(str(error)))
    else:
        st.session_state[PLAN] = ""


def refuse(why: str, typed: str = "") -> None:
    """Say why something is not done when the page is drawn, and give back what was typed for it."""
    st.session_state[_TROUBLE] = why, typed


def say(page: Page) -> None:
    """Say why the last thing was not done, in sight and with the keyboard there, and give back what was typed for it; nothing where it was done."""
    why, typed = st.session_state.pop(_TROUBLE, ("", ""))
    if not why:
        return
    number = st.session_state[_REFUSALS] = st.session_state.get(_REFUSALS, 0) + 1
    with st.container(key="plan-refused"):
        st.error(why)
        if typed:
            page.caption("typed")
            st.code(typed, language=None)
        mount(
            "plan_refused",
            MODULE,
            "plan-refused",
            "plan-refused",
            "",
            "plan-refused-seen",
            {"number": number},
            lambda: None,
            ahead=False,
        )


def _unsaved() -> dict[str, Unsaved]:
    found: dict[str, Unsaved] = st.session_state.setdefault(_UNSAVED, {})
    return found


def unsaved(field: str) -> Unsaved | None:
    """What the field with that key says that was refused."""
    return _unsaved().get(field)


def listed(troubles: list[Trouble], lines: bool = True) -> str:
    """Troubles in Markdown, each a line, with the lines of the text if it was typed."""
    return in_lines([plain(str(each) if lines else each.why) for each in troubles])


def in_lines(said: list[str]) -> str:
    """Sentences in Markdown, each on a line of its own."""
    return said[0] if len(said) == 1 else "\n".join(f"- {each}" for each in said)


def fit(minutes: int) -> None:
    """Make the plan as long as that."""
    change(lambda plan: editing.renamed(plan, minutes=minutes))


# --- steps


def move(at: int, to: int) -> None:
    """Put a step into another place; what is edited stays the same step."""
    if change(lambda plan: editing.moved(plan, at, to)):
        between, way = range(min(at, to), max(at, to) + 1), 1 if to < at else -1
        _follow(lambda each: to if each == at else each + way if each in between else each)


def remove(at: int) -> None:
    """Take a step out; it can be put back."""
    plan_id, text = st.session_state[_SEEN]
    if change(lambda plan: editing.without(plan, at)):
        st.session_state[_REMOVED] = Removed(plan_id, at, parse(text).steps[at])
        _follow(lambda each: None if each == at else each - (each > at))


def _follow(place: Callable[[int], int | None]) -> None:
    """Steps of the open plan have other places: what is edited stays the same step, and what was refused stays in its fields."""
    edited = place(st.session_state[STEP] - 1) if st.session_state[STEP] else None
    st.session_state[STEP] = 0 if edited is None else edited + 1
    followed = {}
    for key, refused in _unsaved().items():
        field, _, at = key.rpartition("-")
        if field.endswith(f"-{st.session_state[_SEEN][0]}"):  # a field of a step; those of the whole plan end with its id
            now = place(int(at))
            key = "" if now is None else f"{field}-{now}"
        if key:
            followed[key] = refused
    st.session_state[_UNSAVED] = followed


def removed(plan_id: str) -> Removed | None:
    """The step that was taken out of that plan last."""
    found: Removed | None = st.session_state.get(_REMOVED)
    return found if found is not None and found.plan == plan_id else None


def put_back() -> None:
    """Put that step back where it was."""
    was: Removed = st.session_state[_REMOVED]
    if change(lambda plan: editing.with_step(plan, was.step, was.at)):
        st.session_state.pop(_REMOVED)
        _follow(lambda each: each + (each >= was.at))


def add(step: Step) -> None:
    """Put a step at the end, and edit it."""
    if change(lambda plan: editing.with_step(plan, step)):
        st.session_state[STEP] = len(parse(st.session_state[_SEEN][1]).steps)
