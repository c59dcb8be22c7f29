"""How far somebody has come with a plan: what was answered on each of its pages, read from the record (explorer/runs/answering.py).

A page that a plan opens twice is one page: an answer given there counts for both steps, unless the page asks of several cases and the steps
open different ones (explorer/lesson/lesson.py).
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from explorer.page import remembered
from explorer.page.places import PLACES
from explorer.page.words import Option, Words, WordsError, slots
from explorer.plans.course.tasks import TASKS
from explorer.plans.plan import Plan, Step
from explorer.runs.store.answers import Given

# part -> the block of the page's words that asks it; what was revealed has no question of its own
PARTS = {
    "predicted": "predict",
    "observed": "observe",
    "revealed": "predict",
    "check": "check",
    "recall": "recall",
    "transfer": "transfer",
}
OF_A_CASE = ("predicted", "observed", "revealed")
_TRY = re.compile(rf"task_({'|'.join(TASKS)})_([A-Za-z0-9_-]{{22}})")

Record = Mapping[str, Given]  # what one browser answered, by question


class Said(NamedTuple):
    """A question of a page with what was answered, in the page's words.

    found   what turned out, of a prediction or an observation whose answer was seen; "" where it was not
    met     whether what was answered is right; None where that is not known yet
    """

    part: str
    question: str
    answer: str
    found: str
    met: bool | None
    why: str
    at: datetime


class Try(NamedTuple):
    """A try of a design task: the run, and what was measured of its model; nothing as long as it is not done."""

    task: str
    run: str
    at: datetime
    state: str
    measured: Mapping[str, Any]


def parts_of(step: Step) -> tuple[str, ...]:
    """What there is to be done on the page of a step."""
    place = PLACES.get(step.path)
    return tuple(part for part, block in PARTS.items() if place and block in _asking(place.words))


def marks(step: Step, record: Record) -> dict[str, bool]:
    """The same, each with whether it was done."""
    return {part: _key(step, part) in record for part in parts_of(step)}


def asked(step: Step) -> set[str]:
    """Under which questions the page of a step is recorded."""
    return {_key(step, part) for part in parts_of(step)}


def counted(plan: Plan, record: Record) -> tuple[int, int]:
    """How many questions of the plan's pages were answered, and of how many: each page's once."""
    found = set().union(*map(asked, plan.steps))
    return len(found & record.keys()), len(found)


def first_open(plan: Plan, record: Record) -> int:
    """The number, from 1, of the first step where something is left to do; 1 where nothing is."""
    return next((n for n, step in enumerate(plan.steps, 1) if not all(marks(step, record).values())), 1)


def said(step: Step, record: Record) -> list[Said]:
    """What was answered on the page of a step, in the order of the page."""
    found = (_said(step, part, record) for part in parts_of(step) if part != "revealed")
    return [each for each in found if each is not None]


def tries(record: Record, task: str = "") -> list[Try]:
    """The tries of a design task, or of all, the oldest first."""
    found = []
    for question, given in record.items():
        if (named := _TRY.fullmatch(question)) and task in ("", named[1]):
            state, measured = remembered.answered(given.answer)
            found.append(Try(named[1], named[2], given.at, state, measured))
    return found


def try_key(task: str, run: str) -> str:
    """Under which question a try is recorded."""
    return f"task_{task}_{run}"


def _said(step: Step, part: str, record: Record) -> Said | None:
    given = record.get(_key(step, part))
    if given is None:
        return None
    key, numbers = remembered.answered(given.answer)
    of, block = PLACES[step.path].words, PARTS[part]
    question, options = _filled(of, block, numbers)
    if part == "observed":
        options = _filled(of, "predict", {})[1]
    chosen = next((option for option in options if option.key == key), None)
    if chosen is None:  # the page has other answers by now
        return None
    if part not in OF_A_CASE:
        return Said(part, question, chosen.text, "", chosen.right, chosen.why, given.at)
    seen = record.get(_key(step, "revealed"))
    found = next((option for option in options if seen and option.key == remembered.answered(seen.answer)[0]), None)
    met = None if found is None else found.key == key
    return Said(part, question, chosen.text, found.text if found else "", met, chosen.why if found else "", given.at)


def _key(step: Step, part: str) -> str:
    """Under which question a part of the step's page is recorded."""
    return f"{step.path}_{part}{_case(step) if part in OF_A_CASE else ''}"


def _case(step: Step) -> str:
    """What tells the cases of a page apart (the fact `case`, with its usual value), in the address of the step."""
    name, _, usual = PLACES[step.path].words.facts.get("case", "").partition("=")
    return f"_{parse_qs(step.open.partition('?')[2]).get(name, [usual])[-1]}" if name else ""


def _asking(of: Words) -> set[str]:
    """The blocks of a page that ask something; a page may have a block of such a name for something else."""
    return {block for block in PARTS.values() if block in of.blocks and (block == "observe" or of.options(block))}


def _filled(of: Words, block: str, numbers: Mapping[str, Any]) -> tuple[str, tuple[Option, ...]]:
    """The question of a block and its answers, with the numbers that they had; where these no longer fit, dots stand for them."""
    try:
        return of.question(block, **numbers), of.options(block, **numbers)
    except (WordsError, ValueError, TypeError):
        dots = dict.fromkeys(slots(of.block(block)), "\u2026")
        return of.question(block, **dots), of.options(block, **dots)
