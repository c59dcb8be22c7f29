"""What a plan is: a title, its minutes, and steps. Each step is an address of the app with what to do there, to ask and to expect."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from explorer.page.words import Option

Lines = Mapping[str, int]  # field -> the line on which it begins; "" is the heading's


@dataclass(frozen=True)
class Vote:
    """What a step puts to the vote: the page's own prediction or check, or a question of the plan's with answers of its own.

    options and question are empty unless `of` is "own"; at most one option is right.
    """

    of: str  # "prediction", "check" or "own"
    question: str = ""
    options: tuple[Option, ...] = ()
    rounds: int = 1

    @property
    def right(self) -> str:
        """The key of the right answer; "" where the plan names none."""
        return next((option.key for option in self.options if option.right), "")


@dataclass(frozen=True)
class Step:
    """One step: minutes that it takes, an address below the app's root ("kl?kl_mu=1.5"), and what is said there.

    cover   whether it opens with the answer covered
    light   the place of the page that is lit; "" where all is
    together, task  what a class makes together, and a design task of the course, by their names; "" where there is none
    lines   where its fields stand in the text that it was read from
    """

    title: str
    minutes: int
    open: str
    do: str = ""
    ask: str = ""
    expect: str = ""
    fits: str = ""
    light: str = ""
    cover: bool = True
    together: str = ""
    task: str = ""
    vote: Vote | None = None
    lines: Lines = field(default_factory=dict, compare=False, repr=False)

    @property
    def path(self) -> str:
        """The page that it opens, such as "kl"."""
        return self.open.partition("?")[0]


@dataclass(frozen=True)
class Plan:
    """A lesson: its title, its minutes, what it is about, and its steps in order."""

    title: str
    minutes: int
    about: str
    steps: tuple[Step, ...]
    lines: Lines = field(default_factory=dict, compare=False, repr=False)

    @property
    def begins(self) -> tuple[int, ...]:
        """The minute at which each step begins."""
        return (0, *accumulate(step.minutes for step in self.steps))[:-1]


def as_json(plan: Plan, name: str, own: bool = False, pictures: Mapping[int, str] | None = None) -> dict[str, Any]:
    """A plan as browsers read it; `name` is its id, `pictures` are paths by the number of the step from 1."""
    steps = [
        {
            **{name: getattr(step, name) for name in _AS_THEY_ARE},
            "from": begins,
            "vote": step.vote and _vote_as_json(step.vote),
            "picture": (pictures or {}).get(number),
        }
        for number, (step, begins) in enumerate(zip(plan.steps, plan.begins, strict=True), 1)
    ]
    return {"id": name, "title": plan.title, "minutes": plan.minutes, "about": plan.about, "own": own, "steps": steps}


_AS_THEY_ARE = ("title", "minutes", "open", "do", "ask", "expect", "fits", "light", "cover", "together", "task")


def _vote_as_json(vote: Vote) -> dict[str, Any]:
    options = [{"key": option.key, "text": option.text} for option in vote.options]
    return {"of": vote.of, "question": vote.question, "options": options, "right": vote.right, "rounds": vote.rounds}
