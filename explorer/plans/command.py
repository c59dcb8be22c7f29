"""`python -m explorer plan`: check files of plans, and write the tables of docs/for-teachers.md."""

from pathlib import Path

from explorer.page import words
from explorer.plans import document
from explorer.plans.checking import troubles
from explorer.plans.grammar import MOST_BYTES, decoded, parse
from explorer.plans.plan import Plan
from explorer.plans.troubles import PlanError
from vae.errors import VaeError


def check(files: list[str]) -> str:
    """A table of each plan's steps; VaeError with a sentence for each thing that is wrong in any of the files."""
    plans, wrong = {}, list[str]()
    for file in files:
        try:
            plans[file] = read(Path(file))
        except VaeError as error:
            wrong += [f"{file}: {line}" for line in str(error).splitlines()]
    if wrong:
        raise VaeError("\n".join(wrong))
    return "\n\n".join(table(plan) for plan in plans.values())


def read(file: Path) -> Plan:
    """The plan in a file, if it can be played; VaeError with every trouble."""
    try:
        with file.open("rb") as opened:
            contents = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise VaeError(said("unread", why=error.strerror or str(error))) from None
    plan = parse(decoded(contents))
    if found := troubles(plan):
        raise PlanError(found)
    return plan


def table(plan: Plan) -> str:
    """What is played when."""
    lines = [f"{begins:>4}  {step.title}  [{step.open}]" for begins, step in zip(plan.begins, plan.steps, strict=True)]
    return "\n".join([said("table", title=plan.title, minutes=plan.minutes, steps=len(plan.steps)), *lines])


def write_document() -> str:
    """Write the plans that ship into docs/for-teachers.md; says what it did."""
    before = document.PLACE.read_text(encoding="utf-8")
    after = document.written(before)
    document.PLACE.write_text(after, encoding="utf-8")
    return said("same" if before == after else "wrote", file=str(document.PLACE.relative_to(words.ROOT)))


def said(sentence: str, **values: object) -> str:
    return words.load("explorer/plans").item("command", sentence, **values)
