"""The questions that a plan leaves to its pages: their predictions and checks, from the words of the pages."""

from dataclasses import replace

from explorer.classroom.pages import bare
from explorer.page.places import PLACES
from explorer.page.words import Option, slots
from explorer.plans.plan import Plan, Vote

BLOCKS = {"prediction": "predict", "check": "check"}


def filled(plan: Plan) -> Plan:
    """The plan with every question and its answers, as a class sees them.

    Which answer to a prediction is right, its page measures; and a number that the page measures is left out.
    """
    steps = tuple(replace(step, vote=step.vote and _asked(step.vote, step.path)) for step in plan.steps)
    return replace(plan, steps=steps)


def _asked(vote: Vote, path: str) -> Vote:
    if vote.of not in BLOCKS or path not in PLACES:
        return vote
    said, block = PLACES[path].words, BLOCKS[vote.of]
    unknown = dict.fromkeys(slots(said.block(block)), "…")
    options = tuple(Option(option.key, bare(option.text), right=option.right) for option in said.options(block, **unknown))
    return replace(vote, question=bare(said.question(block, **unknown)), options=options)
