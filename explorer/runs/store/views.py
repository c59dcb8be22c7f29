"""Views that somebody kept: an address of the app with a title, a note and a picture. Its owner may publish one; then whoever has its id can see it.

views().keep, change, delete, put_back   its owner
seen, picture                            its owner, and everybody once it is published
of_owner, showing                        the pages Saved views and Plans
retain                                   whoever tidies up
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from explorer import public
from explorer.runs.store import said, store
from explorer.runs.store.database import Database
from explorer.runs.store.errors import Denied, Gone, Unfit
from explorer.runs.store.plan_tables import views as _views

MOST = 200  # of one browser
MOST_OF_ALL = 50_000  # of all browsers together, at most 3.3 GB; the oldest go first
LONGEST_TITLE, LONGEST_ADDRESS, LONGEST_NOTE = 120, 2_000, 2_000  # characters
LARGEST_PICTURE = 64 * 1024  # bytes
KEPT = timedelta(days=400)  # from when it was kept, whatever was changed since; no cookie is kept for longer

GONE_VIEW = "There is no such view, or no longer: whoever kept it has deleted it, or has taken its link back."
NOT_YOUR_VIEW = "Only the browser that kept this view can change it."
TOO_MANY_VIEWS = f"You have {MOST} saved views, the most that are kept for one browser. Delete one first."
TOO_LONG_ADDRESS = "The address of this view is too long to be kept. Change less on the page, and try again."
TOO_LARGE_PICTURE = "The picture of this view is too large to be kept."


class Picture(NamedTuple):
    """A picture as browsers read it, and its media type."""

    data: bytes
    kind: str


@dataclass(frozen=True)
class View:
    """A view as the store knows it, without its picture."""

    id: str  # 22 characters, unguessable
    owner: str
    title: str
    address: str  # below the app's root, such as "kl?kl_mu=1.5"
    note: str
    kind: str | None  # of its picture; None where it has none
    published: bool
    created: datetime  # aware, UTC


class Deleted(NamedTuple):
    """A view that was deleted, with all that is needed to put it back."""

    view: View
    picture: bytes | None


OF_VIEW = [_views.c[name] for name in View.__dataclass_fields__]


class Views:
    """The views in a store."""

    def __init__(self, base: Database):
        self.base = base

    def keep(self, owner: str, title: str, address: str, note: str = "", picture: Picture | None = None) -> View:
        """A new view of this owner's; Unfit where there is no room."""
        if len(address) > LONGEST_ADDRESS:
            raise Unfit(TOO_LONG_ADDRESS)
        if picture and len(picture.data) > LARGEST_PICTURE:
            raise Unfit(TOO_LARGE_PICTURE)
        made = View(
            secrets.token_urlsafe(16),
            owner,
            said.one_line(title, LONGEST_TITLE),
            said.whole(address, 4 * LONGEST_ADDRESS, TOO_LONG_ADDRESS),
            said.lines(note, LONGEST_NOTE),
            picture.kind if picture else None,
            False,
            datetime.now(UTC),
        )
        self.put_back(Deleted(made, picture.data if picture else None))
        return made

    def put_back(self, was: Deleted) -> None:
        """Store a view as it was before it was deleted; Unfit where there is no room, Denied on a public demo."""
        _allowed()
        with self.base.writing(alone=True) as connection:
            own = select(func.count()).select_from(_views).where(_views.c.owner == was.view.owner)
            if connection.execute(own).scalar_one() >= MOST:
                raise Unfit(TOO_MANY_VIEWS)
            connection.execute(insert(_views).values(**vars(was.view), picture=was.picture))

    def seen(self, view_id: str, owner: str | None) -> View:
        """The view with that id, if this browser may see it; Gone."""
        with self.base.reading() as connection:
            found = _one(connection, view_id)
        if not (found.published or found.owner == owner):
            raise Gone(GONE_VIEW)
        return found

    def of_owner(self, owner: str) -> list[View]:
        """The views of this browser, newest first."""
        asked = select(*OF_VIEW).where(_views.c.owner == owner).order_by(_views.c.created.desc(), _views.c.id)
        with self.base.reading() as connection:
            return [View(*row) for row in connection.execute(asked)]

    def picture(self, view_id: str) -> Picture | None:
        """The picture of a view, for whoever may see it; None where there is none."""
        asked = select(_views.c.picture, _views.c.kind).where(_views.c.id == view_id)
        with self.base.reading() as connection:
            row = connection.execute(asked).one_or_none()
        return Picture(bytes(row.picture), row.kind) if row is not None and row.picture is not None else None

    def showing(self, owner: str, addresses: Collection[str], seer: str | None) -> dict[str, str]:
        """Of these addresses, those of which this owner kept a picture that `seer` may see, each with the id of its newest view."""
        kept = (_views.c.owner == owner, _views.c.address.in_(addresses), _views.c.picture.is_not(None))
        seen = () if seer == owner else (_views.c.published,)
        asked = select(_views.c.address, _views.c.id).where(*kept, *seen).order_by(_views.c.created, _views.c.id.desc())
        with self.base.reading() as connection:
            return {row.address: row.id for row in connection.execute(asked)}

    def change(
        self, view_id: str, owner: str, title: str | None = None, note: str | None = None, published: bool | None = None
    ) -> View:
        """Rename the owner's view, note something else, publish it or take its link back. On a public demo only the last; Denied."""
        if (title, note, published) != (None, None, False):
            _allowed()
        values: dict[str, Any] = {}
        if title is not None:
            values["title"] = said.one_line(title, LONGEST_TITLE)
        if note is not None:
            values["note"] = said.lines(note, LONGEST_NOTE)
        if published is not None:
            values["published"] = published
        with self.base.writing() as connection:
            before = _owned(connection, view_id, owner)
            if not values:
                return before
            connection.execute(update(_views).where(_views.c.id == view_id).values(**values))
            return _one(connection, view_id)

    def delete(self, view_id: str, owner: str) -> Deleted:
        """Delete the owner's view; returns what is needed to put it back."""
        with self.base.writing() as connection:
            before = _owned(connection, view_id, owner)
            gone = delete(_views).where(_views.c.id == view_id).returning(_views.c.picture)
            return Deleted(before, connection.execute(gone).scalar_one())

    def retain(self, now: datetime | None = None) -> int:
        """Delete views that were kept long enough, and those beyond MOST_OF_ALL; how many."""
        rest = select(_views.c.id).order_by(_views.c.created.desc(), _views.c.id).offset(MOST_OF_ALL)
        with self.base.writing() as connection:
            beyond = list(connection.execute(rest).scalars())
            old = _views.c.created < (now or datetime.now(UTC)) - KEPT
            return connection.execute(delete(_views).where(old | _views.c.id.in_(beyond))).rowcount


def views(url: str | None = None) -> Views:
    """The views in the process's store at that URL, by default the app's."""
    return Views(store(url))


def _allowed() -> None:
    if public.on():
        raise Denied(public.VIEWS)


def _one(connection: Connection, view_id: str) -> View:
    row = connection.execute(select(*OF_VIEW).where(_views.c.id == view_id)).one_or_none()
    if row is None:
        raise Gone(GONE_VIEW)
    return View(*row)


def _owned(connection: Connection, view_id: str, owner: str) -> View:
    found = _one(connection, view_id)
    if found.owner != owner:
        raise Denied(NOT_YOUR_VIEW)
    return found
