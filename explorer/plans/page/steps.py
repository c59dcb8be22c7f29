"""The steps of a plan in order, in the browser: pictures, titles and minutes; the owner moves them, takes them out and chooses the one to edit."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from explorer.page.mounting import mount
from explorer.page.page import Page
from explorer.page.places import PLACES
from explorer.plans.page import changes
from explorer.plans.page.address import STEP
from explorer.plans.plan import Plan, Step

MODULE = "explorer/plans/page/steps.js"
LOOK = Path(__file__).with_name("steps.css").read_text(encoding="utf-8")


def draw(page: Page, plan: Plan, pictures: Mapping[int, str], key: str, edited: int = 0, own: bool = False) -> None:
    """The list. `edited` is the number of the step that is edited, from 1; 0 for none."""
    key = key.replace("_", ".")  # a part's key may not have two low lines, and the id of a plan may
    listed = [
        {
            "title": step.title,
            "page": _page(step),
            "from": begins,
            "minutes": step.minutes,
            "picture": pictures.get(number, ""),
        }
        for number, (step, begins) in enumerate(zip(plan.steps, plan.begins, strict=True), 1)
    ]
    data = {"steps": listed, "edited": edited, "own": own, "words": page.words.items("steps")}

    def heard() -> None:
        report = (st.session_state.get(key) or {}).get("report")
        if own and isinstance(report, dict):
            _obey(report, len(plan.steps))

    mount("plan_steps", MODULE, "plan-steps", "plan-steps", LOOK, key, data, heard, ahead=False)


def _page(step: Step) -> str:
    """The page that a step opens; "" where its title says it already."""
    title = PLACES[step.path].title if step.path in PLACES else step.path
    return "" if title == step.title else title


def _obey(report: dict[str, Any], count: int) -> None:
    """Do what the browser reports; it is a visitor's input."""
    at, to = report.get("at"), report.get("to")
    if type(at) is not int or not 0 <= at < count:
        return
    if report.get("do") == "move" and type(to) is int and 0 <= to < count:
        changes.move(at, to)
    elif report.get("do") == "remove":
        changes.remove(at)
    elif report.get("do") == "edit":
        st.session_state[STEP] = 0 if st.session_state[STEP] == at + 1 else at + 1
