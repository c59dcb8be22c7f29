"""What stands above the pages in the side bar: search, route for a first visit, a teacher's way back to the class, what a public demo is."""

import functools
import html

from explorer import public
from explorer.classroom import pages as classroom
from explorer.classroom.light import spaced
from explorer.page import words
from explorer.runs.store.limits import keep_days
from explorer.wayin.route import route


def drawn() -> str:
    """All of it as HTML; explorer/serving/asking.js hears the button."""
    return _class() + notice() + _ways()


def notice() -> str:
    """On a public demo, that it is one and what that means; "" elsewhere."""
    if not public.on():
        return ""
    said = words.load("explorer/wayin").say("public", days=keep_days())
    return f'<p class="le-public">{words.inline(said)}</p>'


def _class() -> str:
    """A teacher's class that goes on, with the way to its page."""
    seat = classroom.seat()
    if seat is None or seat.role != "teacher":
        return ""
    goes = words.load("explorer/classroom").item("aside", "goes-on", code=spaced(seat.code))
    return f'<a class="le-class-goes" href="./classroom">{html.escape(goes)}</a>'


@functools.cache
def _ways() -> str:
    said = words.load("explorer/wayin").items("search")
    return (
        f'<button type="button" class="le-search">{html.escape(said["search"])}<kbd>Ctrl K</kbd></button>{route(folded=True)}'
    )
