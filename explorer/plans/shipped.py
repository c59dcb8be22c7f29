"""The plans that ship, in the folder plans/: one file each, whose name is the plan's id."""

import functools

from explorer.page.words import ROOT
from explorer.plans.grammar import parse
from explorer.plans.plan import Plan

FOLDER = ROOT / "plans"


@functools.cache
def shipped() -> dict[str, Plan]:
    """The plans by their ids, the shortest first."""
    read = {path.stem: parse(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.md")}
    return dict(sorted(read.items(), key=lambda item: item[1].minutes))


def find(name: str) -> Plan | None:
    """The plan with that id; None where there is none."""
    return shipped().get(name)
