"""Whether a plan can be played here: its minutes add up, and its steps open pages in states that these pages know.

grammar.py has read the text before; what it lets through is an address of this app by its form.
"""

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from difflib import get_close_matches
from urllib.parse import parse_qsl

import streamlit as st

from explorer.page.address import Address
from explorer.page.parameters import Flag
from explorer.page.places import PLACES, Place
from explorer.plans.course.tasks import TASKS
from explorer.plans.plan import Lines, Plan, Step
from explorer.plans.troubles import Trouble, told
from vae.errors import VaeError

EVERY_PAGE = ("question", "figure", "control", "answer", "check")  # places that a page has, if it does not name its own
MOST_PARAMETERS = 100
_NAME = "plan-check"


def troubles(plan: Plan) -> list[Trouble]:
    """What would go wrong in playing the plan, each with its line; [] if nothing would."""
    found = [trouble for step in plan.steps for trouble in _of_step(step)]
    minutes = sum(step.minutes for step in plan.steps)
    if minutes != plan.minutes:
        found.append(Trouble(_line(plan.lines, "minutes"), "sum", {"steps": minutes, "plan": plan.minutes}))
    return told(found)


def places_of(path: str) -> dict[str, str]:
    """The places of a page and their CSS selectors, from the block `stage` of its words; none where it has no such block."""
    said = PLACES[path].words
    return said.items("stage") if "stage" in said.blocks else {}


def _of_step(step: Step) -> Iterator[Trouble]:
    line = _line(step.lines, "open")
    if step.path not in PLACES:
        near = get_close_matches(step.path, PLACES, 1)
        yield (
            Trouble(line, "page-near", {"path": step.path, "near": near[0]})
            if near
            else Trouble(line, "page", {"path": step.path})
        )
        return
    place = PLACES[step.path]
    for trouble in _apart.submit(_refused, place, step.open.partition("?")[2]).result():
        yield trouble._replace(line=line)
    if step.cover and f"{step.path}_revealed=1" in step.open:
        yield Trouble(line, "revealed", {"path": step.path})
    if step.vote is not None and step.vote.of != "own" and _BLOCK[step.vote.of] not in place.words.blocks:
        yield Trouble(_line(step.lines, "vote"), "vote", {"page": place.title, "of": step.vote.of})
    known = places_of(step.path) or dict.fromkeys(EVERY_PAGE)
    if step.light and step.light not in known:
        values = {"page": place.title, "light": step.light, "known": ", ".join(known)}
        yield Trouble(_line(step.lines, "light"), "place", values)
    if step.task and step.task not in TASKS:
        yield Trouble(_line(step.lines, "task"), "no-task", {"task": step.task, "known": ", ".join(TASKS)})


_BLOCK = {"prediction": "predict", "check": "check"}  # of a page's words


def _line(lines: Lines, name: str) -> int:
    return lines.get(name, lines.get("", 1))


# Addresses are read as a page reads them, one at a time in a thread that belongs to no visitor: there Streamlit has a session of its own.
_apart = ThreadPoolExecutor(1, thread_name_prefix=_NAME)


def _quiet(record: logging.LogRecord) -> bool:
    """Whether this warning is not the one about a thread without a visitor, which here is meant."""
    return not threading.current_thread().name.startswith(_NAME)


logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").addFilter(_quiet)


def _refused(place: Place, query: str) -> list[Trouble]:
    """What a page would refuse of a link."""
    try:
        said = dict(parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_PARAMETERS))
    except ValueError:
        return [Trouble(0, "parameters", {"most": MOST_PARAMETERS})]
    st.session_state.clear()
    address, found = _address(place), list[Trouble]()

    def refuse(name: str, text: str, why: str) -> None:
        found.append(Trouble(0, "value", {"name": name, "value": text[:60], "why": why}))

    try:
        address.read(said.get, refuse)
        known = [row.name for row in address.rows()]
    except VaeError as error:  # such as a store that cannot be reached: what the page knows depends on it
        return [*found, Trouble(0, "unread", {"why": str(error)})]
    for name in said:
        if name not in known:
            near = get_close_matches(name, known, 1)
            of = {"page": place.title, "name": name[:60]}
            found.append(Trouble(0, "parameter-near", of | {"near": near[0]}) if near else Trouble(0, "parameter", of))
    return found


def _address(place: Place) -> Address:
    """All that the page's address may carry: its own rows, and whether its answer is open."""
    revealed = [Flag(f"{place.path}_revealed", None)] if "predict" in place.words.blocks else []
    return Address(*place.address.declared, *revealed)
