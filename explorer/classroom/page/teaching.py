"""The teacher's page: how to join, who is here, how the class works, what members drew, and the end."""

import base64
import html
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

import numpy as np
import streamlit as st

from explorer.classroom import address, doors, hub, nicknames, qr
from explorer.classroom.light import spaced
from explorer.classroom.page import handwriting_panel, opening
from explorer.classroom.page.forms import form, sure
from explorer.classroom.pages import Seat
from explorer.page import owners, pictures, places
from explorer.page.page import Page
from explorer.page.strokes import SIDE
from explorer.runs.store.classes import Member, after_end, classes
from vae.errors import VaeError

TICK = 2.0  # seconds between two looks at who is here
TROUBLE = "class_trouble"  # session-state key: why something was not done
ROOM = "class_room_"  # session-state keys: whether each part is unfolded
LIVE = ("members", "drawings", "handwriting")  # parts that change by themselves
COLUMNS = 10  # drawings beside each other


def draw(page: Page, seat: Seat) -> None:
    """All of it; what changes by itself is drawn again by itself."""
    if trouble := st.session_state.pop(TROUBLE, None):
        st.error(trouble)
    _way_in(page, seat)
    for name, work in {
        "settings": _settings,
        "members": _members,
        "drawings": _drawings,
        "handwriting": handwriting_panel.draw,
        "spare": _spare,
        "over": _over,
    }.items():
        if name == "spare" and not seat.opened:
            continue  # its key is made of the cookie of the browser that opened the class
        with st.expander(page.words.items("rooms")[name], key=f"{ROOM}{name}", on_change="rerun") as opened:
            if opened.open:
                (st.fragment(work, run_every=TICK) if name in LIVE else work)(page, seat)


def _way_in(page: Page, seat: Seat) -> None:
    """Code, address and QR code, large enough for the last row."""
    said = page.words.items("teaching")
    known = address.reachable(st.context.headers)
    left, right = st.columns([1, 1.7], gap="large", vertical_alignment="center")
    chosen, begins = address.of_class(seat.state["settings"], known), address.here(st.context.url)

    def typed(at: str, code: str = "") -> str:
        return qr.joining(address.outward(at, begins, st.context.headers), code)

    with right:
        st.html(f'<p class="le-class-code"><small>{said["code"]}</small> {spaced(seat.code)}</p>')
        if chosen is None:
            st.warning(said["nowhere"])
        else:
            st.html(f'<p class="le-class-at">{html.escape(typed(chosen))}</p>')
        st.fragment(_here, run_every=TICK)(page, seat)
        st.html(f'<a class="le-class-link" href="./?projector=1" data-window>{page.words.item("buttons", "projector")}</a>')
        if len(known) > 1:
            _chosen(page, seat, "class_address", "address", known, str(chosen), typed)
    if chosen is not None:
        source = f"{qr.path(seat.code)}?{urlencode({'at': chosen, 'base': begins})}"
        alt = page.words.item("teaching", "qr", address=typed(chosen, seat.code))
        left.html(f'<img class="le-class-qr" src="{html.escape(source)}" alt="{html.escape(alt)}">')
        page.caption("first")


def _here(page: Page, seat: Seat) -> None:
    """How many are in the room now."""
    count, joined = hub.present(seat.id), len(hub.seen(seat.id).state()["members"])
    here = page.words.item("teaching", "one") if count == 1 else page.words.item("teaching", "here", count=count)
    said = (
        f"<b>{here}</b> <small>{page.words.item('teaching', 'joined', count=joined)}</small>"
        if joined
        else page.words.items("teaching")["nobody"]
    )
    st.html(f'<p class="le-class-here">{said}</p>')


def _settings(page: Page, seat: Seat) -> None:
    """What the teacher may change at any time. The bar changes some of it as well, so the class says what is chosen."""
    settings = seat.state["settings"]
    _chosen(
        page, seat, "class_names", "names", list(page.words.items("names")), settings["names"], page.words.items("names").get
    )
    _chosen(
        page, seat, "class_pace", "pace", list(page.words.items("pace")), settings["pace"], page.words.items("pace").__getitem__
    )
    st.session_state["class_closed"] = settings["locked"]
    st.multiselect(
        page.words.label("class_closed"),
        [path for path in places.PLACES if path != page.path],
        key="class_closed",
        format_func=lambda path: places.PLACES[path].title,
        help=page.words.help("class_closed"),
        on_change=lambda: _set(seat, "locked", sorted(st.session_state["class_closed"])),
    )
    st.session_state["class_approve"] = settings["approve"]
    st.toggle(
        page.words.label("class_approve"),
        key="class_approve",
        help=page.words.help("class_approve"),
        on_change=lambda: _set(seat, "approve", st.session_state["class_approve"]),
    )


def _chosen(page: Page, seat: Seat, key: str, setting: str, options: list[str], now: str, shown: Callable[[str], Any]) -> None:
    """One of some options, which is a setting of the class."""
    st.session_state[key] = now
    st.selectbox(
        page.words.label(key),
        options,
        key=key,
        format_func=shown,
        help=page.words.help(key),
        on_change=lambda: _set(seat, setting, st.session_state[key]),
    )


