"""How far somebody has come with a plan: what was answered at each of its steps, read from the record (explorer/runs/answering.py).

A step has the questions that are its own. What steps of one page share belongs to one of them: the prediction of a case
(explorer/lesson/lesson.py) to the step that puts it to the vote, otherwise to the first, the check to the step that asks it, otherwise to the
last, and the two last questions to the last. A step with a vote of its own is asked that instead of the prediction, and one that opens
revealed is asked none.
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
    """A question of a page or of a plan with what was answered.

    found   what turned out, of a prediction or an observation whose answer was seen; "" where it was not
    met     whether what was answered is right; None where that is not known yet
    typed   whether the words are a teacher's, text and no markup
    """

    part: str
    question: str
    answer: str
    found: str
    met: bool | None
    why: str
    at: datetime
    typed: bool = False


class Standing(NamedTuple):
    """How the own vote of a step was answered, and which answer is right; "" for none, or for what is not told yet.

    waits  whether which answer is right is told only after the page's own answer has been revealed
    """

    answer: str
    right: str
    waits: bool


class Try(NamedTuple):
    """A try of a design task: the run, and what was measured of its model; nothing as long as it is not done."""

    task: str
    run: str
    at: datetime
    state: str
    measured: Mapping[str, Any]


class Asked(NamedTuple):
    """A step with its number, from 1, and what is asked there: the question under which each part is recorded, in the order of the page."""

    number: int
    step: Step
    parts: Mapping[str, str]


def asked(name: str, plan: Plan) -> tuple[Asked, ...]:
    """What is asked at each step of the plan with this id."""
    steps = tuple(enumerate(plan.steps, 1))
    whose: dict[str, tuple[int, int]] = {}  # question of a page -> rank and number of the step that has it
    for number, step in steps:
        for part in _parts_of(step):
            rank = (_rank(step, part, len(steps) - number), number)
            whose[_key(step, part)] = min(whose.get(_key(step, part), rank), rank)
    found = []
    for number, step in steps:
        own = {"predicted": vote_key(name, number)} if step.vote and step.vote.of == "own" else {}
        mine = {part: key for part in _parts_of(step) if whose[key := _key(step, part)][1] == number}
        found.append(Asked(number, step, {part: (mine | own)[part] for part in PARTS if part in own or part in mine}))
    return tuple(found)


def marks(at: Asked, record: Record) -> dict[str, bool]:
    """What there is to be done at a step, each with whether it was done."""
    return {part: _answer(at, part, record) is not None for part in at.parts}


def counted(name: str, plan: Plan, record: Record) -> tuple[int, int]:
    """How many questions of the plan were answered, and of how many."""
    done = [yes for at in asked(name, plan) for yes in marks(at, record).values()]
    return sum(done), len(done)


def told(at: Asked, record: Record) -> Standing | None:
    """How the own vote of a step was answered; None for a step without one."""
    vote = at.step.vote
    if vote is None or vote.of != "own":
        return None
    place = PLACES.get(at.step.path)
    covered = place is not None and "predict" in _asking(place.words) and not opens_revealed(at.step)
    waits = covered and _key(at.step, "revealed") not in record
    chosen = _answer(at, "predicted", record) or ""
    return Standing(chosen, vote.right if chosen and not waits else "", waits)


def first_open(name: str, plan: Plan, record: Record) -> int:
    """The number, from 1, of the first step where something is left to do; 1 where nothing is."""
    return next((at.number for at in asked(name, plan) if not all(marks(at, record).values())), 1)


def said(at: Asked, record: Record) -> list[Said]:
    """What was answered at a step, in the order of the page."""
    found = (
        _said_of_own(at, record) if part == "predicted" and _own(at) else _said(at.step, part, record)
        for part in at.parts
        if part != "revealed"
    )
    return [each for each in found if each is not None]


def opens_revealed(step: Step) -> bool:
    """Whether the page of a step opens with its answer."""
    return not step.cover and any(name.endswith("_revealed") for name in parse_qs(step.open.partition("?")[2]))


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


def vote_key(name: str, number: int) -> str:
    """Under which question the answer to a step's own vote is recorded; steps are counted from 1."""
    return f"plan_{name}_{number}"


def _own(at: Asked) -> bool:
    return at.step.vote is not None and at.step.vote.of == "own"


def _answer(at: Asked, part: str, record: Record) -> str | None:
    """The key of what was answered; None where nothing was, or where a vote has other answers by now."""
    given = record.get(at.parts[part])
    if given is None:
        return None
    key = remembered.answered(given.answer)[0]
    if part == "predicted" and _own(at):
        return key if at.step.vote and key in {option.key for option in at.step.vote.options} else None
    return key


def _parts_of(step: Step) -> tuple[str, ...]:
    """What a step asks of its page, whichever step of the page has it."""
    place = PLACES.get(step.path)
    here = tuple(part for part, block in PARTS.items() if place and block in _asking(place.words))
    own = ("predicted", "observed") if step.vote and step.vote.of == "own" else ()
    return tuple(part for part in here if part not in (OF_A_CASE if opens_revealed(step) else own))


def _rank(step: Step, part: str, left: int) -> int:
    """Which of the steps that share a question of their page has it: the lowest; `left` steps come after this one."""
    of = step.vote.of if step.vote else ""
    if part in OF_A_CASE:
        return {"prediction": 0, "": 1, "own": 2, "check": 3}[of]
    return -1 if part == "check" and of == "check" else left


def _said_of_own(at: Asked, record: Record) -> Said | None:
    """What was answered to a vote of the plan's own; its words are a teacher's, text and no markup."""
    vote, known = at.step.vote, told(at, record)
    if vote is None or known is None or not known.answer:
        return None
    texts = {option.key: option.text for option in vote.options}
    right = known.right
    met = known.answer == right if right else None
    given = record[at.parts["predicted"]]
    return Said("predicted", vote.question, texts[known.answer], texts.get(right, ""), met, "", given.at, typed=True)


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
