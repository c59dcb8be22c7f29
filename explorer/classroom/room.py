"""What a class is: a state, and what each kind of event makes of it. Pure: no input, no output, no clock.

The store numbers a class's events from 1 without a gap; its state is what they make of an empty one, so every process and every browser that
heard the same events has the same class. explorer/classroom/js/link.js does the same in browsers; a test compares the two.

Nothing in a state is ever changed: an event makes a new one that shares the rest. So a state may be read from any thread.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

State = Mapping[str, Any]
Body = Mapping[str, Any]
Role = Literal["teacher", "member"]
View = Literal["page", "phone", "projector", "bar"]

EMPTY: State = MappingProxyType(
    {
        "settings": {"names": "off", "approve": False, "pace": "free", "locked": []},
        "show": None,  # where the class is: n and address
        "follow": {"on": True, "pointer": True},
        "stage": "page",
        "plan": None,  # what the teacher's stage plays: id, the stage's name, step from 0, began, and the newest wish of the notes
        "ballot": None,
        "map": None,
        "chart": None,
        "drawings": {},
        "runs": {},
        "set": None,
        "members": [],
        "count": 0,  # members who are here now; no event tells it
        "drawn": 0,  # drawings that are kept; no event tells it
        "ended": None,  # until when it is kept
    }
)


class Word(NamedTuple):
    """An event as it is sent: its number, its kind, and what it says."""

    n: int
    kind: str
    body: Body


@dataclass(frozen=True)
class Room:
    """A class after its first `n` events."""

    n: int = 0
    _state: State = field(default_factory=lambda: dict(EMPTY))

    def state(self) -> State:
        """What the class is now. Not to be changed."""
        return self._state

    def apply(self, kind: str, body: Body, n: int) -> "Room":
        """The class after its event number `n`; the same one where it has had that event. ValueError where one before is missing."""
        if n <= self.n:
            return self
        if n != self.n + 1:
            raise ValueError(f"Event {n} came after event {self.n}.")
        return Room(n, after(self._state, kind, body, n))


def after(state: State, kind: str, body: Body, n: int = 0) -> State:
    """The state that an event makes of another; the same one where the kind is unknown."""
    change = CHANGES.get(kind)
    return state if change is None else {**state, **change(state, body, n)}


def _whole(kind: str) -> Callable[[State, Body, int], State]:
    """Events that say all there is to say of their kind; an empty one ends it."""
    return lambda state, body, n: {kind: dict(body) or None}


def _show(state: State, body: Body, n: int) -> State:
    return {"show": {"n": n, "address": body["address"]}}


def _stage(state: State, body: Body, n: int) -> State:
    return {"stage": body["stage"]}


def _plan(state: State, body: Body, n: int) -> State:
    """A body with an id is where a stage is; one without changes the place of the stage that it names, if the class is shown that stage.

    A wish is known by the number of its event, which only grows: whoever knows the number has performed it, or came after it.
    """
    known = state["plan"] or {}
    if not body:
        return {"plan": None}
    if "id" not in body and body["stage"] != known.get("stage"):
        return {}
    wish = body.get("wish")
    return {"plan": {**known, **body, "wish": wish, "wished": n if wish else known.get("wished", 0)}}


def _drawing(state: State, body: Body, n: int) -> State:
    return {"drawings": {**state["drawings"], body["id"]: _without(body, "id")}}


def _drawing_gone(state: State, body: Body, n: int) -> State:
    return {"drawings": _without(state["drawings"], body["id"])}


def _run(state: State, body: Body, n: int) -> State:
    known = state["runs"].get(body["id"], {})
    return {"runs": {**state["runs"], body["id"]: {**known, **_without(body, "id")}}}


def _member(state: State, body: Body, n: int) -> State:
    others = [each for each in state["members"] if each["no"] != body["no"]]
    return {"members": sorted([*others, {"no": body["no"], "name": body["name"]}], key=lambda each: each["no"])}


def _member_gone(state: State, body: Body, n: int) -> State:
    gone = body["no"]
    kept = {kind: {key: each for key, each in state[kind].items() if each["member"] != gone} for kind in ("drawings", "runs")}
    return {**kept, "members": [each for each in state["members"] if each["no"] != gone]}


def _here(state: State, body: Body, n: int) -> State:
    return {"count": body["count"], "drawn": body["drawn"]}


CHANGES: dict[str, Callable[[State, Body, int], State]] = {
    "settings": _whole("settings"),
    "show": _show,
    "follow": _whole("follow"),
    "stage": _stage,
    "plan": _plan,
    "ballot": _whole("ballot"),
    "map": _whole("map"),
    "chart": _whole("chart"),
    "drawing": _drawing,
    "drawing-gone": _drawing_gone,
    "run": _run,
    "set": _whole("set"),
    "member": _member,
    "member-gone": _member_gone,
    "end": _whole("ended"),
    "here": _here,  # has no number
}


def seen_by(state: State, role: Role, view: View, no: int = 0) -> State:
    """What of a state one in that role sees in that view; `no` is a member's own number.

    Only a teacher sees who is there and which plan is played, and only outside the projector, with what is not shown. A phone sees its own
    drawings: it draws no map.
    """
    seen = {key: each for key, each in state["drawings"].items() if _sees_drawing(each, role, view, no)}
    names = [each for each in state["members"] if _sees_member(each["no"], role, view, no)]
    return {**state, "drawings": seen, "members": names, "plan": state["plan"] if _teaches(role, view) else None}


def told(kind: str, body: Body, role: Role, view: View, no: int = 0) -> tuple[str, Body] | None:
    """How an event is told to one in that role, view and of that number; None where it is not told at all.

    What `seen_by` shows of a state and what is told of the events after it make what `seen_by` shows of the state after them.
    """
    if kind == "drawing" and not _sees_drawing(body, role, view, no):
        return ("drawing-gone", {"id": body["id"]}) if _sees_drawing({**body, "shown": True}, role, view, no) else None
    if kind == "member" and not _sees_member(body["no"], role, view, no):
        return None
    if kind == "plan" and not _teaches(role, view):
        return None
    return kind, body


def _sees_drawing(drawing: Body, role: Role, view: View, no: int) -> bool:
    if drawing["member"] == no:
        return True
    return view != "phone" and (drawing["shown"] or _teaches(role, view))


def _sees_member(number: int, role: Role, view: View, no: int) -> bool:
    return number == no or _teaches(role, view)


def _teaches(role: Role, view: View) -> bool:
    """Whether one may know what only a teacher knows: the projector shows it to all."""
    return role == "teacher" and view != "projector"


def _without(mapping: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in mapping.items() if name != key}
