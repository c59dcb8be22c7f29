"""An own plan under the hand: its title and minutes, its steps in order, the fields of one step; or all of it as text. Each change is saved at once."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from explorer.page import owners
from explorer.page.page import Page
from explorer.page.places import PLACES
from explorer.page.words import plain
from explorer.plans import checking, editing
from explorer.plans.grammar import LONGEST, LONGEST_TITLE, MOST_MINUTES
from explorer.plans.page import changes, steps
from explorer.plans.page.address import STEP
from explorer.plans.plan import Plan, Step
from explorer.runs.store.plans import OwnPlan
from explorer.runs.store.views import views

HEIGHT = 520  # pixels of the text
ROUNDS = (1, 2)


def troubles(page: Page, plan: Plan) -> None:
    """What would go wrong in playing it, with the step where it would."""
    said = []
    for trouble in checking.troubles(plan):
        number = sum(step.lines[""] <= trouble.line for step in plan.steps)
        why = plain(trouble.why)
        said.append(page.words.item("wrong", "step", step=number, why=why) if number else why)
    if said:
        st.warning(changes.in_lines(said))
    if (whole := editing.total(plan)) != plan.minutes:
        label = page.words.item("wrong", "minutes", minutes=whole)
        st.button(label, key="plan_fit", on_click=changes.fit, args=(whole,))


def text(page: Page, kept: OwnPlan) -> None:
    """All of it as text."""
    _Fields(page, kept.id).draw("text_area", "plan_text", kept.text, changes.write, height=HEIGHT)


def draw(page: Page, plan_id: str, plan: Plan, pictures: Mapping[int, str]) -> None:
    """Head and steps on one side, the step that is edited on the other."""
    _head(page, plan_id, plan)
    if was := changes.removed(plan_id):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(page.words.item("removed", "said", title=plain(was.step.title)))
            page.button("plan_undo", on_click=changes.put_back)
    left, right = st.columns([1, 1.1], gap="medium")
    with left:
        steps.draw(page, plan, pictures, f"plan-steps-{plan_id}", edited=page.at[STEP], own=True)
        _more(page)
    with right:
        if 1 <= page.at[STEP] <= len(plan.steps):
            _step(page, plan_id, plan, page.at[STEP] - 1)
        else:
            page.caption("choose")


class _Fields:
    """Widgets that show what the store has; one whose text was refused shows what was typed, and why it is not saved."""

    def __init__(self, page: Page, prefix: str):
        self.page, self.prefix = page, prefix

    def draw(self, kind: str, control: str, value: Any, save: Callable[[str], None], where: Any = st, **more: Any) -> None:
        """A widget that has its changes saved by `save`, which is told its key."""
        key = f"{control}-{self.prefix}"
        refused = changes.unsaved(key)
        st.session_state[key] = refused.typed if refused else value
        label, hint = self.page.words.label(control), self.page.words.help(control)
        getattr(where, kind)(label, key=key, help=hint, on_change=save, args=(key,), **more)
        if refused:
            where.error(refused.why)

    def change(
        self, kind: str, control: str, value: Any, make: Callable[[Plan, Any], Plan], where: Any = st, **more: Any
    ) -> None:
        """A widget of one thing that the plan says: `make` gives the plan with another value of it."""

        def save(key: str) -> None:
            new = st.session_state[key]
            changes.change(lambda plan: make(plan, new), key)

        self.draw(kind, control, value, save, where, **more)


def _head(page: Page, plan_id: str, plan: Plan) -> None:
    fields = _Fields(page, plan_id)
    left, middle, right = st.columns([2, 0.8, 3])
    fields.change(
        "text_input", "plan_title", plan.title, lambda now, v: editing.renamed(now, title=v), left, max_chars=LONGEST_TITLE
    )
    minutes = {"min_value": 1, "max_value": MOST_MINUTES, "step": 1}
    fields.change(
        "number_input", "plan_minutes", plan.minutes, lambda now, v: editing.renamed(now, minutes=v), middle, **minutes
    )
    fields.change(
        "text_input", "plan_about", plan.about, lambda now, v: editing.renamed(now, about=v), right, max_chars=LONGEST
    )


def _step(page: Page, plan_id: str, plan: Plan, at: int) -> None:
    """All fields of one step."""
    step, fields = plan.steps[at], _Fields(page, f"{plan_id}-{at}")

    def draw(kind: str, control: str, where: Any = st, **more: Any) -> None:
        field = control.removeprefix("plan_step_")
        value = getattr(step, field)
        fields.change(kind, control, value, lambda now, v: editing.changed(now, at, **{field: v}), where, **more)

    with st.container(border=True, key="plan-step"):
        left, right = st.columns([2.4, 1])
        draw("text_input", "plan_step_title", left, max_chars=LONGEST_TITLE)
        draw("number_input", "plan_step_minutes", right, min_value=1, max_value=MOST_MINUTES, step=1)
        draw("text_input", "plan_step_open", max_chars=LONGEST)
        for name in ("plan_step_do", "plan_step_ask", "plan_step_expect", "plan_step_fits"):
            draw("text_area", name, height=68, max_chars=LONGEST)
        _vote(fields, step, at)
        left, middle, right = st.columns([1, 1, 1], vertical_alignment="bottom")
        known = (checking.places_of(step.path) if step.path in PLACES else {}) or checking.EVERY_PAGE
        places = list(dict.fromkeys(("", *known, step.light)))
        names = {"": page.words.item("light", "all")}
        draw("selectbox", "plan_step_light", left, options=places, format_func=lambda name: names.get(name, name))
        draw("text_input", "plan_step_together", middle)
        draw("text_input", "plan_step_task", right)
        draw("toggle", "plan_step_cover")


def _vote(fields: _Fields, step: Step, at: int) -> None:
    """What is put to the vote, as one writes it in a plan's text, and in how many rounds."""
    rounds = step.vote.rounds if step.vote else ROUNDS[0]

    def voted(now: Plan, said: str) -> Plan:
        return editing.changed(now, at, vote=editing.vote_of(said, rounds))

    def counted(now: Plan, number: int) -> Plan:
        vote = now.steps[at].vote
        return editing.changed(now, at, vote=vote and replace(vote, rounds=number))

    fields.change("text_area", "plan_step_vote", editing.vote_text(step.vote), voted, height=68 if step.vote is None else 110)
    if step.vote:
        fields.change("selectbox", "plan_step_rounds", rounds, counted, options=list(ROUNDS))


def _more(page: Page) -> None:
    """One more step: a view that this browser kept, or a page as it opens."""
    kept = {view.id: view for view in views().of_owner(owners.owner())}
    said = page.words.items("from")
    names = {key: page.words.item("from", "view", title=view.title) for key, view in kept.items()}
    names |= {path: page.words.item("from", "page", title=place.title) for path, place in PLACES.items()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label, hint = page.words.label("plan_from"), page.words.help("plan_from")
        chosen = st.selectbox(label, list(names), key="plan_from", format_func=names.__getitem__, help=hint)
        step = editing.step_of(kept[chosen]) if chosen in kept else Step(PLACES[chosen].title, editing.MINUTES, chosen)
        page.button("plan_add", on_click=changes.add, args=(step,))
    if not kept:
        st.caption(said["none"])
