"""Changes to a plan, each of which gives another plan: steps added, moved, changed and taken out. What it gives, its text says (grammar.py)."""

from dataclasses import replace
from typing import Any

from explorer.page.places import PLACES
from explorer.plans.grammar import parse, written
from explorer.plans.plan import Plan, Step, Vote
from explorer.runs.store.plans import Draft
from explorer.runs.store.views import View

MINUTES = 5  # of a step that is made of a view
_AROUND = "# Plan\nminutes: 1\n\n## Step\nminutes: 1\nopen: home\n"  # what a vote stands in where it is read alone


def draft(plan: Plan) -> Draft:
    """A plan as the store keeps it; PlanError where its text would be none."""
    text = written(plan)
    parse(text)
    return Draft(plan.title, text)


def step_of(view: View) -> Step:
    """A step that opens a view: its title, and its note as what to do there."""
    title = view.title or PLACES[view.address.partition("?")[0]].title
    return Step(_as_said(title), MINUTES, view.address, do=_as_said(view.note))


def started(title: str, step: Step) -> Plan:
    """A plan of one step."""
    return Plan(_as_said(title) or step.title, step.minutes, "", (step,))


def with_step(plan: Plan, step: Step, at: int | None = None) -> Plan:
    """The plan with a step more, at its end or where it is told; its minutes go along if they added up."""
    place = len(plan.steps) if at is None else at
    return _paced(plan, (*plan.steps[:place], step, *plan.steps[place:]))


def without(plan: Plan, at: int) -> Plan:
    """The plan without a step; its minutes go along if they added up."""
    return _paced(plan, (*plan.steps[:at], *plan.steps[at + 1 :]))


def moved(plan: Plan, at: int, to: int) -> Plan:
    """The plan with a step in another place; the same plan where there is no such place."""
    if not 0 <= to < len(plan.steps):
        return plan
    others = [*plan.steps[:at], *plan.steps[at + 1 :]]
    return replace(plan, steps=(*others[:to], plan.steps[at], *others[to:]))


def changed(plan: Plan, at: int, **fields: Any) -> Plan:
    """The plan with other fields of a step."""
    step = replace(plan.steps[at], **_said(fields))
    return replace(plan, steps=(*plan.steps[:at], step, *plan.steps[at + 1 :]))


def renamed(plan: Plan, **fields: Any) -> Plan:
    """The plan with another title, other minutes or another line on what it is about."""
    return replace(plan, **_said(fields))


def total(plan: Plan) -> int:
    """The minutes of its steps."""
    return sum(step.minutes for step in plan.steps)


def vote_text(vote: Vote | None) -> str:
    """A vote as one writes it: `prediction`, `check`, or a question with its answers below it."""
    if vote is None or vote.of != "own":
        return vote.of if vote else ""
    return "\n".join(
        (vote.question, *(f"- {each.key}: {each.text}{' (right)' if each.right else ''}" for each in vote.options))
    )


def vote_of(text: str, rounds: int) -> Vote | None:
    """The vote that such a text says; PlanError where it says none."""
    said = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if not said:
        return None
    lines = [f"vote: {said[0]}", *said[1:], *([f"rounds: {rounds}"] if rounds > 1 else [])]
    return parse(_AROUND + "\n".join(lines)).steps[0].vote


def _paced(plan: Plan, steps: tuple[Step, ...]) -> Plan:
    made = replace(plan, steps=steps)
    return replace(made, minutes=total(made)) if plan.minutes == total(plan) and steps else made


def _said(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: _as_said(value) if isinstance(value, str) else value for name, value in fields.items()}


def _as_said(text: str) -> str:
    """Somebody's words as a plan can say them: one line, and nothing that begins like markup."""
    return " ".join(text.replace("<", "< ").split())
