"""A class as one process serves it: its room, who is connected, and what each of them has not been told yet.

Nobody has a queue. A subscriber has a cursor into the numbered events and the versions of what is only ever of interest at its newest: the
pointer, the counts, who is here. Whoever is slow is told less, never later and later, and costs no memory.
"""

import asyncio
import json
import time
from collections import deque
from typing import Any

from explorer.classroom.rates import Rate
from explorer.classroom.room import Role, Room, View, Word, seen_by, told
from explorer.classroom.telling.metering import Meter
from explorer.runs.store.classes import Member, Vote

KEPT = 500  # newest events in memory; who has missed more is told the whole state
NEVER = -1
WRITES = (
    1.0,
    15.0,
)  # of one member's slow words: so many a second, and as many at once, as a phone says that was offline for a while
STATES = 8  # texts of the newest state that are kept, each for all who see the same
NOBODY = Member("", 0, "", teacher=False, removed=False)  # what a teacher is as a member


class Subscriber:
    """One connection."""

    def __init__(self, role: Role, view: View, owner: str, member: Member = NOBODY):
        self.role, self.view, self.owner, self.me = role, view, owner, member
        self.cursor = NEVER  # number of the newest event that it was told
        self.heard: dict[str, int] = {}  # versions of what has no number
        self.votes: dict[str, dict[str, str]] = {}  # what it chose in the vote that was on when it came, by round
        self.voted = False  # somewhere else than here, since it was last told
        self.may_follow = 0  # number of the `show` that it may follow
        self.away = False
        self.answering = False  # whether a word of theirs is being obeyed
        self.closing: tuple[int, str] | None = None
        self.woken = asyncio.Event()

    @property
    def member(self) -> str:
        return self.me.member

    @property
    def no(self) -> int:
        return self.me.no

    @property
    def teaches(self) -> bool:
        """Whether it may know what only a teacher knows: not on the projector."""
        return self.role == "teacher" and self.view != "projector"

    @property
    def follows(self) -> bool:
        """Whether it goes where the class is led; the light page stays."""
        return self.view != "phone"

    @property
    def metered(self) -> bool:
        """Whether it waits for its turn before it follows."""
        return self.role == "member" and self.follows

    def chose(self, vote: Vote) -> None:
        """It is to be told that it has voted, on a page or in another window."""
        self.votes.setdefault(vote.ballot, {})[str(vote.round)] = vote.choice
        self.voted = True
        self.woken.set()

    def close(self, code: int, why: str = "") -> None:
        """End the connection, after what it has not been told yet."""
        self.closing = self.closing or (code, why)
        self.woken.set()


class Event:
    """A numbered event, and its text for each kind of listener."""

    def __init__(self, word: Word):
        self.word = word
        self._texts: dict[tuple, str] = {}
        body = word.body
        self._of = body.get("member", body.get("no", 0)) if word.kind in ("drawing", "member") else 0

    def text(self, to: Subscriber) -> str:
        """The frame for that listener; "" where it is not told."""
        key = (to.role, to.view, bool(self._of) and self._of == to.no)
        if key not in self._texts:
            said = told(self.word.kind, self.word.body, to.role, to.view, to.no)
            self._texts[key] = "" if said is None else _frame(said[0], said[1], self.word.n)
        return self._texts[key]


