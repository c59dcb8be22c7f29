"""The list of runs: a row each, with a small curve, its numbers, and what its owner can do with it."""

import html
from datetime import UTC, datetime, timedelta

import streamlit as st

from explorer.models import own_sets
from explorer.models.run_models import local, name_of, on_pages
from explorer.page import palette
from explorer.page import places as pages
from explorer.page.words import plain
from explorer.runs.store import Run
from explorer.training import curves
from explorer.training import panel as run_panel
from explorer.training.summary import Curve, summary

SHOWN = "run"  # session-state key: the run that the page Train shows
CHOSEN = "compare"  # session-state key and name in the link: ids of the runs that are compared
DAY = timedelta(days=1)
EDITED = "run_edited"  # session-state key: the id of the run whose name and fate are in question, or ""


def rows(runs: list[Run], me: str) -> None:
    """A row for each run."""
    chosen = st.session_state[CHOSEN]
    for run in runs:
        with st.container(border=True, key=f"run-row-{run.id}", gap="small"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.session_state[f"chosen-{run.id}"] = run.id in chosen
                st.checkbox(
                    f"Compare {plain(run.title)}",
                    key=f"chosen-{run.id}",
                    disabled=not run.encodes,
                    on_change=_choose,
                    args=(run.id,),
                    label_visibility="collapsed",
                    width=28,
                )
                st.html(_row(run, colour(run.id, chosen)), width="stretch")
                page, parameter = place_of(run)
                st.page_link(pages.FOLDER / f"{page}.py", label="Open", query_params={parameter: run.id})
                if run.owner == me:
                    st.button(
                        "Edit",
                        key=f"edit-{run.id}",
                        on_click=_edit,
                        args=(run.id,),
                        help="Rename or delete it, or open its models elsewhere.",
                    )
            if st.session_state.get(EDITED) == run.id and run.owner == me:
                _editor(run)


def place_of(run: Run) -> tuple[str, str]:
    """The page that shows the run, and the name under which its link carries it."""
    return ("train", SHOWN) if run.encodes else ("gan", "gan_run")


def colour(run_id: str, chosen: tuple[str, ...]) -> str | None:
    """The colour of a run among those compared."""
    return palette.RUNS[chosen.index(run_id) % len(palette.RUNS)] if run_id in chosen else None


def _row(run: Run, mark: str | None) -> str:
    lines = summary(run)
    picture = curves.spark(
        [[point.elbo or point.reconstruction for point in curve.drawn] for curve in lines],
        [palette.KIND[curve.kind] for curve in lines],
        f"Validation loss of {run.title} over images seen",
    )
    state = run_panel.STATES[run.state]
    settings = run.recipes[0].settings
    share = "" if run.state == "done" else f"{100 * run.progress:.0f} % of "
    words = f"{state}: {share}{settings.images:,} images of {own_sets.word(settings.dataset)}"
    badge = f'<span class="le-run-mark" style="background:{mark}"></span>' if mark else ""
    return (
        f'<div class="le-run">{picture or "<span></span>"}<div><b>{badge}{html.escape(run.title)}</b>'
        f"<small>{html.escape(words)}, {_when(run)}{_losses(lines)}</small></div></div>"
    )


def _losses(lines: list[Curve]) -> str:
    return "".join(f'<br><span class="le-name le-{curve.kind}">{curve.kind.upper()}</span> {_loss(curve)}' for curve in lines)


def _loss(curve: Curve) -> str:
    last = curve.points[-1]
    bound = "" if last.elbo is None else f" + KL {last.kl:.1f} = {last.elbo:.1f}"
    return f"{last.reconstruction:.1f}{bound} nats"


def named(run: Run) -> str:
    """Its title with when it was begun: several runs may have one title."""
    return f"{run.title}, {_when(run)}"


def _when(run: Run) -> str:
    """Today's runs by the hour, others by the day."""
    begun = local(run.created)
    return f"{begun:%H:%M}" if datetime.now(UTC) - run.created < DAY else f"{begun:%d %b %H:%M}"


def _choose(run_id: str) -> None:
    chosen = tuple(each for each in st.session_state[CHOSEN] if each != run_id)
    st.session_state[CHOSEN] = (*chosen, run_id) if st.session_state[f"chosen-{run_id}"] else chosen


def _edit(run_id: str) -> None:
    st.session_state[EDITED] = "" if st.session_state.get(EDITED) == run_id else run_id


def _editor(run: Run) -> None:
    """Rename, delete, open elsewhere."""
    name = f"name-{run.id}"
    st.text_input(
        "Name",
        run.name,
        60,
        key=name,
        placeholder=run.title,
        on_change=_rename,
        args=(run, name),
        help="A run with a name is kept until you delete it.",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        if on_pages(run):
            names = {spec.kind: name_of(run, i) for i, (spec, _) in enumerate(run.recipes)}
            pages.link("explore", "Move through it", model=names.get("vae") or names["ae"])
            if len(names) == 2:
                pages.link("compare", "Side by side", **names)
                pages.link("interpolate", "Walk between digits", **names)
        with st.popover("Delete"):
            st.markdown("Its curves, its replay and its weights will be gone, and links to it lead nowhere.")
            st.button("Delete for good", key=f"delete-{run.id}", type="primary", on_click=_delete, args=(run,))


def _rename(run: Run, key: str) -> None:
    run_panel.order("rename", run, st.session_state[key])


def _delete(run: Run) -> None:
    run_panel.order("delete", run)
    st.session_state[CHOSEN] = tuple(each for each in st.session_state[CHOSEN] if each != run.id)
    st.session_state[EDITED] = ""
    if st.session_state.get(SHOWN) == run.id:
        st.session_state[SHOWN] = ""
