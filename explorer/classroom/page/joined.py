"""A member's page: which class it is, what the member is called, and the ways out."""

import streamlit as st

from explorer.classroom import hub, nicknames
from explorer.classroom.light import spaced
from explorer.classroom.page.forms import form
from explorer.classroom.pages import Seat
from explorer.page import owners
from explorer.page.page import Page
from explorer.page.words import plain
from explorer.runs.store.classes import classes, member_id
from vae.errors import VaeError

REFUSED = "class_refused_here"  # session-state key: why something was not done


def draw(page: Page, seat: Seat) -> None:
    """Class, name, own drawings, leave."""
    said = page.words.items("buttons")
    named = page.words.item("who", "named", name=plain(seat.name)) if seat.name else ""
    who = named or page.words.item("who", "number", no=seat.no)
    page.say("joined", code=spaced(seat.code), who=who)
    if trouble := st.session_state.pop(REFUSED, None):
        st.error(trouble)
    if seat.state["settings"]["names"] == "chosen":
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(page.words.label("class_name"), key="class_name", max_chars=nicknames.LONGEST, width=260)
            page.button("rename", on_click=_rename, args=(seat,))
    if own := [each.id for each in classes().drawings(seat.id) if each.member == member_id(seat.id, owners.owner())]:
        with st.popover(said["drawings"]):
            st.write(said["drawings-sure"])
            st.button(said["delete-do"], on_click=_undraw, args=(seat, own))
    st.html(form("join", said["leave"]))


def _rename(seat: Seat) -> None:
    typed = st.session_state["class_name"]
    try:
        classes().rename(seat.id, seat.no, lambda taken: nicknames.chosen(typed, taken))
    except VaeError as error:
        st.session_state[REFUSED] = str(error)
        return
    st.session_state["class_name"] = ""
    hub.after(seat.id)


def _undraw(seat: Seat, drawings: list[str]) -> None:
    me = member_id(seat.id, owners.owner())
    try:
        for each in drawings:
            classes().undraw(seat.id, each, me)
    except VaeError as error:
        st.session_state[REFUSED] = str(error)
    hub.after(seat.id)
