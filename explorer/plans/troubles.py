"""What is wrong with a plan, in sentences that name its lines."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from explorer.page import words
from vae.errors import VaeError

MOST_TOLD = 20  # sentences about one text


class Trouble(NamedTuple):
    """What is wrong with a text: the line on which it is, from 1, and a sentence of the block `troubles` with what fills it."""

    line: int
    sentence: str
    values: Mapping[str, Any] = {}

    @property
    def why(self) -> str:
        return words.load("explorer/plans").item("troubles", self.sentence, **self.values)

    def __str__(self) -> str:
        return say("line", line=str(self.line), why=self.why)


class PlanError(VaeError):
    """A text that is no plan: the message has every trouble on a line of its own."""

    def __init__(self, troubles: Sequence[Trouble]):
        self.troubles = told(troubles)
        super().__init__("\n".join(map(str, self.troubles)))


def say(sentence: str, **values: Any) -> str:
    """A sentence of the block `troubles`."""
    return Trouble(0, sentence, values).why


def told(troubles: Sequence[Trouble]) -> list[Trouble]:
    """The troubles in the order of their lines; where they are very many, the first ones."""
    ordered = sorted(troubles, key=lambda trouble: trouble.line)
    if len(ordered) <= MOST_TOLD:
        return ordered
    left = ordered[MOST_TOLD - 1 :]
    return [*ordered[: MOST_TOLD - 1], Trouble(left[0].line, "more", {"count": len(left)})]
