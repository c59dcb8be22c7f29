"""The views of this browser, newest first: a picture that leads back, a title, a note; and what can be done with the one that is edited."""

import html
from typing import Any
from urllib.parse import quote

import streamlit as st

from explorer import public
from explorer.classroom import address
from explorer.page import owners, places
from explorer.page.page import Page
from explorer.page.words import plain
from explorer.plans import editing
from explorer.plans.grammar import PlanError, parse
from explorer.plans.keeping import exact, title_of
from explorer.plans.shelf.address import EDITED
from explorer.runs.store import StoreError
from explorer.runs.store.plans import Draft, plans
from explorer.runs.store.views import LONGEST_NOTE, LONGEST_TITLE, Deleted, View, views

COLUMNS = 3
NEW = ""  # the choice of a plan that there is not yet
_SAID = "view_said"  # session-state key: what was done, or why it was not
_DELETED = "view_deleted"  # session-state key: the view that was deleted last


def draw(page: Page, owner: str) -> None:
    """All of it."""
    if said := st.session_state.pop(_SAID, ""):
        st.info(said)
    was: Deleted | None = st.session_state.get(_DELETED)
    if was:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(page.words.item("deleted", "said", title=plain(was.view.title)))
            page.button("view_undo", on_click=_put_back)
    if public.on():
        st.info(public.VIEWS)
    kept = views().of_owner(owner)
    if not kept and not public.on():
        page.say("none")
        places.link("explore", page.words.item("card", "begin"))
        return
    for start in range(0, len(kept), COLUMNS):
        for column, view in zip(st.columns(COLUMNS, gap="medium"), kept[start : start + COLUMNS], strict=False):
            with column, st.container(border=True, key=f"view-{view.id}", gap="small"):
                _card(page, view)
                if page.at[EDITED] == view.id:
                    _editor(page, view)


def _card(page: Page, view: View) -> None:
    way, title = html.escape(exact(view.address)), html.escape(view.title)
    image = (
        f'<img src="./views/{view.id}.webp" alt="" width="480" height="270" loading="lazy">' if view.kind else "<span></span>"
    )
    note = f"<p>{html.escape(view.note)}</p>" if view.note else ""
    page_title = title_of(view.address)
    where = "" if page_title == view.title else f"{html.escape(page_title)}, "
    public = f" · {html.escape(page.words.item('card', 'public'))}" if view.published else ""
    st.html(
        f'<div class="le-view"><a href="{way}">{image}<b>{title}</b></a>'
        f"<small>{page.words.item('card', 'when', page=where, day=view.created)}{public}</small>{note}</div>"
    )
    label = page.words.label("view_done" if page.at[EDITED] == view.id else "view_edit")
    st.button(label, key=f"edit-{view.id}", on_click=_edit, args=(view.id,))


def _edit(view_id: str) -> None:
    st.session_state[EDITED] = "" if st.session_state[EDITED] == view_id else view_id


def _editor(page: Page, view: View) -> None:
    """Rename it, note something, publish it, put it into a plan, delete it."""
    said = page.words

    def field(name: str, value: Any) -> dict[str, Any]:
        key = f"view-{name}-{view.id}"
        st.session_state[key] = value
        return {"key": key, "on_change": _change, "args": (view.id, name)}

    st.text_input(said.label("view_title"), max_chars=LONGEST_TITLE, **field("title", view.title))
    st.text_area(said.label("view_note"), max_chars=LONGEST_NOTE, height=90, **field("note", view.note))
    st.toggle(said.label("view_public"), help=said.help("view_public"), **field("published", view.published))
    if view.published:
        at = address.best(st.context.headers, st.context.url)
        link, label = f"{at}/view/{quote(view.id)}", said.item("card", "link")
        st.html(f'<input class="le-view-link" readonly value="{html.escape(link)}" aria-label="{html.escape(label)}">')
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = {**{plan.id: plan.title for plan in plans().of_owner(view.owner)}, NEW: said.item("card", "new-plan")}
        plan = st.selectbox(said.label("view_plan"), list(names), key="view_plan", format_func=names.__getitem__)
        page.button("view_add", on_click=_add, args=(page, view, plan))
    page.button("view_delete", on_click=_delete, args=(view.id,))


def _change(view_id: str, field: str) -> None:
    """Change one field and nothing else: of the others another window may know better."""
    new = st.session_state[f"view-{field}-{view_id}"]
    if field != "title" or new.strip():
        _do(lambda: views().change(view_id, owners.owner(), **{field: new}))


def _add(page: Page, view: View, plan_id: str) -> None:
    """Make it a step of a plan."""
    step, owner = editing.step_of(view), owners.owner()

    def more(text: str) -> Draft:
        return editing.draft(editing.with_step(parse(text), step))

    def add() -> str:
        if plan_id == NEW:
            made = plans().create(owner, *editing.draft(editing.started(step.title, step)))
        else:
            made = plans().change(plan_id, owner, more)
        return page.words.item("card", "added", plan=plain(made.title), minutes=parse(made.text).minutes)

    _do(add, told=True)


def _delete(view_id: str) -> None:
    def delete() -> None:
        st.session_state[_DELETED] = views().delete(view_id, owners.owner())
        st.session_state[EDITED] = ""

    _do(delete)


def _put_back() -> None:
    _do(lambda: views().put_back(st.session_state[_DELETED]))
    if _SAID not in st.session_state:
        st.session_state.pop(_DELETED)


def _do(work, told: bool = False) -> None:
    """Do something in a callback; what came of it, if it is `told`, and what refuses it is said when the page is drawn."""
    try:
        said = work()
    except PlanError as error:
        said, told = plain(" ".join(trouble.why for trouble in error.troubles)), True
    except StoreError as error:
        said, told = plain(str(error)), True
    if told:
        st.session_state[_SAID] = said