class Live:
    """A class in this process."""

    def __init__(self, class_id: str, room: Room, build: str):
        self.id, self.room, self.build = class_id, room, build
        self.snapshot = room.n
        self.log: deque[Event] = deque(maxlen=KEPT)
        self.subscribers: dict[Subscriber, None] = {}  # in the order of their coming
        self.meter = Meter()
        self.next_turn: asyncio.TimerHandle | None = None  # when the meter is looked at again
        self.catching_up = asyncio.Lock()
        self.behind = False  # whether something may have happened since the store was read
        self.elsewhere: dict[str, tuple[float, int]] = {}  # members at other processes: when they said so, how many
        self.pointing = False  # whether other processes are being told where the pointer is
        self.done: dict[str, float] = {}  # purpose -> when it was done last, or is to be done
        self._newest: dict[str, tuple[int, Any]] = {}  # kind -> version, and body by what it is for
        self._writes: dict[str, Rate] = {}  # of members, over all their connections
        self._states: dict[tuple, str] = {}  # role, view and drawings that are seen -> text of the newest state
        self._states_of: Room | None = None

    def happened(self, word: Word) -> None:
        """Take the next event."""
        self.room = self.room.apply(word.kind, word.body, word.n)
        self.log.append(Event(word))

    def tell(self, kind: str, body: Any) -> bool:
        """Set what is told without a number: the newest replaces what was not told yet. Whether it is another than before."""
        version, before = self._newest.get(kind, (0, None))
        if body == before:
            return False
        self._newest[kind] = version + 1, body
        return True

    def newest(self, kind: str) -> Any:
        """What was told last of a kind without numbers; None where nothing was."""
        return self._newest.get(kind, (0, None))[1]

    def wake(self) -> None:
        """Have every subscriber look for news."""
        for each in self.subscribers:
            each.woken.set()

    def members(self) -> set[str]:
        """Members who are connected here."""
        return {each.member for each in self.subscribers if each.member}

    def may_write(self, member: str, now: float) -> bool:
        """Whether a member may now say a word that is slow to obey."""
        return self._writes.setdefault(member, Rate(*WRITES)).takes(now)

    def news(self, to: Subscriber) -> list[str]:
        """Frames that a subscriber has not been sent, which it now is."""
        frames = []
        oldest = self.log[0].word.n if self.log else self.room.n + 1
        if to.cursor == NEVER or to.cursor + 1 < oldest:
            frames.append(self._hello(to))
        else:
            new = (self.log[i] for i in range(to.cursor + 1 - oldest, len(self.log)))
            frames += filter(None, (event.text(to) for event in new))
        to.cursor = self.room.n
        for kind, (version, body) in self._newest.items():
            if to.heard.get(kind, 0) < version:
                to.heard[kind] = version
                if (frame := self._unnumbered(kind, body, to)) is not None:
                    frames.append(frame)
        if to.voted:
            to.voted = False
            frames.append(_frame("mine", {"votes": to.votes}))
        if to.may_follow > to.heard.get("go", 0):
            to.heard["go"] = to.may_follow
            frames.append(_frame("go", {"n": to.may_follow}))
        return frames

    def _hello(self, to: Subscriber) -> str:
        me = {"role": to.role, "as": to.view, "no": to.no, "name": to.me.nick, "mine": {"votes": to.votes}}
        body = _json({"build": self.build, "now": round(1000 * time.time()), **me})
        return f'{{"n":{self.room.n},"k":"hello","b":{body[:-1]},"state":{self._state(to)}}}}}'

    def _state(self, to: Subscriber) -> str:
        """The state as one sees it, as text. What is the same for many is made once: all but who is there."""
        seen = {**seen_by(self.room.state(), to.role, to.view, to.no), **(self.newest("here") or {})}
        own = {name: seen.pop(name) for name in ("members", "count", "drawn")}
        if self._states_of is not self.room:
            self._states_of, self._states = self.room, {}
        key = (to.role, to.view, tuple(seen["drawings"]))
        if key not in self._states:
            while len(self._states) >= STATES:
                del self._states[next(iter(self._states))]
            self._states[key] = _json(seen)
        return f"{self._states[key][:-1]},{_json(own)[1:]}"

    def _unnumbered(self, kind: str, body: Any, to: Subscriber) -> str | None:
        if kind == "pointer":
            by, pointer = body
            follows = to.view == "projector" or self.room.state()["follow"]["pointer"]
            return None if by is to or not follows else _frame(kind, pointer)
        if kind == "counts":
            if to.role != "teacher":
                return None
            return _frame(kind, body if to.teaches else {**body, "counts": None, "right": ""})
        return _frame(kind, body)


def _frame(kind: str, body: Any, n: int | None = None) -> str:
    word = {"k": kind, "b": body} if n is None else {"n": n, "k": kind, "b": body}
    return _json(word)


def _json(said: Any) -> str:
    return json.dumps(said, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
