"""The list of runs: a row each, with a small curve, its numbers, and what its owner can do with it."""

import html
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import streamlit as st

from explorer.models import data_sets
from explorer.models.run_models import local, on_pages
from explorer.page import palette, places, words
from explorer.page.page import Page
from explorer.page.words import Words, plain
from explorer.runs.store import Run
from explorer.takehome import offer
from explorer.training import curves, orders, panel, takeaway
from explorer.training.address import RUN
from explorer.training.runs.address import COMPARED, EDITED
from explorer.training.runs.comparison import colour
from explorer.training.runs.summary import Curve, summary

DAY = timedelta(days=1)


def rows(page: Page, runs: Sequence[Run], me: str) -> None:
    """A row for each run."""
    chosen = page.at[COMPARED]
    for run in runs:
        with st.container(border=True, key=f"run-row-{run.id}", gap="small"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.session_state[f"chosen-{run.id}"] = run.id in chosen
                label = words.fill(page.words.label("compare_one"), {"title": plain(run.title)}, page.path)
                ticked: dict[str, Any] = {"key": f"chosen-{run.id}", "on_change": _choose, "args": (run.id,)}
                st.checkbox(label, disabled=not run.encodes, label_visibility="collapsed", width=28, **ticked)
                mark = colour(chosen.index(run.id)) if run.id in chosen else None
                st.html(_row(run, mark, page.words), width="stretch")
                path, parameter = place_of(run)
                label = page.words.label("open")
                st.page_link(places.FOLDER / f"{path}.py", label=label, query_params={parameter: run.id})
                if run.owner == me:
                    page.button("edit", key=f"edit-{run.id}", on_click=_edit, args=(run.id,))
            if page.at[EDITED] == run.id and run.owner == me:
                _editor(run, page)


def place_of(run: Run) -> tuple[str, str]:
    """The page that shows the run, and the name under which its link carries it."""
    return ("train", RUN) if run.encodes else ("gan", "gan_run")


def _row(run: Run, mark: str | None, said: Words) -> str:
    lines = summary(run)
    picture = curves.spark(
        [[point.elbo or point.reconstruction for point in curve.drawn] for curve in lines],
        [palette.KIND[curve.kind] for curve in lines],
        said.item("alts", "spark", title=run.title),
    )
    settings = run.recipes[0].settings
    share = "" if run.state == "done" else f"{said.item('row', 'share', percent=100 * run.progress)} "
    data = {"images": settings.images, "data": data_sets.word(settings.dataset)}
    state = said.item("row", "state", state=panel.STATES[run.state], share=share, **data)
    when = said.item("row", "when", state=html.escape(state), when=_when(run))
    badge = f'<span class="le-run-mark" style="background:{mark}"></span>' if mark else ""
    losses = "".join(
        f'<br><span class="le-name le-{each.kind}">{each.kind.upper()}</span> {_loss(each, said)}' for each in lines
    )
    title = html.escape(run.title)
    return (
        f'<div class="le-run">{picture or "<span></span>"}<div><b>{badge}{title}</b><small>{when}{losses}</small></div></div>'
    )


def _loss(curve: Curve, said: Words) -> str:
    last = curve.points[-1]
    if last.elbo is None:
        return said.item("row", "loss", reconstruction=last.reconstruction)
    return said.item("row", "bound", reconstruction=last.reconstruction, kl=last.kl, elbo=last.elbo)


def named(run: Run, said: Words) -> str:
    """Its title with when it was begun: several runs may have one title."""
    return said.item("row", "named", title=run.title, when=_when(run))


def _when(run: Run) -> str:
    """Today's runs by the hour, others by the day."""
    begun = local(run.created)
    return f"{begun:%H:%M}" if datetime.now(UTC) - run.created < DAY else f"{begun:%d %b %H:%M}"


def _choose(run_id: str) -> None:
    chosen = tuple(each for each in st.session_state[COMPARED] if each != run_id)
    st.session_state[COMPARED] = (*chosen, run_id) if st.session_state[f"chosen-{run_id}"] else chosen


def _edit(run_id: str) -> None:
    st.session_state[EDITED] = "" if st.session_state[EDITED] == run_id else run_id


def _editor(run: Run, page: Page) -> None:
    """Rename, delete, open elsewhere."""
    said, name = page.words, f"name-{run.id}"
    changed: dict[str, Any] = {"on_change": _rename, "args": (run, name)}
    st.text_input(said.label("name"), run.name, 60, key=name, placeholder=run.title, help=said.help("name"), **changed)
    with st.container(horizontal=True, vertical_alignment="center"):
        if on_pages(run):
            takeaway.ways(run)
            offer.draw("train", run=run.id)
        with st.popover(said.label("delete")):
            page.say("deleting")
            page.button("delete_for_good", key=f"delete-{run.id}", type="primary", on_click=_delete, args=(run,))


def _rename(run: Run, key: str) -> None:
    orders.rename(run, st.session_state[key])


def _delete(run: Run) -> None:
    orders.delete(run)
    st.session_state[COMPARED] = tuple(each for each in st.session_state[COMPARED] if each != run.id)
    st.session_state[EDITED] = ""
    if st.session_state.get(RUN) == run.id:
        st.session_state[RUN] = ""
