"""Class: open one or join one; for its teacher how to join, who is here, what was drawn, and the end; for a member the ways out."""

from explorer import public
from explorer.classroom import pages as classroom
from explorer.classroom.page import joined, opening, teaching
from explorer.page.page import Page
from explorer.runs.store.limits import keep_class_days

page = Page("classroom")
seat = classroom.seat()
if classroom.strayed():
    page.say("not-here")
opening.spare(page)
if seat is None:
    opening.draw(page)
elif seat.role == "teacher":
    teaching.draw(page, seat)
else:
    joined.draw(page, seat)
if seat is not None or not public.on():
    page.say("stored", days=keep_class_days())
page.end()
