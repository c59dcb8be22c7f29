"""The pictures of a plan's steps: those that ship, and those of the views that somebody kept."""

import functools

from explorer.browser.assets import base
from explorer.page.words import ROOT
from explorer.plans.plan import Plan
from explorer.plans.shipped import shipped
from explorer.runs.store.plans import plans
from explorer.runs.store.views import views

FOLDER = ROOT / "explorer" / "plans" / "pictures"  # what ships: PLAN-STEP.webp


def of(name: str, plan: Plan) -> dict[int, str]:
    """The paths of the pictures of any plan, by the number of the step from 1."""
    return of_shipped(name) if name in shipped() else of_own(name, plan, plans().get(name).owner)


def of_shipped(name: str) -> dict[int, str]:
    """The paths of the pictures of a plan that ships, by the number of the step from 1."""
    steps = range(1, len(shipped()[name].steps) + 1)
    found = {number: f"{name}-{number}.webp" for number in steps}
    return {number: f"{base()}/plans/pictures/{file}" for number, file in found.items() if (FOLDER / file).exists()}


def of_own(plan_id: str, plan: Plan, owner: str) -> dict[int, str]:
    """The same of an own plan: a step shows what its owner kept of the address that it opens, or what ships of it."""
    kept = views().showing(owner, {step.open for step in plan.steps})
    found = {}
    for number, step in enumerate(plan.steps, 1):
        if step.open in kept:
            found[number] = f"{base()}/plans/{plan_id}/{kept[step.open]}.webp"
        elif step.open in _shipped():
            found[number] = _shipped()[step.open]
    return found


@functools.cache
def _shipped() -> dict[str, str]:
    """The pictures that ship, by the addresses that they show."""
    return {plan.steps[number - 1].open: path for name, plan in shipped().items() for number, path in of_shipped(name).items()}
