"""Lesson plans that teachers wrote, in the store: each is a text of its owner's, and whoever has its id can read it.

plans().create, change, replace, delete   its owner, on the page Plans
get                                       whoever has the link
of_owner                                  the page Plans
retain                                    whoever tidies up
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from explorer import public
from explorer.runs.store import said, store
from explorer.runs.store.database import Database
from explorer.runs.store.errors import Denied, Gone, StoreError, Unfit
from explorer.runs.store.plan_tables import plans as _plans

MOST = 100  # of one browser
MOST_OF_ALL = 20_000  # of all browsers together; those that were changed longest ago go first
LARGEST = 64_000  # bytes of a plan's text
LONGEST_TITLE = 120
KEPT = timedelta(days=400)  # after the last change; no cookie is kept for longer

GONE_PLAN = "There is no such plan, or no longer. See that the link is whole, or ask who gave it to you."
NOT_YOUR_PLAN = "Only the browser that wrote this plan can change it. Copy it, and change the copy."
TOO_MANY_PLANS = f"You have {MOST} plans, the most that are kept for one browser. Delete one first."
TOO_LARGE_PLAN = f"This plan is longer than {LARGEST // 1000} kB, the most that is kept. Make it shorter, or two plans of it."
NEWER = "This plan was changed in another window meanwhile, and that change is kept. You see it now; what you just did is not in it, so do it again."


class Newer(StoreError):
    """The plan is no longer what somebody saw who wants to change it."""


class Draft(NamedTuple):
    """What a plan is changed to."""

    title: str
    text: str


@dataclass(frozen=True)
class OwnPlan:
    """A plan as the store knows it."""

    id: str  # 22 characters, unguessable
    owner: str
    title: str
    text: str
    created: datetime  # aware, UTC
    changed: datetime


class Plans:
    """The plans in a store."""

    def __init__(self, base: Database):
        self.base = base

    def create(self, owner: str, title: str, text: str) -> OwnPlan:
        """A new plan of this owner's; Unfit where there is no room, Denied on a public demo."""
        _allowed()
        now = datetime.now(UTC)
        made = OwnPlan(secrets.token_urlsafe(16), owner, *_checked(Draft(title, text)), created=now, changed=now)
        with self.base.writing(alone=True) as connection:
            own = select(func.count()).select_from(_plans).where(_plans.c.owner == owner)
            if connection.execute(own).scalar_one() >= MOST:
                raise Unfit(TOO_MANY_PLANS)
            connection.execute(insert(_plans).values(**vars(made)))
        return made

    def get(self, plan_id: str) -> OwnPlan:
        """The plan with that id; Gone."""
        with self.base.reading() as connection:
            return _one(connection, plan_id)

    def of_owner(self, owner: str) -> list[OwnPlan]:
        """The plans of this browser, the one that was changed last first."""
        asked = select(_plans).where(_plans.c.owner == owner).order_by(_plans.c.changed.desc(), _plans.c.id)
        with self.base.reading() as connection:
            return [OwnPlan(*row) for row in connection.execute(asked)]

    def change(self, plan_id: str, owner: str, make: Callable[[str], Draft]) -> OwnPlan:
        """Change the owner's plan to what `make` says of its text as it is now; nobody else changes it meanwhile.

        What `make` raises leaves the plan as it is. Denied on a public demo.
        """
        _allowed()
        with self.base.writing() as connection:
            before = _owned(connection, plan_id, owner)
            title, text = _checked(make(before.text))
            this = update(_plans).where(_plans.c.id == plan_id)
            connection.execute(this.values(title=title, text=text, changed=datetime.now(UTC)))
            return _one(connection, plan_id)

    def replace(self, plan_id: str, owner: str, seen: str, draft: Draft) -> OwnPlan:
        """Change the owner's plan, whose text was `seen`; Newer where it is another one by now."""

        def make(now: str) -> Draft:
            if now != seen:
                raise Newer(NEWER)
            return draft

        return self.change(plan_id, owner, make)

    def delete(self, plan_id: str, owner: str) -> None:
        """Delete the owner's plan."""
        with self.base.writing() as connection:
            _owned(connection, plan_id, owner)
            connection.execute(delete(_plans).where(_plans.c.id == plan_id))

    def retain(self, now: datetime | None = None) -> int:
        """Delete plans that nobody changed for long, and those beyond MOST_OF_ALL; how many."""
        rest = select(_plans.c.id).order_by(_plans.c.changed.desc(), _plans.c.id).offset(MOST_OF_ALL)
        with self.base.writing() as connection:
            beyond = list(connection.execute(rest).scalars())
            old = _plans.c.changed < (now or datetime.now(UTC)) - KEPT
            return connection.execute(delete(_plans).where(old | _plans.c.id.in_(beyond))).rowcount


def plans(url: str | None = None) -> Plans:
    """The plans in the process's store at that URL, by default the app's."""
    return Plans(store(url))


def _allowed() -> None:
    if public.on():
        raise Denied(public.PLANS)


def _checked(draft: Draft) -> Draft:
    return Draft(said.one_line(draft.title, LONGEST_TITLE), said.whole(draft.text, LARGEST, TOO_LARGE_PLAN))


def _one(connection: Connection, plan_id: str, lock: bool = False) -> OwnPlan:
    asked: Any = select(_plans).where(_plans.c.id == plan_id)
    row = connection.execute(asked.with_for_update() if lock else asked).one_or_none()
    if row is None:
        raise Gone(GONE_PLAN)
    return OwnPlan(*row)


def _owned(connection: Connection, plan_id: str, owner: str) -> OwnPlan:
    """The plan, which nobody else changes until the end of the transaction; Denied where it is not this owner's."""
    found = _one(connection, plan_id, lock=True)
    if found.owner != owner:
        raise Denied(NOT_YOUR_PLAN)
    return found
