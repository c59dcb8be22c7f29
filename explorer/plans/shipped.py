"""The plans that ship, in the folder plans/, one file each, whose name is the plan's id; and any plan by its id, those of teachers as well."""

import functools
import re

from explorer.page.words import ROOT
from explorer.plans.grammar import PlanError, parse
from explorer.plans.plan import Plan
from explorer.runs.store import Gone
from explorer.runs.store.plans import plans

FOLDER = ROOT / "plans"
OWN = re.compile(r"[A-Za-z0-9_-]{22}")  # the id of a plan in the store


@functools.cache
def shipped() -> dict[str, Plan]:
    """The plans by their ids, the shortest first."""
    read = {path.stem: parse(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.md")}
    return dict(sorted(read.items(), key=lambda item: item[1].minutes))


def find(name: str) -> Plan | None:
    """The plan with that id; None where there is none. StoreError where the store cannot be asked."""
    if not OWN.fullmatch(name):
        return shipped().get(name)
    try:
        return parse(plans().get(name).text)
    except (Gone, PlanError):
        return None