def _set(seat: Seat, setting: str, value: Any) -> None:
    _do(lambda: classes().change(seat.id, "settings", lambda before: {**before, setting: value}))
    hub.after(seat.id)


def _do(work: Callable[[], Any]) -> None:
    """Do something in a callback; what refuses it is said when the page is drawn."""
    try:
        work()
    except VaeError as error:
        st.session_state[TROUBLE] = str(error)


def _members(page: Page, seat: Seat) -> None:
    """Who joined; one of them can be renamed or removed."""
    members = {each.no: each for each in classes().members(seat.id) if not (each.teacher or each.removed)}
    if not members:
        page.caption("nobody")
        return
    names = {no: _name(page, each) for no, each in members.items()}
    st.html(f'<ul class="le-class-names">{"".join(f"<li>{html.escape(name)}</li>" for name in names.values())}</ul>')
    with st.container(horizontal=True, vertical_alignment="bottom"):
        who = page.words.label("class_member")
        no = st.selectbox(who, sorted(members), key="class_member", format_func=names.__getitem__, width=220)
        st.text_input(page.words.label("class_name"), key="class_name", max_chars=nicknames.LONGEST, width=220)
        page.button("rename", on_click=_rename, args=(seat, no))
        page.button("remove", on_click=_remove, args=(seat, no))


def _name(page: Page, member: Member) -> str:
    return member.nick or page.words.item("member", "number", no=member.no)


def _rename(seat: Seat, no: int) -> None:
    typed = st.session_state["class_name"]
    _do(lambda: classes().rename(seat.id, no, lambda taken: nicknames.chosen(typed, taken)))
    st.session_state["class_name"] = ""
    hub.after(seat.id)


def _remove(seat: Seat, no: int) -> None:
    _do(lambda: classes().remove(seat.id, no))
    hub.after(seat.id)


def _drawings(page: Page, seat: Seat) -> None:
    """What members drew, by number; some of it can be shown, hidden or deleted."""
    drawn = {each.id: each for each in classes().drawings(seat.id)}
    if not drawn:
        page.caption("no-drawings")
        return
    labels = {
        each.id: page.words.item("drawings", "shown" if each.shown else "hidden", number=number)
        for number, each in enumerate(drawn.values(), 1)
    }
    figures = "".join(_figure(each.image, labels[each.id], each.shown) for each in drawn.values())
    st.html(f'<div class="le-row" style="--columns: {COLUMNS}">{figures}</div>')
    with st.container(horizontal=True, vertical_alignment="bottom"):
        asked = page.words.label("class_drawings")
        chosen = st.multiselect(asked, list(drawn), key="class_drawings", format_func=labels.__getitem__)
        page.button("show", on_click=_show, args=(seat, chosen, True), disabled=not chosen)
        page.button("hide", on_click=_show, args=(seat, chosen, False), disabled=not chosen)
        page.button("delete_drawings", on_click=_delete, args=(seat, chosen), disabled=not chosen)


def _figure(image: bytes, label: str, shown: bool) -> str:
    """A drawing of 28 x 28 grey levels over its label, as HTML."""
    source = pictures.data_uri(np.frombuffer(image, np.uint8).reshape(SIDE, SIDE))
    seen = "" if shown else " le-class-hidden"
    return f'<figure class="le-class-drawing{seen}"><img class="le-cell" src="{source}" alt=""><figcaption>{label}</figcaption></figure>'


def _show(seat: Seat, ids: list[str], shown: bool) -> None:
    known = hub.seen(seat.id).state()["drawings"]
    for each in (each for each in ids if each in known):
        _do(partial(classes().show_drawing, seat.id, {**known[each], "id": each}, shown))
    hub.after(seat.id)


def _delete(seat: Seat, ids: list[str]) -> None:
    for each in ids:
        _do(partial(classes().undraw, seat.id, each))
    hub.after(seat.id)


def _spare(page: Page, seat: Seat) -> None:
    """The addresses that make another browser the teacher of this class: of this page, and of the notes, for a phone."""
    at = address.of_class(seat.state["settings"], address.reachable(st.context.headers))
    begins = address.here(st.context.url)
    at = at and address.outward(at, begins, st.context.headers)
    key = owners.key(st.context.cookies, seat.id)
    page.say("spare", link=doors.spare(at or begins, page.path, seat.code, key))
    if at is None:
        return
    notes = doors.spare(at, doors.NOTES, seat.code, key)
    page.say("phone", link=notes)
    image = base64.b64encode(qr.svg(notes)).decode()
    alt = html.escape(page.words.item("teaching", "qr-notes"))
    st.html(f'<img class="le-class-qr" src="data:image/svg+xml;base64,{image}" alt="{alt}">')


def _over(page: Page, seat: Seat) -> None:
    """End it, take it home, keep or delete it."""
    found = classes().get(seat.id)
    said = page.words.items("buttons")
    until = opening.moment(datetime.now(UTC) + after_end(found.kept))
    ending = form(f"class/{found.id}/end", said["end-do"], kind="le-class-for-good")
    end = sure(said["end"], page.words.item("buttons", "end-sure", until=until), ending)
    st.html(f'<div class="le-class-row">{end}{opening.after(page, found)}</div>')
