"""All plans: those that ship, then those of this browser, each with its picture and the ways to play it; and how a new one comes."""

import html
from collections.abc import Mapping

import streamlit as st

from explorer import public
from explorer.classroom import pages as classroom
from explorer.classroom.page.forms import form
from explorer.page import owners
from explorer.page.page import Page
from explorer.page.words import plain
from explorer.plans import editing, looks
from explorer.plans.grammar import MOST_BYTES, PlanError, parse, written
from explorer.plans.page import changes
from explorer.plans.page.address import PLAN
from explorer.plans.plan import Plan, Step
from explorer.plans.shipped import shipped
from explorer.runs.store.plans import OwnPlan, plans

NEW_MINUTES = 45
BRING = "plan_bring"  # session-state key: whether the part that takes a plan in is unfolded
_THERE = "plan_there_already"  # session-state key: the own plan that has the text which was to be taken in


def draw(page: Page, owner: str) -> None:
    """All of it. What could not be done is said where it was asked for."""
    if not st.session_state.get(BRING):
        changes.say(page)
    for name, plan in shipped().items():
        _card(page, name, plan, looks.of_shipped(name), own=False)
    if public.on():
        st.info(public.PLANS)
        return
    page.say("own")
    own = plans().of_owner(owner)
    with st.container(horizontal=True):
        page.button("plan_new", on_click=_begin, args=(page,))
    for each in own:
        _own(page, each)
    if not own:
        page.caption("none")
    with st.expander(page.words.item("bring", "heading"), key=BRING, on_change="rerun") as opened:
        if opened.open:
            _bring(page)


def _card(page: Page, name: str, plan: Plan, pictures: Mapping[int, str], own: bool) -> None:
    """A plan: the picture first, then what it is and what can be done with it."""
    with st.container(border=True, key=f"plan-card-{name}"):
        where = st.container()
        if picture := next(iter(pictures.values()), ""):
            left, where = st.columns([1, 3.2], gap="medium")
            left.html(
                f'<img class="le-plan-picture" src="{html.escape(picture)}" alt="{html.escape(plan.title)}" width="480" height="270"'
                ' loading="lazy">'
            )
        with where:
            st.html(described(page, name, plan, "h3" if own else "h2"))
            with st.container(horizontal=True, key=f"plan-do-{name}"):
                page.button("plan_edit" if own else "plan_open", key=f"open-{name}", on_click=page.at.set, kwargs={PLAN: name})
                if not own and not public.on():
                    page.button("plan_copy", key=f"copy-{name}", on_click=changes.create, args=(written(plan),))


def _own(page: Page, kept: OwnPlan) -> None:
    """An own plan; one whose text cannot be read is there to be mended."""
    try:
        plan = parse(kept.text)
    except PlanError:
        with st.container(border=True):
            st.markdown(f"**{plain(kept.title)}**")
            page.button("plan_edit", key=f"open-{kept.id}", on_click=page.at.set, kwargs={PLAN: kept.id})
        return
    _card(page, kept.id, plan, looks.of_own(kept.id, plan, kept.owner, kept.owner), own=True)


def described(page: Page, name: str, plan: Plan, heading: str) -> str:
    """A plan's title, its length, what it is about and the ways to play it, as HTML; `heading` is the tag of the title."""
    said = page.words
    if len(plan.steps) == 1:
        length = said.item("length", "one", minutes=plan.minutes)
    else:
        length = said.item("length", "many", minutes=plan.minutes, steps=len(plan.steps))
    about = f"<p>{html.escape(plan.about)}</p>" if plan.about else ""
    title = html.escape(plan.title)
    return f'<div class="le-plan"><{heading}>{title}</{heading}><small>{length}</small>{about}{_ways(page, name)}</div>'


def _ways(page: Page, name: str) -> str:
    """The ways to play a plan, as HTML: links that leave this page, and a form that opens a class first; one's class can be left out of it."""
    said, seat = page.words.items("ways"), classroom.seat()
    teaches = seat is not None and seat.role == "teacher"
    apart = "&amp;apart=1" if teaches else ""

    def way(text: str, mode: str, more: str = "", look: str = "") -> str:
        return f'<a{look} href="./{mode}?plan={html.escape(name)}{more}" data-whole>{html.escape(text)}</a>'

    ways = [way(said["with-class" if teaches else "stage"], "stage", look=' class="le-plan-main"')]
    if teaches:
        ways.append(way(said["without"], "stage", apart))
    elif seat is None and not public.on():
        ways.append(form("class", said["class"], {"plan": name}))
    ways.append(way(said["alone"], "alone", apart))
    return f'<div class="le-plan-ways">{"".join(ways)}</div>'


def _begin(page: Page) -> None:
    """A new plan of one step, in a callback."""
    said = page.words.items("new")
    step = Step(said["step"], NEW_MINUTES, "home")
    changes.create(written(editing.started(said["title"], step)))


def _bring(page: Page) -> None:
    """Take a plan in, from a file or as text."""
    page.say("bring-how")
    file = st.file_uploader(page.words.label("plan_file"), key="plan_file", type=["md", "txt"], max_upload_size=1)
    label, hint = page.words.label("plan_pasted"), page.words.help("plan_pasted")
    st.text_area(label, key="plan_pasted", help=hint, height=160)
    changes.say(page)
    if there := st.session_state.pop(_THERE, None):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.info(page.words.item("bring", "there", title=plain(there.title)))
            page.button("plan_there", on_click=page.at.set, kwargs={PLAN: there.id})
    page.button("plan_take", on_click=_take, args=(page, file), type="primary")


def _take(page: Page, file) -> None:
    """In a callback: the file if there is one, otherwise what was pasted."""
    if file is not None and file.size > MOST_BYTES:
        changes.refuse(page.words.item("bring", "large", most=MOST_BYTES // 1000))
        return
    try:
        text = file.getvalue().decode("utf-8-sig") if file is not None else st.session_state["plan_pasted"]
    except UnicodeDecodeError:
        changes.refuse(page.words.item("bring", "no-text"))
        return
    there = next((kept for kept in plans().of_owner(owners.owner()) if kept.text == text), None)
    if there:
        st.session_state[_THERE] = there
    elif text.strip():
        changes.create(text)
    else:
        changes.refuse(page.words.item("bring", "nothing"))
