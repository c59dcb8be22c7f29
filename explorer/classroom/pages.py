"""What pages ask of the class that this browser is in. Without the cookie of a class nothing is asked of anybody.

    classroom.seat()                        where this browser sits, and what the class is now; the same all through a run
    classroom.ballot("kl_predicted")        the vote on that question, if the class has one
    classroom.vote("kl_predicted", "all")   this member's answer
    classroom.reveal_locked("kl_predicted") whether the answer stays covered

Rooms are read from the store, so every process gives the same answer.
"""

import html
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple
from urllib.parse import parse_qs, parse_qsl

import streamlit as st

from explorer.classroom import hub
from explorer.classroom.socket import COOKIE
from explorer.page import owners, state, words
from explorer.page.places import PLACES
from explorer.page.words import Words
from explorer.runs.store import Denied, Gone, StoreError
from explorer.runs.store.classes import Vote, classes, member_id

_LAST = "class_last_seat"  # session-state key: the seat of the newest run that could read it
_REFUSED = "class_refused"  # session-state key: why the newest vote was not counted
ALWAYS_OPEN = "classroom"  # the page on which one leaves


@dataclass(frozen=True)
class Seat:
    """This browser's place in an open class."""

    id: str
    code: str
    role: Literal["teacher", "member"]
    no: int  # a member's number, 0 of the teacher
    name: str
    state: Mapping[str, Any]  # of explorer/classroom/room.py
    opened: bool  # whether this browser opened the class

    @property
    def place(self) -> str | None:
        """The path of the page where the class is; None before it is anywhere."""
        show = self.state["show"]
        return None if show is None else show["address"].partition("?")[0] or "home"


class Voting(NamedTuple):
    """A vote on a question, for a member: whether it is open, what the member chose in this round, and a sentence on it."""

    open: bool
    choice: str | None
    said: str


def seat() -> Seat | None:
    """This browser's place in an open class, as it was when the run began; None if it is in none."""
    found: Seat | None = state.once("class_seat", _found)
    return found


def strayed() -> bool:
    """Whether this browser was in a class that has ended, or that it was taken out of."""
    return bool(st.context.cookies.get(COOKIE)) and seat() is None


def _found() -> Seat | None:
    """The seat as it is now; the newest one that this session knew where the database is away: a page goes on with it."""
    code = st.context.cookies.get(COOKIE)
    if not code:
        return None
    known: Seat | None = st.session_state.get(_LAST)
    try:
        found, owner = classes().find(code), owners.owner()
        member = classes().member(found.id, owner)
        teaches = found.owner == owner or (member is not None and member.teacher)
        if not teaches and (member is None or member.removed):
            return None
        now = hub.seen(found.id).state()
    except (Gone, Denied):
        return None
    except StoreError:
        return known if known is not None and known.code == code else None
    no, name = (0, "") if teaches or member is None else (member.no, member.nick)
    here = Seat(found.id, found.code or "", "teacher" if teaches else "member", no, name, now, found.owner == owner)
    st.session_state[_LAST] = here
    return here


def ballot(topic: str) -> Mapping[str, Any] | None:
    """The class's ballot, if it is on that question."""
    here = seat()
    found = here.state["ballot"] if here else None
    return found if found is not None and found["topic"] == topic else None


def voting(topic: str) -> Voting | None:
    """The vote on a question as a member sees it; None for the teacher, and where the class has none."""
    here, found = seat(), ballot(topic)
    if here is None or found is None or here.role == "teacher":
        return None
    given = classes().choices(found["id"], member_id(here.id, owners.owner()))
    choice = given.get(str(found["round"]))
    refused = st.session_state.pop(_REFUSED, "")
    if found["state"] == "open":
        way = "kept" if choice else "again" if found["round"] == 2 else "open"
        return Voting(True, choice, refused or said(way))
    return Voting(False, choice or given.get("1"), refused or said("shut"))


def vote(topic: str, choice: str | None) -> str:
    """Count this member's answer, if the class votes on the question. Returns a sentence where it is refused; the page shows it, too."""
    here = _found()  # in a callback, the run that it was asked in is over
    found = here.state["ballot"] if here else None
    if here is None or found is None or found["topic"] != topic or choice is None or here.role == "teacher":
        return ""
    try:
        why = hub.vote(here.id, Vote(found["id"], found["round"], member_id(here.id, owners.owner()), choice))
    except StoreError as error:
        why = str(error)
    st.session_state[_REFUSED] = why
    return why


def reveal_locked(topic: str) -> bool:
    """Whether the answer to a question stays covered for this browser: for a member, from the vote on until the teacher reveals it.

    So it does on the page where the class is, before any vote, until the teacher's own page is revealed.
    """
    here = seat()
    if here is None or here.role == "teacher":
        return False
    found = ballot(topic)
    if found is not None:
        return bool(found["state"] != "revealed")
    path = topic.removesuffix("_predicted")
    if not here.state["follow"]["on"] or here.place != path:
        return False
    return f"{path}_revealed" not in parse_qs(here.state["show"]["address"].partition("?")[2])


def locked(path: str) -> str | None:
    """A sentence, if the teacher has closed that page to members, or keeps the class elsewhere."""
    here = seat()
    if here is None or here.role == "teacher" or path == ALWAYS_OPEN:
        return None
    order, settings = list(PLACES), here.state["settings"]
    if path in settings["locked"]:
        return said("page-locked")
    if here.place is None or path not in order:
        return None
    if settings["pace"] == "only" and path != here.place:
        return said("page-only")
    if settings["pace"] == "upto" and order.index(path) > order.index(here.place):
        return said("page-upto")
    return None


def way_back(path: str) -> tuple[str, dict[str, str]] | None:
    """Where the class is, as the path of a page and its parameters, for a member on another page who may go there; None otherwise."""
    here = seat()
    if here is None or here.place is None or here.place in (path, ALWAYS_OPEN) or locked(here.place) is not None:
        return None
    return here.place, dict(parse_qsl(here.state["show"]["address"].partition("?")[2]))


def announce(topic: str, of: Words, block: str, right: str, numbers: Mapping[str, Any]) -> None:
    """Tell the teacher's bar what may be put to the vote here: the question of a block, its answers, and which of them is right."""
    here = seat()
    if here is None or here.role != "teacher":
        return
    options = [{"key": option.key, "text": bare(option.text)} for option in of.options(block, **numbers)]
    facts = {"topic": topic, "question": bare(of.question(block, **numbers)), "options": json.dumps(options), "right": right}
    told = " ".join(f'data-class-{name}="{html.escape(text)}"' for name, text in facts.items())
    st.html(f"<div hidden {told}></div>")


def said_so(topic: str, answer: str) -> str:
    """How much of the class gave that answer, once it is revealed: a sentence, or "" where there is nothing to say."""
    found = ballot(topic)
    if found is None or found["state"] != "revealed":
        return ""
    shares = []
    for counts in (found["counts"].get("1", {}), found["counts"].get("2", {})):
        if total := sum(counts.values()):
            shares.append(counts.get(answer, 0) / total)
    if not shares:
        return ""
    both = len(shares) == 2
    return said("said-twice", first=shares[0], second=shares[1]) if both else said("said-once", share=shares[0])


def said(name: str, /, **values: Any) -> str:
    """A sentence that lessons say in a class."""
    return words.load("explorer/classroom").item("lesson", name, **values)


def bare(text: str) -> str:
    """A line of words as text without Markdown, for buttons and screens of the class."""
    return " ".join(text.replace("*", "").replace("`", "").split())
