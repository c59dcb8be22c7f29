"""The plans in docs/for-teachers.md: a table for each, written between two marks, for reading and for print.

<!-- plan 45 -->
...
<!-- end of plan 45 -->
"""

import re

from explorer.page import words
from explorer.page.places import PLACES
from explorer.page.words import RIGHT
from explorer.plans.plan import Plan, Step, Vote
from explorer.plans.shipped import shipped

PLACE = words.ROOT / "docs" / "for-teachers.md"
APP = "http://localhost:8501/"
_SPECIAL = re.compile(r"([\\*_\[\]<>|`])")


def written(text: str) -> str:
    """The document with the plans between their marks as they are now; KeyError where it has marks of a plan that does not ship."""

    def put(marked: re.Match[str]) -> str:
        return f"{marked[1]}\n{markdown(marked[2], shipped()[marked[2]])}\n{marked[3]}"

    return re.sub(r"(<!-- plan ([\w-]+) -->)\n.*?\n?(<!-- end of plan \2 -->)", put, text, flags=re.DOTALL)


def markdown(name: str, plan: Plan) -> str:
    """What the plan is about, where it is played, and a table of its steps."""
    ways = {mode: f"{APP}{mode}?plan={name}" for mode in ("stage", "alone")}
    head = [_plain(plan.about), "", _said("play", **ways), "", _row(*_items("columns").values()), _row(*["---"] * 5)]
    rows = [_steps_row(begins, step) for begins, step in zip(plan.begins, plan.steps, strict=True)]
    return "\n".join([*head, *rows])


def _steps_row(begins: int, step: Step) -> str:
    place = f"[{PLACES[step.path].title}]({APP}{step.open})"
    asked = " ".join([*([f"*{_plain(step.ask)}*"] if step.ask else []), _plain(step.expect)])
    return _row(str(begins), f"**{_plain(step.title)}** {place}", _plain(step.do), asked.strip(), in_class(step))


def in_class(step: Step) -> str:
    """What a class does besides: the vote, and what it makes together."""
    found = []
    if step.vote is not None:
        found.append(_vote(step.vote))
        if step.vote.rounds > 1:
            found.append(_said("twice"))
    if step.together:
        what, _, which = step.together.partition(" ")
        found.append(_said(what, **({"which": _items("models").get(which, which)} if which else {})))
    return " ".join(found)


def _vote(vote: Vote) -> str:
    if vote.of != "own":
        return _said(f"vote-{vote.of}")
    answers = ", ".join(f"{_plain(option.text)}{RIGHT if option.right else ''}" for option in vote.options)
    return _said("vote-own", question=_plain(vote.question), answers=answers)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    """A plan's text as Markdown that shows it as it is."""
    return _SPECIAL.sub(r"\\\1", text)


def _said(sentence: str, **values: str) -> str:
    return words.load("explorer/plans").item("document", sentence, **values)


def _items(block: str) -> dict[str, str]:
    return words.load("explorer/plans").items(f"document-{block}")
