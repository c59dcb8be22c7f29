"""My course: lessons without a teacher, what was done on each of their pages, design tasks, and what to hand in."""

import streamlit as st

from explorer.page.page import Page
from explorer.plans.course import screen, trying
from explorer.plans.course.address import ADDRESS, PLAN
from explorer.plans.course.tasks import IMAGES

page = Page("course", ADDRESS)
kept, known = screen.record(), screen.lessons(page)
if page.at[PLAN] not in known:
    page.at.set(**{PLAN: next(iter(known))})
screen.choice(page, known, kept)
page.say("tasks", images=IMAGES)
trying.draw(page, kept)
page.say("steps")
titles = {name: plan.title for name, plan in known.items()}
name = st.selectbox(
    page.words.label(PLAN),
    list(titles),
    key=PLAN,
    format_func=titles.__getitem__,
    label_visibility="collapsed",
    persist_state="session",
)
screen.steps(page, name, known[name], kept)
screen.deleting(page, kept)
page.end()
