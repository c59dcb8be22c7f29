"""One plan: how to play it and give it away, and its steps, which its owner changes."""

import html
import re
from dataclasses import replace
from urllib.parse import quote

import streamlit as st

from explorer.classroom import address
from explorer.page import owners
from explorer.page.page import Page
from explorer.page.words import plain
from explorer.plans import looks
from explorer.plans.grammar import PlanError, parse, written
from explorer.plans.page import changes, editor, listing, steps
from explorer.plans.page.address import AS, PLAN
from explorer.plans.shipped import OWN, find, shipped
from explorer.runs.store import Gone
from explorer.runs.store.plans import OwnPlan, plans

LONGEST_NAME = 60  # characters of a file's name


def draw(page: Page, name: str) -> None:
    """The plan with that id, or a sentence where there is none."""
    kept = _kept(name)
    if kept is not None and kept.owner == owners.owner():
        _own(page, kept)
    elif plan := find(name):
        _give(page, name, plan.title, written(plan))
        st.html(listing.described(page, name, plan, "h2"))
        pictures = looks.of_own(name, plan, kept.owner, owners.owner()) if kept else looks.of_shipped(name)
        steps.draw(page, plan, pictures, "plan-steps")
    else:
        _all(page)
        page.say("gone")


def _kept(name: str) -> OwnPlan | None:
    try:
        return plans().get(name) if OWN.fullmatch(name) else None
    except Gone:
        return None


def _own(page: Page, kept: OwnPlan) -> None:
    changes.shown(kept)
    try:
        plan = parse(kept.text)
    except PlanError as error:  # it was written for an older version of the app
        _all(page)
        st.error(changes.listed(error.troubles))
        editor.text(page, kept)
        return
    _give(page, kept.id, plan.title, kept.text, own=True)
    st.html(listing.described(page, kept.id, replace(plan, about=""), "h2"))  # a field below says it
    editor.troubles(page, plan)
    if page.at[AS] == "text":
        editor.text(page, kept)
    else:
        editor.draw(page, kept.id, plan, looks.of_own(kept.id, plan, kept.owner, kept.owner))


def _give(page: Page, name: str, title: str, text: str, own: bool = False) -> None:
    """Go back; copy it, take it home as a file, give its link away; its owner also deletes it, and chooses how to edit it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _all(page)
        if not own:
            page.button("plan_copy", key="plan_copy", on_click=changes.create, args=(text,))
        st.download_button(page.words.label("plan_export"), text, file_of(title), "text/markdown", key="plan_export")
        if name not in shipped():
            with st.popover(page.words.item("give", "link")):
                page.say("share", title=plain(title))
                st.html(_link(page, name))
        if own:
            with st.popover(page.words.item("give", "delete")):
                page.say("deleting")
                page.button("plan_delete", type="primary", on_click=changes.delete, args=(name,))
            names = page.words.items("as")
            page.draw(AS, format_func=names.__getitem__, label_visibility="collapsed")


def file_of(title: str) -> str:
    """The name of the file of a plan: the letters and digits of its title, which every system takes."""
    name = "-".join(re.findall(r"\w+", title.lower()))[:LONGEST_NAME].strip("-")
    return f"{name or 'plan'}.md"


def _all(page: Page) -> None:
    page.button("plan_all", on_click=page.at.set, kwargs={PLAN: ""})


def _link(page: Page, name: str) -> str:
    """The address of the plan from elsewhere, as HTML to copy."""
    at = address.best(st.context.headers, st.context.url)
    link = f"{at}/{page.path}?plan={quote(name)}"
    label = page.words.item("give", "address")
    return f'<input class="le-plan-link" readonly value="{html.escape(link)}" aria-label="{html.escape(label)}">'
