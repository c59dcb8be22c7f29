"""Who is in no class: open one, or join one by its code; and the classes of this browser that have ended."""

import html
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from explorer import public
from explorer.classroom.doors import KEY, OPENED
from explorer.classroom.light import spaced
from explorer.classroom.page.forms import form, sure
from explorer.page import owners
from explorer.page.page import Page
from explorer.runs.store.classes import Class, classes, is_code
from explorer.runs.store.limits import keep_class_days


def draw(page: Page) -> None:
    """Both ways in, side by side."""
    said = page.words.items("buttons")
    own = classes().of_owner(owners.owner())
    for found in own:
        if found.code:
            goes = page.words.item("goes-on", "yours", code=spaced(found.code))
            st.html(f'<p class="le-class-goes">{goes} <a href="./join/{found.code}" data-whole>{said["return"]}</a></p>')
    if public.on():
        st.info(public.CLASSES)
    else:
        _ways_in(page)
    if ended := [found for found in own if not found.code]:
        page.say("kept")
        for found in ended:
            facts = {"opened": moment(found.created), "until": moment(found.until or found.created)}
            title = html.escape(page.words.item("kept-row", "class", **facts))
            st.html(f'<div class="le-class-row"><b>{title}</b>{after(page, found)}</div>')


def _ways_in(page: Page) -> None:
    """Open a class, or join one."""
    said = page.words.items("buttons")
    left, right = st.columns(2, gap="large")
    with left:
        page.say("open")
        st.html(form("class", said["open"], inside=_settings(page), kind="le-class-main"))
    with right:
        page.say("join")
        code = (
            f'<input name="code" aria-label="{said["code"]}" placeholder="{said["example"]}" required maxlength="20" '
            'autocomplete="off" autocapitalize="characters" spellcheck="false">'
        )
        st.html(form("join", said["join"], inside=code, method="get"))


def spare(page: Page) -> None:
    """What a spare link opens in another browser: the button that makes it a teacher of the class."""
    link = {name: st.query_params[name] for name in (OPENED, KEY) if name in st.query_params}
    kept = st.session_state.setdefault("class_spare", link) if link else st.session_state.get("class_spare")
    if kept and kept.keys() == {OPENED, KEY} and is_code(kept[OPENED]):
        fields = {KEY: kept[KEY]}
        st.html(form(f"class/{kept[OPENED]}/return", page.words.item("buttons", "teach"), fields, "le-class-main"))


def after(page: Page, found: Class) -> str:
    """Take home, keep, delete: as HTML."""
    said = page.words.items("buttons")
    keep = said["keep-not"] if found.kept else page.words.item("buttons", "keep", days=keep_class_days())
    gone = form(f"class/{found.id}/delete", said["delete-do"], kind="le-class-for-good")
    return (
        f'<a class="le-class-link" href="./class/{found.id}/export.zip" download>{said["export"]}</a>'
        + form(f"class/{found.id}/keep", keep, {"keep": str(int(not found.kept))})
        + sure(said["delete"], said["delete-sure"], gone)
    )


def moment(when: datetime) -> str:
    """A time as clocks in this browser's place show it."""
    try:
        here = when.astimezone(ZoneInfo(st.context.timezone or "UTC"))
    except ZoneInfoNotFoundError:
        here = when
    return f"{here.day} {here:%B, %H:%M}"


def _settings(page: Page) -> str:
    """Names, and whether drawings wait for the teacher, as fields of the form that opens a class."""
    radios = "".join(
        f'<label><input type="radio" name="names" value="{key}"{" checked" if key == "off" else ""}>{html.escape(text)}</label>'
        for key, text in page.words.items("names").items()
    )
    approve = f'<label><input type="checkbox" name="approve" value="1">{html.escape(page.words.label("class_approve"))}</label>'
    return f"<fieldset><legend>{html.escape(page.words.label('class_names'))}</legend>{radios}</fieldset>{approve}"
